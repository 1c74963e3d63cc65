#include "rig/record/run_info.hpp"

namespace rig {

std::string_view record_level_name(RecordLevel level) {
  switch (level) {
    case RecordLevel::none:
      return "none";
    case RecordLevel::events:
      return "events";
    case RecordLevel::changes:
      return "changes";
    case RecordLevel::full:
      return "full";
  }
  return "unknown";
}

std::optional<RecordLevel> record_level_from(std::string_view name) {
  for (const RecordLevel level : {RecordLevel::none, RecordLevel::events, RecordLevel::changes, RecordLevel::full}) {
    if (name == record_level_name(level)) {
      return level;
    }
  }
  return std::nullopt;
}

}  // namespace rig

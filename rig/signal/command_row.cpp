#include "rig/signal/command_row.hpp"

#include <algorithm>

#include "rig/core/error.hpp"

namespace rig {

CommandId CommandTable::declare(CommandSpec spec) {
  if (sealed_) {
    throw RigError("set-point '" + spec.name + "' is declared after the table was sealed");
  }
  const auto index = static_cast<std::uint32_t>(specs_.size());
  if (!by_name_.try_emplace(spec.name, index).second) {
    throw RigError("set-point '" + spec.name + "' is declared twice", spec.instrument);
  }
  starts_.push_back(spec.safe);
  specs_.push_back(std::move(spec));
  return {index};
}

std::optional<CommandId> CommandTable::find(std::string_view name) const {
  const auto it = by_name_.find(std::string(name));
  if (it == by_name_.end()) {
    return std::nullopt;
  }
  return CommandId{it->second};
}

std::vector<std::string> CommandTable::names() const {
  std::vector<std::string> result;
  result.reserve(specs_.size());
  for (const auto& spec : specs_) {
    result.push_back(spec.name);
  }
  return result;
}

CommandRow::CommandRow(const CommandTable& table) : values_(table.starts().begin(), table.starts().end()) {}

CommandRow CommandRow::at_safe(const CommandTable& table) {
  CommandRow row(table);
  for (std::size_t i = 0; i < table.size(); ++i) {
    row.values_[i] = table.specs()[i].safe;
  }
  return row;
}

void CommandRow::copy_from(const CommandRow& other) noexcept {
  if (!std::equal(values_.begin(), values_.end(), other.values_.begin())) {
    std::copy(other.values_.begin(), other.values_.end(), values_.begin());
    ++version_;
  }
}

}  // namespace rig

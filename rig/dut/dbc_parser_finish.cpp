// What can only be put together when the whole file was read: who selects whom, and what attributes are by default.
#include <fmt/format.h>

#include <algorithm>

#include "rig/dut/dbc_parser.hpp"

namespace rig {
namespace {
constexpr std::uint32_t extended_marker = 0x80000000u;
}  // namespace

void DbcParser::finish() {
  for (std::size_t message = 0; message < dbc_.messages.size(); ++message) {
    finish_selectors(message);
  }
  apply_defaults();
}

// A mark (m3) means the message's only selector that is not selected itself; SG_MUL_VAL_ names its own.
void DbcParser::finish_selectors(std::size_t index) {
  DbcMessage& message = dbc_.messages[index];
  std::vector<bool> is_marked(message.signals.size(), false);
  for (const Multiplexed& entry : multiplexed_) {
    if (entry.message == index) {
      is_marked[entry.signal] = true;
    }
  }
  std::vector<std::size_t> roots;
  for (std::size_t i = 0; i < message.signals.size(); ++i) {
    if (message.signals[i].is_selector && !is_marked[i]) {
      roots.push_back(i);
    }
  }
  for (const Multiplexed& entry : multiplexed_) {
    if (entry.message != index) {
      continue;
    }
    DbcSignal& signal = message.signals[entry.signal];
    if (!entry.selector.empty()) {
      const auto named = std::find_if(message.signals.begin(), message.signals.end(),
                                      [&](const DbcSignal& s) { return s.name == entry.selector; });
      if (named == message.signals.end()) {
        diagnostics_.error(signal.mark, fmt::format("'{}' is selected by '{}', which message {} does not have",
                                                    signal.name, entry.selector, message.name));
        continue;
      }
      signal.selection = DbcSelection{static_cast<std::size_t>(named - message.signals.begin()), entry.ranges};
    } else if (roots.size() == 1) {
      signal.selection = DbcSelection{roots.front(), entry.ranges};
    } else {
      signal.selection.reset();
    }
  }
  for (std::size_t i = 0; i < message.signals.size(); ++i) {
    const DbcSignal& signal = message.signals[i];
    if (!is_marked[i] || signal.selection) {
      continue;
    }
    if (roots.empty()) {
      diagnostics_.error(
          signal.mark, fmt::format("'{}' is multiplexed, but message {} has no multiplexer", signal.name, message.name),
          "one signal of the message needs the mark M");
    } else {
      diagnostics_.error(
          signal.mark,
          fmt::format("message {} has two multiplexers (M), '{}' and '{}': which of them selects '{}'?", message.name,
                      message.signals[roots[0]].name, message.signals[roots[1]].name, signal.name),
          "SG_MUL_VAL_ says it");
    }
  }
}

void DbcParser::apply_defaults() {
  const auto cycle = defaults_.find("GenMsgCycleTime");
  const Duration usual = cycle == defaults_.end() ? Duration{} : from_seconds(cycle->second.number / 1000.0);
  const auto type = defaults_.find("GenMsgSendType");
  for (DbcMessage& message : dbc_.messages) {
    const auto given = cycle_times_.find(message.id | (message.extended ? extended_marker : 0u));
    message.cycle_time = given == cycle_times_.end() ? usual : given->second;
    if (message.send_type.empty() && type != defaults_.end()) {
      message.send_type = enum_word("GenMsgSendType", type->second);
    }
  }
}

}  // namespace rig

#include "rig/dut/dbc_check.hpp"

#include <fmt/format.h>

#include <bitset>
#include <unordered_map>
#include <vector>

namespace rig {
namespace {
bool fits(const DbcMessage& message, const DbcSignal& signal) { return signal.field.bytes_needed() <= message.length; }

void check_names(const DbcMessage& message, Diagnostics& diagnostics) {
  std::unordered_map<std::string_view, const DbcSignal*> names;
  for (const DbcSignal& signal : message.signals) {
    const auto [first, inserted] = names.try_emplace(signal.name, &signal);
    if (!inserted) {
      diagnostics.error(signal.mark, fmt::format("message {} has two signals '{}'", message.name, signal.name),
                        fmt::format("the first is in line {}", first->second->mark.line));
    }
  }
}

// A chain of selectors that comes back to itself would never end.
bool check_selectors(const DbcMessage& message, Diagnostics& diagnostics) {
  for (const DbcSignal& signal : message.signals) {
    const DbcSignal* each = &signal;
    for (std::size_t stage = 0; each->selection; ++stage) {
      if (stage > message.signals.size()) {
        diagnostics.error(signal.mark,
                          fmt::format("'{}' is selected by a signal that is selected by it in turn", signal.name));
        return false;
      }
      each = &message.signals[each->selection->selector];
    }
  }
  return true;
}

void check_field(const DbcMessage& message, const DbcSignal& signal, Diagnostics& diagnostics) {
  if (!fits(message, signal)) {
    diagnostics.error(signal.mark,
                      fmt::format("'{}' reaches into byte {}, but message {} has {} bytes", signal.name,
                                  signal.field.bytes_needed() - 1, message.name, message.length),
                      signal.field.motorola ? "the start bit of a Motorola signal is its most significant bit" : "");
  }
  const unsigned wanted =
      signal.number == DbcNumber::float32 ? 32 : (signal.number == DbcNumber::float64 ? 64 : signal.field.length);
  if (signal.field.length != wanted) {
    diagnostics.error(signal.mark, fmt::format("'{}' is a floating-point number of {} bits, but has {}", signal.name,
                                               wanted, signal.field.length));
  }
}

bool ranges_meet(const DbcSelection& a, const DbcSelection& b) {
  for (const auto& [a_low, a_high] : a.ranges) {
    for (const auto& [b_low, b_high] : b.ranges) {
      if (a_low <= b_high && b_low <= a_high) {
        return true;
      }
    }
  }
  return false;
}

// Are two signals never there at the same time? So when somewhere up their chains the same selector has to hold
// different values.
bool exclude_each_other(const DbcMessage& message, const DbcSignal& a, const DbcSignal& b) {
  for (const DbcSignal* up_a = &a; up_a->selection; up_a = &message.signals[up_a->selection->selector]) {
    for (const DbcSignal* up_b = &b; up_b->selection; up_b = &message.signals[up_b->selection->selector]) {
      if (up_a->selection->selector == up_b->selection->selector && !ranges_meet(*up_a->selection, *up_b->selection)) {
        return true;
      }
    }
  }
  return false;
}

void check_overlaps(const DbcMessage& message, Diagnostics& diagnostics) {
  std::vector<std::bitset<512>> occupied;
  for (const DbcSignal& signal : message.signals) {
    occupied.push_back(signal.field.occupied());
  }
  for (std::size_t i = 1; i < message.signals.size(); ++i) {
    const DbcSignal& later = message.signals[i];
    if (!fits(message, later)) {
      continue;
    }
    for (std::size_t j = 0; j < i; ++j) {
      const DbcSignal& earlier = message.signals[j];
      if (fits(message, earlier) && (occupied[i] & occupied[j]).any() && !exclude_each_other(message, earlier, later)) {
        diagnostics.error(
            later.mark, fmt::format("'{}' lies on bits of '{}' in message {}", later.name, earlier.name, message.name),
            fmt::format("'{}' is in line {}", earlier.name, earlier.mark.line));
        break;
      }
    }
  }
}
}  // namespace

void check_dbc(const Dbc& dbc, Diagnostics& diagnostics) {
  std::unordered_map<std::uint64_t, const DbcMessage*> ids;
  std::unordered_map<std::string_view, const DbcMessage*> names;
  for (const DbcMessage& message : dbc.messages) {
    const std::uint64_t key = message.id | (message.extended ? std::uint64_t{1} << 31 : 0);
    if (const auto [first, inserted] = ids.try_emplace(key, &message); !inserted) {
      diagnostics.error(message.mark, fmt::format("two messages have the id {} (0x{:X})", message.id, message.id),
                        fmt::format("the first is {} in line {}", first->second->name, first->second->mark.line));
    }
    if (const auto [first, inserted] = names.try_emplace(message.name, &message); !inserted) {
      diagnostics.error(message.mark, fmt::format("two messages are named '{}'", message.name),
                        fmt::format("the first is in line {}", first->second->mark.line));
    }
    check_names(message, diagnostics);
    for (const DbcSignal& signal : message.signals) {
      check_field(message, signal, diagnostics);
    }
    if (check_selectors(message, diagnostics)) {
      check_overlaps(message, diagnostics);
    }
  }
}

bool check_is_text(const std::shared_ptr<const SourceText>& source, Diagnostics& diagnostics) {
  int line = 1;
  int column = 0;
  for (const char c : source->text) {
    ++column;
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\t' && c != '\r' && c != '\n') || byte == 0x7F) {
      diagnostics.error({source, line, column}, fmt::format("a byte 0x{:02X}: this is no text, so it is no DBC", byte));
      return false;
    }
    if (c == '\n') {
      ++line;
      column = 0;
    }
  }
  return true;
}

}  // namespace rig

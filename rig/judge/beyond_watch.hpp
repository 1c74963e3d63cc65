#pragma once
#include <vector>

#include "rig/judge/rule_table.hpp"
#include "rig/signal/signal_group.hpp"

namespace rig {

// Since when the input of each rule stands beyond its nominal threshold, so that a finding can tell for how long.
class BeyondWatch {
 public:
  BeyondWatch(const Requirements& requirements, const SignalTable& table);
  void observe(const Tick& tick, const SignalTable& signals) noexcept;
  // The moment since which the row's input is beyond; nothing when it is not, or when the row is no rule.
  [[nodiscard]] std::optional<TimePoint> since(std::size_t row) const noexcept;

 private:
  struct Rule {
    std::size_t row;
    SignalId lo, hi;
    double scale;  // of the signals: 1/16 for a cell, -1 for a discharge current
    double threshold;
    bool above;
    bool beyond = false;
    TimePoint since{};
  };
  std::vector<Rule> rules_;
  SignalGroup inputs_;
};

}  // namespace rig

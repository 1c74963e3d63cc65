#pragma once
#include <vector>

#include "rig/core/math.hpp"
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
    double threshold;
    bool above;
    bool beyond = false;
    TimePoint since{};
  };
  // What several rules look at. Between the two thresholds next to its value no rule can change: a value that stays
  // there, as nearly every one does, costs one look and not one for each rule.
  struct Input {
    SignalId lo, hi;
    double scale;  // of the signals: 1/16 for a cell, -1 for a discharge current
    double below = infinity, above = -infinity;
    std::vector<Rule> rules;

    void walk(double value, TimePoint now) noexcept;
  };
  Input& input_of(SignalId lo, SignalId hi, double scale);

  std::vector<Input> inputs_;
  SignalGroup signals_;
};

}  // namespace rig

#pragma once
#include <vector>

#include "rig/core/gap.hpp"
#include "rig/core/math.hpp"
#include "rig/judge/rule_table.hpp"
#include "rig/signal/signal_group.hpp"

namespace rig {

// Since when the input of each rule stands beyond its nominal threshold, so that a finding can tell for how long; and
// whether one may have been beyond it, and acted, while ticks were missed.
class BeyondWatch {
 public:
  BeyondWatch(const Requirements& requirements, const SignalTable& table);
  // Before observe(): the row of a rule that can fail a pack, whose shortest delay fits into the gap and whose input,
  // from the last look to this one, may have been beyond the threshold. no_row when there is none.
  [[nodiscard]] std::size_t may_have_acted(const Gap& gap, const SignalTable& signals) const noexcept;
  void observe(const Tick& tick, const SignalTable& signals) noexcept;
  // The moment since which the row's input is beyond; nothing when it is not, or when the row is no rule.
  [[nodiscard]] std::optional<TimePoint> since(std::size_t row) const noexcept;

 private:
  struct Rule {
    std::size_t row;
    double threshold;
    bool above;
    double nearest;  // the threshold of the pack that acts first
    double delay;    // its shortest, s; infinity: it fails nobody, or no gap hides it
    bool beyond = false;
    TimePoint since{};
  };
  // What several rules look at. Between the two thresholds next to its value no rule can change: a value that stays
  // there, as nearly every one does, costs one look and not one for each rule.
  struct Input {
    SignalId lo, hi;
    double scale;  // of the signals: 1/16 for a cell, -1 for a discharge current
    double below = infinity, above = -infinity;
    Interval last{-infinity, infinity};
    std::vector<Rule> rules;

    [[nodiscard]] Interval value(const SignalTable& s) const noexcept {
      const Interval value{scale * s[lo].value, scale * s[hi].value};
      return scale < 0.0 ? Interval{value.hi, value.lo} : value;
    }
    void walk(double value, TimePoint now) noexcept;
  };
  Input& input_of(SignalId lo, SignalId hi, double scale);

  std::vector<Input> inputs_;
  SignalGroup signals_;
};

}  // namespace rig

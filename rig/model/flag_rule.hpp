#pragma once
#include "rig/model/direction_model.hpp"

namespace rig {

// An alarm or a request: a flag that follows a threshold and blocks nothing. The same windows as those of a block, with
// one output and one rule.
class FlagRule {
 public:
  FlagRule(const RequirementRow& row, int cells, const OriginInterval& latency);
  void restart(CellKnowledge knowledge) noexcept;
  // The pack is off, or has just come back.
  void lose_power(double now) noexcept;
  // Call order per tick: watch() or, where next() and the inputs say that it has nothing to do, pass(); then envelope()
  // is valid, then adopt() when the flag has a new reading.
  void watch(const RuleInputs& in) noexcept {
    now_ = in.now;
    step_ = in.step;
    changed_ = false;
    if (woken_ || now_ >= deadline_ || (in.fresh & rule_.looks_at()) != 0) {
      look(in);
    }
  }
  void pass(double now, double step) noexcept {
    now_ = now;
    step_ = step;
    changed_ = false;
  }
  void adopt(const MeasuredTruth& seen, const InputHistories& histories) noexcept;

  [[nodiscard]] Envelope envelope() const noexcept { return envelope_; }
  [[nodiscard]] bool changed() const noexcept { return changed_; }
  // Without a new input watch() has nothing to do before, s.
  [[nodiscard]] double next() const noexcept { return woken_ ? -infinity : deadline_; }
  // Nor has it while battery voltage and current stay in this zone.
  [[nodiscard]] bool calm_in(const RuleInputs& zone) const noexcept {
    return state_ != State::on && rule_.calm_in(zone);
  }
  [[nodiscard]] const ThresholdRule& rule() const noexcept { return rule_; }

 private:
  enum class State : std::uint8_t { unknown, off, on };
  void restart_state(double now) noexcept;
  bool watch_rule(const RuleInputs& in) noexcept;
  void look(const RuleInputs& in) noexcept;
  void update_envelope() noexcept;
  void plan() noexcept;
  void enter(State state, Interval window) noexcept;

  ThresholdRule rule_;
  Interval latency_;
  State state_ = State::unknown;
  Truth last_ = Truth::unknown;
  double now_ = 0.0;
  double step_ = 0.0;
  double deadline_ = -infinity;
  double against_since_ = infinity;  // the flag contradicts the rules since, s
  Interval entered_{-infinity, -infinity};
  Envelope envelope_;
  bool woken_ = true;
  bool changed_ = true;
};

}  // namespace rig

#pragma once
#include "rig/plan/forecast.hpp"

namespace rig {

// What signals can be at most and at least while steps run, from set-points and the pack's charge alone. Whatever a
// pack does, right or wrong, stays inside: only so can a step be proven never to end.
class SignalBounds {
 public:
  SignalBounds(const Program& program, const StartClause& start, const SignalTable& signals,
               const CommandTable& commands, const Requirements& requirements, const ChamberRates& chamber);
  // Goes on to the next step. What was measured before may still be seen at its first look: `carried` has the bounds
  // of both.
  void enter(const StepCode& step, const StepPoints& points);
  [[nodiscard]] Interval now(SignalId id) const { return of(id, now_); }
  [[nodiscard]] Interval carried(SignalId id) const { return hull(of(id, now_), of(id, before_)); }

 private:
  struct Frame {
    Interval voltage, current, soc, temperature, air;
    Interval charge_demand{0, 0}, discharge_demand{0, 0};
    std::vector<Interval> commands;
    double longest = 0.0;
  };
  [[nodiscard]] Interval of(SignalId id, const Frame& frame) const;
  void move_charge(Frame& frame);
  void move_heat(Frame& frame, const PowerPoints& points);

  const SignalTable& signals_;
  const CommandTable& commands_;
  const Requirements& requirements_;
  PowerCommands power_;
  bool obedient_;
  ChamberRates chamber_;
  Frame now_, before_;
  Interval true_soc_{0, 1};
  double highest_source_ = 0.0;  // what the pack itself can stand at
};

// Steps that can never end: an `until` or an expectation that no pack can make true. Provable is an error; what is only
// possible because of what the step before left behind is a warning.
void check_reach(const Program& program, const std::vector<StepPoints>& points, const StartClause& start,
                 const SignalTable& signals, const CommandTable& commands, const Requirements& requirements,
                 const ChamberRates& chamber, const Forecast& forecast, Diagnostics& diagnostics);

}  // namespace rig

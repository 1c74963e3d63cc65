#include <algorithm>

#include "rig/case/script.hpp"

// The part of the Script that serves an open program: one step at a time, and the next one when somebody adds it.
namespace rig {

void Script::take_up(std::uint32_t step, const SignalTable& signals) {
  const StepCode& code = program_.steps[step];
  witnesses_.resize(program_.steps.size());
  witnesses_[step] = code.until ? Witness(*code.until, signals) : Witness();
  ramps_.resize(std::max(ramps_.size(), code.ramps.size()));
  faults_.resize(fault_count_ + 2);
  step_ = step;
  step_failed_ = false;
  taken_up_ = true;
}

void Script::go_on_waiting(const Tick& tick, SignalTable& signals) noexcept {
  if (stop_) {
    phase_ = Phase::finally;
    enter_or_finish(static_cast<std::uint32_t>(program_.steps.size()), tick, signals);
  } else if (taken_up_) {
    taken_up_ = false;
    phase_ = Phase::steps;
    enter_or_finish(step_, tick, signals);
  }
}

}  // namespace rig

#pragma once
#include <vector>

#include "rig/case/event_value.hpp"
#include "rig/core/gap.hpp"
#include "rig/signal/signal_table.hpp"

namespace rig {

// Remembers when steps began, when the pack refused a direction and when ticks were missed, for the report's marks.
// Looks at the row behind the judges; memory is taken before the run, and what does not fit is left out.
class Moments {
 public:
  struct StepBegin {
    std::uint32_t step = 0;
    TimePoint time{};
  };
  struct Refusal {
    bool charge = true;
    TimePoint time{};      // when the current collapsed; the refusal is only known later
    bool known = false;    // that there is a voltage
    double voltage = 0.0;  // V, terminals, before the current collapsed: afterwards they stand where the supply is set
    double uncertainty = 0.0;  // V, expanded, k = 2
  };
  Moments(const SignalTable& signals, std::size_t steps);
  void look(const Tick& tick, const SignalTable& signals) noexcept;
  void note(const Gap& gap) noexcept;
  [[nodiscard]] const std::vector<Gap>& gaps() const noexcept { return gaps_; }
  [[nodiscard]] const std::vector<StepBegin>& steps() const noexcept { return steps_; }
  [[nodiscard]] const std::vector<Refusal>& refusals() const noexcept { return refusals_; }

 private:
  void look_at(const SignalTable& signals, SignalId refused, bool& before, bool charge) noexcept;
  void note_refusal(TimePoint time, bool charge) noexcept;
  static constexpr std::size_t most_refusals = 64;
  static constexpr std::size_t most_gaps = 256;
  SignalId step_, charge_, discharge_, voltage_;
  bool charge_before_ = false;
  bool discharge_before_ = false;
  SignalId current_;
  Uncertainty voltage_uncertainty_;
  EventValue history_;  // the same that `keep ... at` uses, so that both say the same number
  std::vector<StepBegin> steps_;
  std::vector<Refusal> refusals_;
  std::vector<Gap> gaps_;
};

}  // namespace rig

#pragma once
#include <vector>

#include "rig/signal/signal_table.hpp"

namespace rig {

// Remembers when steps began and when the pack refused a direction, for the report's marks. Looks at the row behind the
// judges; memory is taken before the run, and what does not fit is left out.
class Moments {
 public:
  struct StepBegin {
    std::uint32_t step = 0;
    TimePoint time{};
  };
  struct Refusal {
    bool charge = true;
    TimePoint time{};
    Sample voltage;
  };
  Moments(const SignalTable& signals, std::size_t steps);
  void look(const Tick& tick, const SignalTable& signals) noexcept;
  [[nodiscard]] const std::vector<StepBegin>& steps() const noexcept { return steps_; }
  [[nodiscard]] const std::vector<Refusal>& refusals() const noexcept { return refusals_; }

 private:
  void look_at(const Tick& tick, const SignalTable& signals, SignalId refused, bool& before, bool charge) noexcept;
  static constexpr std::size_t most_refusals = 64;
  SignalId step_, charge_, discharge_, voltage_;
  bool charge_before_ = false;
  bool discharge_before_ = false;
  std::vector<StepBegin> steps_;
  std::vector<Refusal> refusals_;
};

}  // namespace rig

#pragma once
#include <array>
#include <string>
#include <vector>

#include "rig/model/bounds_signal.hpp"
#include "rig/model/direction_model.hpp"
#include "rig/model/path_watch.hpp"

namespace rig {

// The columns of one direction: what its path does, the event that the reference has adopted, what each output may and
// must show, and where the pack's own thresholds lie.
class DirectionSignals {
 public:
  void declare(SignalTable& table, const DirectionModel& model, bool charge);
  void restart() noexcept;
  void publish(const Tick& tick, SignalTable& table, const DirectionModel& model, const PathWatch& path) noexcept;

 private:
  void publish_path(const Tick& tick, SignalTable& table, const PathWatch& path) const noexcept;
  void declare_outputs(SignalTable& table, const DirectionModel& model, const std::string& name);

  SignalId refused_, blocked_, state_, causes_, due_;
  std::array<SignalId, max_outputs> may_{}, must_{};
  struct Parameter {
    std::size_t rule;
    BoundsSignal threshold;
  };
  std::vector<Parameter> parameters_;
};

}  // namespace rig

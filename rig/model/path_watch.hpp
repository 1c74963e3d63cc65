#pragma once
#include "rig/model/battery_voltage.hpp"
#include "rig/model/measured.hpp"

namespace rig {

// Whether the path of a direction refuses current or carries it, as the rig alone sees it.
class PathWatch {
 public:
  explicit PathWatch(Direction direction) : charge_(direction == Direction::charge) {}
  void restart() noexcept { *this = PathWatch(charge_ ? Direction::charge : Direction::discharge); }
  // twin_surely_open: nothing blocks the other direction, so no body diode takes part.
  void update(double now, const Measured& measured, const BatteryVoltage& battery, bool twin_surely_open) noexcept;

  // Something that is told below has changed in the last update().
  [[nodiscard]] bool changed() const noexcept { return changed_; }
  void rest() noexcept { changed_ = false; }  // in a tick without update()

  [[nodiscard]] bool refused() const noexcept { return refused_; }   // there is demand and no current flows
  [[nodiscard]] Truth blocked() const noexcept { return blocked_; }  // unknown without demand
  [[nodiscard]] double time() const noexcept { return time_; }       // s, since when

 private:
  bool charge_;
  bool changed_ = true;
  bool first_ = true;
  bool refused_ = false;
  double refused_since_ = infinity;
  Truth blocked_ = Truth::unknown;
  double time_ = 0.0;
};

}  // namespace rig

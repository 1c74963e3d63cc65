#pragma once
#include "rig/model/bounds_signal.hpp"
#include "rig/model/reference_reports.hpp"
#include "rig/model/reference_view.hpp"

namespace rig {

// Plant: is the terminal voltage one that healthy cells can have at the reported SOC and the measured current?
class ReferencePlant {
 public:
  explicit ReferencePlant(const Requirements& requirements);
  void declare(SignalTable& table) { voltage_.declare(table, "pack.voltage", dimension::voltage); }
  void restart() noexcept { voltage_.restart(); }
  void update(const ReferenceView& view, const ReferenceReports& reports) noexcept;
  void publish(const Tick& tick, SignalTable& table) noexcept { voltage_.publish(tick, table); }

 private:
  double cells_;
  Interval cell_resistance_, path_resistance_;
  BoundsSignal voltage_;
};

}  // namespace rig

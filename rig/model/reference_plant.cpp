#include "rig/model/reference_plant.hpp"

namespace rig {

ReferencePlant::ReferencePlant(const Requirements& requirements)
    : cells_(requirements.cells),
      cell_resistance_(judged_range(requirements, RowKind::plant, "pack.voltage")),
      path_resistance_(requirements.path_resistance.interval()) {}

void ReferencePlant::update(const ReferenceView& view, const ReferenceReports& reports) noexcept {
  const Measured& m = view.measured;
  if (!m.voltage.fresh) {
    return;
  }
  Interval expected;
  const bool same_moment = m.current.time >= m.voltage.time;
  if (same_moment && view.battery.independent() && reports.soc().anchored() && cell_resistance_.hi < infinity) {
    const Interval current = view.current_history.between(view.now - report_age, view.now);
    const double most =
        std::max(std::abs(current.lo), std::abs(current.hi)) * (cell_resistance_.hi + path_resistance_.hi / cells_);
    const Interval cell = widened(healthy_ocv(widened(reports.soc().value(), reports.soc_tolerance())), most);
    expected = {cell.lo * cells_ - BatteryVoltage::diode, cell.hi * cells_ + BatteryVoltage::diode};
  }
  voltage_.set(expected);
}

}  // namespace rig

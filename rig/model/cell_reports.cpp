#include "rig/model/cell_reports.hpp"

#include "rig/model/reference_view.hpp"

namespace rig {
namespace {

// What a board decides by differs from what it tells by the noise of its converter (2 mV sigma, of the highest of
// sixteen cells), a filter's lag and the resolution of the frame, V.
constexpr double scatter = 0.008;
// How fast a cell may move: by itself, V/s, and by a current, V/(A s). Where the curve is steepest, at 3.65 V and at
// 2.5 V, 1 % of 100 Ah is 0.3 V at most, that is 0.08 mV/(A s); thrice that for a cell that has aged, and relaxation.
constexpr double creeps = 0.5e-3;
constexpr double runs = 0.25e-3;
// By this much a step of the current moves a cell at once, Ohm: the oldest one, in the cold.
constexpr double resistance = 3e-3;
// A step of the current that moves a cell by more than a millivolt, A.
constexpr double step_size = 0.5;
// A current that has ended still relaxes for so long, s.
constexpr double remembered = 20.0;
// What time alone does is foreseen for so long, s: a look in each tick would be a new number in each tick.
constexpr double look_every = 0.5;

bool stepped(const MeasuredValue& current) noexcept { return current.fresh && current.value.width() > step_size; }

}  // namespace

void CellReports::update(double now, const Measured& m, const History& currents) noexcept {
  if (!m.highest_cell.good || !m.lowest_cell.good || !m.current.good) {
    highest_ = lowest_ = {};
    return;
  }
  if (m.highest_cell.fresh) {
    told_highest_ = m.highest_cell.latest;
    told_lowest_ = m.lowest_cell.latest;
    taken_ = m.highest_cell.time - report_age;
  } else if (now - looked_ < look_every && !stepped(m.current)) {
    return;
  }
  looked_ = now;
  const Interval flow = hull(currents.between(taken_, now), m.current.value);
  const Interval flowed = hull(currents.between(now - remembered, now), flow);
  const double strongest = std::max(-flowed.lo, flowed.hi);
  const double moved = scatter + (now + look_every - taken_) * (creeps + runs * strongest) + resistance * flow.width();
  highest_ = widened(told_highest_, moved);
  lowest_ = widened(told_lowest_, moved);
}

}  // namespace rig

#include "rig/model/derating_bounds.hpp"

namespace rig {
namespace {

// A pack follows with its slope as exactly as it counts time.
constexpr double slope_tolerance = 0.25;
// The limit is computed from the pack's own voltage, and sent in steps: A by W/V and rounding.
constexpr double power_tolerance = 1.0;

std::vector<DeratingTable::Point> points_of(const OriginTable& table) {
  std::vector<DeratingTable::Point> points;
  for (const auto& point : table.points) {
    if (point.size() == 2) {
      points.push_back({point[0].value, point[1].value});
    }
  }
  return points;
}

}  // namespace

DeratingBounds::DeratingBounds(const Requirements& requirements, Direction direction) : cells_(requirements.cells) {
  const Ratings& ratings = requirements.ratings;
  rating_ = (direction == Direction::charge ? ratings.charge_current : ratings.discharge_current).value();
  power_ = direction == Direction::charge ? infinity : ratings.discharge_power.value();
  for (std::size_t r = 0; r < requirements.rows.size(); ++r) {
    const RequirementRow& row = requirements.rows[r];
    if (row.kind == RowKind::derating && row.direction == direction) {
      add(row, r);
    }
  }
  complete_ = complete_ && !tables_.empty();
  restart(false);
}

void DeratingBounds::add(const RequirementRow& row, std::size_t index) {
  const OriginTable& table = present(row.table, row);
  const OriginNumber& tolerance = present(row.tolerance, row);
  const bool known = table.can_fail() && tolerance.can_fail() && !table.points.empty();
  complete_ = complete_ && known;
  if (!known) {
    return;
  }
  tables_.push_back({index, row.input, DeratingTable(points_of(table)), tolerance.value(),
                     row.range ? row.range->interval() : Interval{0.0, 0.0},
                     CellBounds(row.input, cells_, row.reachable ? row.reachable->interval() : Interval{})});
  if (row.slope) {
    slope_ = std::min(slope_, row.slope->value() * (1.0 - slope_tolerance));
  }
  if (row.slope && row.slope->can_fail()) {
    const double fastest = row.slope->value() * (1.0 + slope_tolerance);
    rise_ = rise_ < infinity ? std::max(rise_, fastest) : fastest;
  }
}

void DeratingBounds::restart(bool cells_equalised) noexcept {
  for (Table& table : tables_) {
    table.cell.restart({cells_equalised});
  }
  started_ = false;
  limit_ = {0.0, rating_};
  row_lo_ = row_hi_ = no_row;
}

// A.
Interval DeratingBounds::of(const Table& table, const Inputs& in) const noexcept {
  if (is_cell_input(table.input)) {
    const Interval told = table.input == RuleInput::highest_cell ? in.highest_cell : in.lowest_cell;
    const Interval cell = table.cell.value(in.battery, in.unloaded, told, in.apart);
    return widened(table.curve.over(cell + table.input_error), table.tolerance);
  }
  // The pack takes the smaller of hottest and coldest sensor, or their mean: of a curve with one hill none of these is
  // above the curve's highest point around the mean, none below the lowest over all sensors.
  const double lo = table.curve.over(Interval{in.coldest.lo, in.hottest.hi} + table.input_error).lo;
  const double hi = table.curve.over(in.mean + table.input_error).hi;
  return widened({lo, hi}, table.tolerance);
}

// Down and up with the slope, or at once: both are right.
void DeratingBounds::follow(Interval target, const Inputs& in) noexcept {
  if (!started_) {
    started_ = true;
    followed_ = target;
  } else {
    const double most = slope_ < infinity ? slope_ * std::max(0.0, in.now - last_) : infinity;
    followed_.hi = std::max(target.hi, followed_.hi - most);
    followed_.lo = std::min(target.lo, followed_.lo + most);
  }
  last_ = in.now;
  if (in.may_block) {
    followed_.lo = 0.0;
  }
}

// Down at once is safe; up at once throws the whole current at cells that a block has just let go.
void DeratingBounds::bound_rise(const Inputs& in) noexcept {
  const double most = in.before + rise_ * in.elapsed;
  if (most < limit_.hi) {
    limit_.hi = most;
    row_hi_ = tables_.front().row;
  }
}

void DeratingBounds::update(const Inputs& in) noexcept {
  if (!judged()) {
    return;  // an unknown table may leave anything
  }
  Interval target{rating_, rating_};
  // Less than all tables leave is nobody's doing; the first stands for them.
  row_lo_ = tables_.front().row;
  row_hi_ = no_row;
  for (const Table& table : tables_) {
    const Interval allowed = of(table, in);
    if (allowed.lo < target.lo) {
      target.lo = allowed.lo;
      row_lo_ = table.row;
    }
    if (allowed.hi < target.hi) {
      target.hi = allowed.hi;
      row_hi_ = table.row;
    }
  }
  follow(target, in);
  limit_ = followed_;
  // The power holds at once: a voltage that rises lowers the current that it leaves.
  if (power_ < infinity) {
    const bool known = in.battery.lo > 1.0 && in.battery.hi < infinity;
    limit_.lo = known ? std::min(limit_.lo, power_ / (in.battery.hi + in.voltage_error) - power_tolerance) : 0.0;
    limit_.hi = known ? std::min(limit_.hi, std::max(power_ / (in.battery.lo - in.voltage_error), 0.0)) : limit_.hi;
  }
  bound_rise(in);
  limit_ = {std::clamp(limit_.lo, 0.0, rating_), std::clamp(limit_.hi, 0.0, rating_)};
  limit_.lo = std::min(limit_.lo, limit_.hi);
}

}  // namespace rig

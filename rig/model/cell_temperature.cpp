#include "rig/model/cell_temperature.hpp"

namespace rig {

void CellTemperature::update(double, double, const MeasuredValue&, const MeasuredValue& reported, Interval,
                             double tolerance) noexcept {
  if (reported.fresh) {
    mean_ = widened(reported.latest, tolerance);
  }
}

}  // namespace rig

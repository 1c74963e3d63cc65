#include "rig/requirement/thermal.hpp"

#include "rig/requirement/keys.hpp"

namespace rig {
namespace {

constexpr Dimension heat_capacity_unit = dimension::energy / dimension::temperature_difference;
constexpr Dimension conductance_unit = dimension::power / dimension::temperature_difference;
constexpr Dimension entropy_unit = dimension::voltage / dimension::temperature_difference;

class ThermalCheck {
 public:
  explicit ThermalCheck(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}
  void number(const OriginNumber& n, Dimension wanted, const char* what) const {
    kind(n.quantity.dimension, wanted, n.mark, what);
    if (n.value() < 0) {
      diagnostics_.error(n.mark, std::string("thermal: ") + what + " is negative", "it is a width, 0 or more");
    }
  }
  void range(const OriginInterval& r, Dimension wanted, const char* what, bool positive) const {
    if (r.ends.size() != 2) {
      return;  // the reader has said so
    }
    kind(r.ends.front().dimension, wanted, r.mark, what);
    if (positive && !(r.interval().lo > 0)) {
      diagnostics_.error(r.mark, std::string("thermal: ") + what + " begins at or below zero",
                         "no pack has that; write the least that one can have");
    }
  }

 private:
  void kind(Dimension given, Dimension wanted, SourceMark mark, const char* what) const {
    if (given != wanted) {
      diagnostics_.error(mark, std::string("thermal: ") + what + " is " + describe(given),
                         "it has to be " + describe(wanted));
    }
  }
  Diagnostics& diagnostics_;
};

}  // namespace

void Fields<Thermal>::declare(Mapping<Thermal>& m) {
  m.required("heat_capacity", &Thermal::heat_capacity, "of all cells");
  m.required("conductance", &Thermal::conductance, "from the cells to the skin");
  m.required("resistance", &Thermal::resistance, "heat by current squared at 25 degC, with all time constants");
  m.required("cold_resistance", &Thermal::cold_resistance, "upper end of the resistance at -20 degC");
  m.required("hysteresis", &Thermal::hysteresis, "heat by current");
  m.required("entropy", &Thermal::entropy, "dU/dT of the whole pack");
  m.required("sensor_lag", &Thermal::sensor_lag, "lag of the pack's own sensors");
  m.required("spread", &Thermal::spread, "between a cell and the mean of the cells");
}

void check_thermal(const Thermal& thermal, Diagnostics& diagnostics) {
  const ThermalCheck check(diagnostics);
  check.range(thermal.heat_capacity, heat_capacity_unit, "heat_capacity", true);
  check.range(thermal.conductance, conductance_unit, "conductance", true);
  check.range(thermal.resistance, dimension::resistance, "resistance", true);
  check.number(thermal.cold_resistance, dimension::resistance, "cold_resistance");
  check.number(thermal.hysteresis, dimension::voltage, "hysteresis");
  check.range(thermal.entropy, entropy_unit, "entropy", false);
  check.range(thermal.sensor_lag, dimension::time, "sensor_lag", false);
  check.number(thermal.spread, dimension::temperature_difference, "spread");
  if (thermal.resistance.ends.size() == 2 && thermal.cold_resistance.value() < thermal.resistance.interval().hi) {
    diagnostics.error(thermal.cold_resistance.mark, "thermal: cold_resistance is below the one at 25 degC",
                      "cells get worse in the cold");
  }
}

}  // namespace rig

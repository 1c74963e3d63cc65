#include "rig/judge/plant_text.hpp"

#include <fmt/format.h>

#include <cmath>

#include "rig/core/quantity.hpp"

namespace rig {
namespace {

std::string milliohm(double ohm) { return fmt::format("{:.2f} mOhm", 1e3 * ohm); }
std::string millivolt(double volt) { return fmt::format("{:.1f} mV", 1e3 * volt); }

PlantText resistance_text(double seen, double lo, double hi) {
  PlantText text;
  text.expected = fmt::format("{} for healthy cells with tight joints at this temperature, SOC and direction",
                              milliohm(lo) + " to " + milliohm(hi));
  text.seen =
      fmt::format("the cells' ohmic resistance looks like {} per cell: {}", milliohm(seen),
                  seen > hi ? "a loose joint, aged or colder cells" : "a shorted cell or a current reading too high");
  return text;
}

PlantText correction_text(double seen, double hi) {
  PlantText text;
  text.expected = fmt::format("at most {:.1f} % of correction for the charge that has flowed", 100 * hi);
  text.seen =
      fmt::format("the cells stand {:.1f} % SOC {} than the charge that flowed says: {}", 100 * std::abs(seen),
                  seen < 0 ? "lower" : "higher",
                  "lost capacity, a cell that lags or leads, a wrong SOC at the start or a wrong current reading");
  return text;
}

PlantText nis_text(double seen, double hi) {
  PlantText text;
  text.expected = fmt::format("squared surprise of the voltage, mean of a minute, at most {:.2f}", hi);
  text.seen = fmt::format(
      "it was {:.3g}: the voltage does not move as that of sixteen healthy cells; a cell that is "
      "missing, shorted or empty, a joint that opens, or a wrong voltage reading",
      seen);
  return text;
}

PlantText bias_text(double seen, double lo, double hi) {
  PlantText text;
  text.expected = millivolt(lo) + " to " + millivolt(hi);
  text.seen = fmt::format(
      "each cell stands {} {} its curve, lastingly: less capacity than the charge that flowed takes, a wrong voltage "
      "reading, or a "
      "resistance beyond that of healthy cells",
      millivolt(std::abs(seen)), seen < 0 ? "below" : "above");
  return text;
}

}  // namespace

PlantText plant_text(const std::string& signal, double seen, double lo, double hi, double voltage, double current) {
  if (signal == "model.observer.resistance") {
    return resistance_text(seen, lo, hi);
  }
  if (signal == "model.observer.correction") {
    return correction_text(seen, hi);
  }
  if (signal == "model.observer.nis") {
    return nis_text(seen, hi);
  }
  if (signal == "model.observer.bias") {
    return bias_text(seen, lo, hi);
  }
  PlantText text;
  text.expected =
      fmt::format("{} for healthy cells after the charge that has flowed",
                  format_rounded(lo, dimension::voltage, 5) + " to " + format_rounded(hi, dimension::voltage, 5));
  text.seen = fmt::format("the terminals stood at {} with {}", format_rounded(voltage, dimension::voltage, 5),
                          format_rounded(current, dimension::current, 3));
  return text;
}

}  // namespace rig

#include "rig/model/bounds_signal.hpp"

namespace rig {

void BoundsSignal::declare(SignalTable& table, const std::string& signal, Dimension dimension) {
  const auto end = [&](const char* name) {
    return table.declare({.name = "model." + signal + "." + name,
                          .dimension = dimension,
                          .origin = Origin::model,
                          .source = "reference",
                          .help = std::string(name) + " end of what a conforming pack may show as " + signal});
  };
  lo_ = end("lo");
  hi_ = end("hi");
}

void ReportBounds::declare(SignalTable& table, const std::string& signal, Dimension dimension) {
  bounds_.declare(table, signal, dimension);
  at_ = table.declare({.name = "model." + signal + ".at",
                       .dimension = dimension::time,
                       .origin = Origin::model,
                       .source = "reference",
                       .help = "when the " + signal + " came that the ends are about"});
}

}  // namespace rig

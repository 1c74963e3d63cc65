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

}  // namespace rig

#pragma once
#include <span>
#include <string_view>

#include "drivers/sim/firmware_parameters.hpp"

namespace rig::sim {

// A named defect of the firmware: a mistake as firmware engineers make them, and the requirement rows that it violates.
struct Defect {
  std::string_view name;
  std::string_view what;
  std::string_view rows;
  void (*apply)(FirmwareParameters&) = nullptr;
};

std::span<const Defect> defects() noexcept;

// A defect chosen by its name in a bench file.
struct DefectName {
  std::size_t index = 0;
};

}  // namespace rig::sim

namespace rig {
template <>
struct Codec<sim::DefectName> {
  static bool read(const Node& n, sim::DefectName& out, Diagnostics& d);
  static Schema schema();
  static void list(const std::string& path, const sim::DefectName& v, std::vector<ListedValue>& out,
                   const FieldOptions& o);
};
}  // namespace rig

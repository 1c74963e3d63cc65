#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

#include "drivers/sim/cell_parameters.hpp"

namespace rig::sim {

inline constexpr std::size_t cell_count = 16;
using CellArray = std::array<double, cell_count>;

// The R0 of the table holds one mean joint already (its head: ACIR "plus busbar"), Ohm. Each cell gets what its own
// joint differs from this.
inline constexpr double table_joint = 0.075e-3;

// What the seed makes of the sixteen cells.
struct DrawnCells {
  CellArray capacity{};          // A*s at 25 degC
  CellArray resistance_scale{};  // on R0, R1 and R2
  CellArray soc_offset{};        // of the initial SOC
  CellArray self_discharge{};    // SOC per second at 25 degC
  CellArray joint{};             // Ohm
};

DrawnCells draw_cells(const CellParameters& parameters, std::uint64_t seed);

}  // namespace rig::sim

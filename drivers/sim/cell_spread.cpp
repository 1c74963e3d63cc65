#include "drivers/sim/cell_spread.hpp"

#include <algorithm>

#include "rig/core/random.hpp"

namespace rig::sim {
namespace {

constexpr double capacity_clip = 0.02;      // relative
constexpr double sigma_clip = 3.0;          // of SOC and self-discharge
constexpr double month = 30 * 24 * 3600.0;  // s

bool is_cell(int number, std::size_t i) { return number == static_cast<int>(i) + 1; }

}  // namespace

// A stream for each purpose, so that a new quantity changes none of the others.
DrawnCells draw_cells(const CellParameters& p, std::uint64_t seed) {
  DrawnCells drawn;
  Random cells(seed, "cells");
  Random losses(seed, "cell self-discharge");
  Random joints(seed, "cell joints");
  for (std::size_t i = 0; i < cell_count; ++i) {
    const double deviation = std::clamp(cells.normal() * p.capacity_sigma.value(), -capacity_clip, capacity_clip);
    drawn.capacity[i] = p.capacity.value() * (1 + deviation);
    drawn.resistance_scale[i] =
        p.resistance_scale.value() * (1 + (2 * cells.uniform() - 1) * p.resistance_spread.value());
    drawn.soc_offset[i] = std::clamp(cells.normal(), -sigma_clip, sigma_clip) * p.soc_sigma.value();
    const double loss = 1 + std::clamp(losses.normal(), -sigma_clip, sigma_clip) * p.self_discharge_sigma.value();
    drawn.self_discharge[i] =
        p.self_discharge.value() / month * loss * (is_cell(p.bad_cell, i) ? p.bad_cell_factor.value() : 1.0);
    drawn.joint[i] = p.least_joint.value() + joints.uniform() * (p.most_joint - p.least_joint).value() +
                     (is_cell(p.loose_joint.cell, i) ? p.loose_joint.resistance.value() : 0.0);
  }
  return drawn;
}

}  // namespace rig::sim

#pragma once
#include "rig/core/fields.hpp"
#include "rig/core/units.hpp"

namespace rig::sim {

using HeatCapacity = Quantity<1, 1, 1, -1>;  // J/K
using Conductance = Quantity<1, 1, 0, -1>;   // W/K

// A busbar whose screw has come loose.
struct LooseJoint {
  int cell = 0;  // 1..16, 0: none
  Ohms resistance{0.5e-3};
};

// What the cells of one pack are and how far they differ. Every drawn quantity comes from the seed.
struct CellParameters {
  Coulombs capacity{103.0 * 3600};  // so that 100 Ah come out at the terminals
  Ratio capacity_sigma{0.004};
  Ratio cold_loss{0.0};  // a colder cell keeps its charge: its resistance ends the discharge earlier
  Ratio soc_sigma{0.0025};
  Ratio resistance_scale{1.0};
  Ratio capacity_fade{0.0};  // a pack of a few hours does not age
  Ratio resistance_growth{0.0};
  Ratio resistance_spread{0.025};
  Ratio charge_efficiency{0.999};
  Ratio hysteresis_rate{30.0};
  Ratio self_discharge{0.02};
  Ratio self_discharge_q10{2.0};
  Ratio self_discharge_sigma{0.2};
  int bad_cell = 0;  // 1..16, 0: none
  Ratio bad_cell_factor{5.0};
  Ohms least_joint{0.05e-3};
  Ohms most_joint{0.10e-3};
  LooseJoint loose_joint;
  Ohms bleed_resistance{58.0};
  Ratio perturbation{1.0};
};

// Sixteen equal cells with the tables exactly as published.
CellParameters equal_cells();

// Heat: a node for each cell in a row and one for the case, which is the skin that a thermometer sees.
struct ThermalParameters {
  HeatCapacity heat_capacity{46e3};
  HeatCapacity cell_heat_capacity{2300};
  Conductance to_ambient{6.7};
  Conductance between_cells{2.0};
  Conductance cell_to_case{4.0};
  Conductance end_to_case{0.5};
};

}  // namespace rig::sim

template <>
struct rig::Fields<rig::sim::LooseJoint> {
  static void declare(Mapping<sim::LooseJoint>& m);
};
template <>
struct rig::Fields<rig::sim::CellParameters> {
  static void declare(Mapping<sim::CellParameters>& m);
};
template <>
struct rig::Fields<rig::sim::ThermalParameters> {
  static void declare(Mapping<sim::ThermalParameters>& m);
};

#include "drivers/sim/cell_parameters.hpp"

#include "drivers/sim/cell_spread.hpp"

namespace rig {
namespace {

FieldOptions option(const char* help, const char* origin, double minimum, double maximum) {
  return {.help = help, .origin = origin, .minimum = minimum, .maximum = maximum};
}

constexpr const char* sorted_cells = "sorted cells, SIL16 (XBattery-Energy/Battery-Pack-Simulator)";
constexpr const char* by_size = "engineering default, from size and mass of the cells";
constexpr double most_cells = static_cast<double>(sim::cell_count);

}  // namespace

namespace sim {

CellParameters equal_cells() {
  CellParameters p;
  p.capacity_sigma = p.soc_sigma = p.resistance_spread = p.self_discharge_sigma = p.perturbation = Ratio{0};
  p.least_joint = p.most_joint = Ohms{table_joint};
  return p;
}

}  // namespace sim

void Fields<sim::LooseJoint>::declare(Mapping<sim::LooseJoint>& m) {
  using J = sim::LooseJoint;
  m.optional("cell", &J::cell, option("the cell whose joint is loose, 0: none", "fault", 0, most_cells));
  m.optional("resistance", &J::resistance, option("what it adds", "engineering default", 0, 0.1));
}

void Fields<sim::CellParameters>::declare(Mapping<sim::CellParameters>& m) {
  using C = sim::CellParameters;
  m.optional("capacity", &C::capacity,
             option("mean capacity at 25 degC", "manual 3 with what stays below 45.6 V", 3600, 3.6e6));
  m.optional("capacity_sigma", &C::capacity_sigma,
             option("spread of the capacity, clipped at 2 %", sorted_cells, 0, 0.2));
  m.optional(
      "cold_loss", &C::cold_loss,
      option("capacity lost for each kelvin below 25 degC, at most 20 % in all; 0.4 %/K in SIL16, 0 leaves it to "
             "the resistance",
             "plausibility table of the pack", 0, 0.02));
  m.optional("soc_sigma", &C::soc_sigma,
             option("spread of the initial SOC, clipped at three sigma", sorted_cells, 0, 0.2));
  m.optional("resistance_scale", &C::resistance_scale,
             option("factor on all resistances of the cells: ageing", "1.6 to 2.0 at 60 % of the capacity", 0.1, 10));
  m.optional("capacity_fade", &C::capacity_fade,
             option("part of the capacity that a full cycle takes; 1e-4 is 60 % left after 4000 cycles",
                    "manual 3, cycle life; linear", 0, 0.01));
  m.optional("resistance_growth", &C::resistance_growth,
             option("part of the resistance that a full cycle adds", "1.6 to 2.0 at 60 % of the capacity", 0, 0.05));
  m.optional("resistance_spread", &C::resistance_spread,
             option("spread of the resistances, uniform", sorted_cells, 0, 0.9));
  m.optional("charge_efficiency", &C::charge_efficiency,
             option("part of the charge that is stored", "davegutz/myStateOfCharge, SimSES", 0.9, 1));
  m.optional("hysteresis_rate", &C::hysteresis_rate,
             option("rate of the hysteresis per unit of SOC: 30 is 90 % of the loop after 7.7 %",
                    "engineering default in Plett's one-state form", 0, 1000));
  m.optional("self_discharge", &C::self_discharge,
             option("mean loss of SOC in 30 days at 25 degC", "manual 7.2.1, storage times", 0, 1));
  m.optional("self_discharge_q10", &C::self_discharge_q10,
             option("factor on the self-discharge for 10 K", "manual 7.2.1, storage times", 1, 10));
  m.optional("self_discharge_sigma", &C::self_discharge_sigma,
             option("spread of the self-discharge, clipped at three sigma", "engineering default", 0, 0.33));
  m.optional("bad_cell", &C::bad_cell,
             option("the cell that discharges itself faster, 0: none", "fault", 0, most_cells));
  m.optional("bad_cell_factor", &C::bad_cell_factor, option("how much faster it does", "fault", 1, 1000));
  m.optional("least_joint", &C::least_joint,
             option("smallest resistance of a busbar joint", "bolted busbars", 0, 0.01));
  m.optional("most_joint", &C::most_joint, option("largest resistance of a busbar joint", "bolted busbars", 0, 0.01));
  m.optional("loose_joint", &C::loose_joint, "a busbar joint with more resistance than it should have");
  m.optional("bleed_resistance", &C::bleed_resistance,
             option("balancing resistor of a cell", "60 mA at 3.5 V, class data sheets", 1, 1e6));
  m.optional("perturbation", &C::perturbation,
             option("how far the pack's tables are from the published ones: 1 is up to 3 mV and some per cent",
                    "engineering default", 0, 2));
  m.check([](const Node& node, const C& c, Diagnostics& diagnostics) {
    if (c.most_joint < c.least_joint) {
      diagnostics.error(node.mark, "most_joint is smaller than least_joint", "exchange the two");
    }
  });
}

void Fields<sim::ThermalParameters>::declare(Mapping<sim::ThermalParameters>& m) {
  using T = sim::ThermalParameters;
  m.optional("heat_capacity", &T::heat_capacity,
             option("of the whole pack", "55 kg (manual 3), 16 cells and 18 kg of steel", 1e3, 1e6));
  m.optional("cell_heat_capacity", &T::cell_heat_capacity,
             option("of one cell", "2.3 kg by its size, 1000 J/kgK (SimSES, BPX)", 100, 5e4));
  m.optional("to_ambient", &T::to_ambient,
             option("from the mean of the cells through the case to the air", "size (manual 3), 9 W/m2K", 0.001, 50));
  m.optional("between_cells", &T::between_cells, option("between neighbours", by_size, 0, 100));
  m.optional("cell_to_case", &T::cell_to_case, option("from each cell to the case", by_size, 0.1, 100));
  m.optional("end_to_case", &T::end_to_case, option("what the first and the last cell have more", by_size, 0, 100));
  m.check([](const Node& node, const T& t, Diagnostics& diagnostics) {
    const double cells = static_cast<double>(sim::cell_count);
    if (cells * t.cell_heat_capacity.value() >= t.heat_capacity.value()) {
      diagnostics.error(node.mark, "the cells alone have more heat capacity than the whole pack",
                        "raise heat_capacity above 16 times cell_heat_capacity");
    }
    if (cells * t.cell_to_case.value() + 2 * t.end_to_case.value() <= t.to_ambient.value()) {
      diagnostics.error(node.mark, "less heat goes from the cells to the case than through it to the air",
                        "raise cell_to_case or lower to_ambient");
    }
  });
}

}  // namespace rig

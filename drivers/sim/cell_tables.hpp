#pragma once
// The published tables of one 100 Ah LFP cell, as they stand in drivers/sim/tables/*.csv with their citations.
#include <array>
#include <cstddef>
#include <string>
#include <vector>

namespace rig::sim {

struct OcvPoint {
  double soc = 0;         // 0..1
  double ocv = 0;         // V, mean of charge and discharge
  double hysteresis = 0;  // V, half the gap
  double entropy = 0;     // V/K, dU/dT
};

struct Resistances {
  double r0 = 0, r1 = 0, r2 = 0;  // Ohm
};

struct CellTables {
  std::vector<OcvPoint> ocv;                            // rising in SOC and voltage, from 0 to 1
  std::vector<double> temperature;                      // degC, rising
  std::vector<double> soc;                              // of the resistances, rising from 0 to 1
  std::array<std::vector<Resistances>, 2> resistances;  // [0 discharge, 1 charge][temperature * soc.size() + soc]
  double tau1 = 0, tau2 = 0;                            // s, the same everywhere
  [[nodiscard]] const Resistances& at(bool charge, std::size_t t, std::size_t s) const {
    return resistances[charge ? 1 : 0][t * soc.size() + s];
  }
};

// Texts with comment lines (#), one line of column names and numbers; `name` stands before line:column in errors.
// Throw RigError.
void parse_ocv(const std::string& name, const std::string& text, CellTables& tables);
void parse_resistances(const std::string& name, const std::string& text, CellTables& tables);

// The shipped tables, parsed at the first call.
const CellTables& cell_tables();

}  // namespace rig::sim

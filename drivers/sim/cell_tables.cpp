#include "drivers/sim/cell_tables.hpp"

#include <algorithm>

#include "drivers/sim/csv_table.hpp"
#include "rig/core/error.hpp"
#include "rig/core/files.hpp"

namespace rig::sim {

void register_cell_tables();  // made by CMake from tables/*.csv

namespace {

constexpr double milli = 1e-3;

double positive(const CsvTable& csv, std::size_t row, std::size_t column) {
  const double value = csv.number(row, column);
  if (value <= 0) {
    csv.fail(row, column, "this has to be above 0, here " + std::string(csv.word(row, column)), "check the line");
  }
  return value;
}

// The place of a grid line, which is made when it is new; lines have to come in rising order.
std::size_t grid_place(std::vector<double>& grid, const CsvTable& csv, std::size_t row, std::size_t column) {
  const double value = csv.number(row, column);
  const auto found = std::find(grid.begin(), grid.end(), value);
  if (found == grid.end()) {
    if (!grid.empty() && value < grid.back()) {
      csv.fail(row, column, std::string(csv.word(row, column)) + " comes after a larger value", "sort the lines");
    }
    grid.push_back(value);
    return grid.size() - 1;
  }
  return static_cast<std::size_t>(found - grid.begin());
}

void demand_from_zero_to_one(const CsvTable& csv, std::size_t column, double first, double last) {
  if (first != 0.0 || last != 1.0) {
    csv.fail(first != 0.0 ? 0 : csv.rows() - 1, column, "the SOC has to run from 0 to 100 %", "add the missing end");
  }
}

void demand_same(const CsvTable& csv, std::size_t row, std::size_t column, double& tau) {
  const double value = positive(csv, row, column);
  if (tau != 0 && value != tau) {
    csv.fail(row, column, "this time constant differs from the first line's", "a cell has one for each RC branch");
  }
  tau = value;
}

}  // namespace

void parse_ocv(const std::string& name, const std::string& text, CellTables& tables) {
  const CsvTable csv(name, text);
  const std::size_t soc = csv.column("soc_pct"), ocv = csv.column("ocv_mean_V"), half = csv.column("hyst_half_V"),
                    entropy = csv.column("dudt_mV_per_K");
  tables.ocv.clear();
  for (std::size_t row = 0; row < csv.rows(); ++row) {
    const OcvPoint point{csv.number(row, soc) / 100, positive(csv, row, ocv), positive(csv, row, half),
                         csv.number(row, entropy) * milli};
    if (!tables.ocv.empty() && point.soc <= tables.ocv.back().soc) {
      csv.fail(row, soc, "the SOC has to rise from line to line", "sort the lines, each SOC once");
    }
    if (!tables.ocv.empty() && point.ocv <= tables.ocv.back().ocv) {
      csv.fail(row, ocv, "the open-circuit voltage has to rise with the SOC", "check this line and the one before");
    }
    tables.ocv.push_back(point);
  }
  demand_from_zero_to_one(csv, soc, tables.ocv.front().soc, tables.ocv.back().soc);
}

void parse_resistances(const std::string& name, const std::string& text, CellTables& tables) {
  const CsvTable csv(name, text);
  const std::size_t direction = csv.column("dir"), celsius = csv.column("T_degC"), soc = csv.column("soc"),
                    r0 = csv.column("R0_mOhm"), r1 = csv.column("R1_mOhm"), r2 = csv.column("R2_mOhm"),
                    tau1 = csv.column("tau1_s"), tau2 = csv.column("tau2_s");
  tables = {.ocv = std::move(tables.ocv), .temperature = {}, .soc = {}, .resistances = {}};
  for (std::size_t row = 0; row < csv.rows(); ++row) {
    const std::string_view word = csv.word(row, direction);
    if (word != "dis" && word != "chg") {
      csv.fail(row, direction, "'" + std::string(word) + "' is no direction", "write dis or chg");
    }
    const std::size_t t = grid_place(tables.temperature, csv, row, celsius);
    const std::size_t s = grid_place(tables.soc, csv, row, soc);
    std::vector<Resistances>& list = tables.resistances[word == "chg" ? 1 : 0];
    if (list.size() != t * tables.soc.size() + s) {
      csv.fail(row, soc, "this point is not the next of the grid",
               "give each SOC for each temperature once, in rising order, first dis, then chg");
    }
    list.push_back({positive(csv, row, r0) * milli, positive(csv, row, r1) * milli, positive(csv, row, r2) * milli});
    demand_same(csv, row, tau1, tables.tau1);
    demand_same(csv, row, tau2, tables.tau2);
  }
  const std::size_t whole = tables.temperature.size() * tables.soc.size();
  if (tables.resistances[0].size() != whole || tables.resistances[1].size() != whole) {
    csv.fail(csv.rows() - 1, soc, "the grid is not complete at the end of the table",
             "give each SOC for each temperature, for dis and for chg");
  }
  demand_from_zero_to_one(csv, soc, tables.soc.front(), tables.soc.back());
}

const CellTables& cell_tables() {
  static const CellTables tables = [] {
    register_cell_tables();
    CellTables result;
    const auto ocv = read_text("builtin:drivers/sim/tables/lfp_ocv.csv");
    const auto resistances = read_text("builtin:drivers/sim/tables/lfp_ecm.csv");
    parse_ocv(ocv->name, ocv->text, result);
    parse_resistances(resistances->name, resistances->text, result);
    return result;
  }();
  return tables;
}

}  // namespace rig::sim

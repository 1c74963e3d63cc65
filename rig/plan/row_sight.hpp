#pragma once
#include "rig/plan/testability.hpp"

namespace rig {

// The half of a row's testability that needs no number of the rig: what of it can be seen, and what can be brought
// about. What cannot goes into the result as it is found.
class RowSight {
 protected:
  RowSight(const Requirements& requirements, const BenchSight& bench, const RequirementRow& row)
      : requirements_(requirements), bench_(bench), row_(row) {
    result_.id = row.id;
  }

  void add(const char* field, Testability state, std::string why, std::string mend) {
    result_.fields.push_back({field, state, std::move(why), std::move(mend)});
  }
  [[nodiscard]] bool is(Dimension kind) const { return row_.threshold->quantity.dimension == kind; }
  [[nodiscard]] bool of_cells() const { return is(dimension::voltage) && row_.threshold->value() < cell_voltage; }
  // What the pack tells of its battery voltage is held against the terminals.
  [[nodiscard]] bool tells_voltage() const { return row_.signal == "dut.voltage" || row_.signal == "dut.cells.sum"; }
  [[nodiscard]] bool spoken(const std::string& name) const;
  void need(const std::string& name);
  static std::string mend_of(const std::string& name);
  void signals();
  void actuator(const char* field, Direction direction);
  [[nodiscard]] double uncertainty(const char* name, double at) const;
  [[nodiscard]] const BenchLimit* tripped_at(const char* signal, double value) const;
  bool reach(const char* command, const char* signal, double value, double at_signal, Dimension kind);
  bool reachable();

  static constexpr double cell_voltage = 10.0;  // V: what is above is a voltage of the pack
  const Requirements& requirements_;
  const BenchSight& bench_;
  const RequirementRow& row_;
  RowTestability result_;
};

// Three digits are enough to say why.
std::string rough_text(double value, Dimension dimension);

}  // namespace rig

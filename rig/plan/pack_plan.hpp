#pragma once
#include <optional>
#include <string>
#include <vector>

#include "rig/case/case.hpp"
#include "rig/plan/cell_curve.hpp"
#include "rig/requirement/requirement.hpp"

namespace rig {

// What supply, load and chamber ask of the pack at one moment.
struct PlanDemand {
  bool supply = false;
  double supply_voltage = 0.0, supply_current = 0.0, supply_power = infinity;
  bool load = false;
  int load_mode = 0;  // 0 constant current, 1 constant power, 2 constant voltage
  double load_current = 0.0, load_power = 0.0, load_voltage = 0.0;
  double load_rating = infinity;
  bool chamber = false;
  double chamber_temperature = 25.0;
  ChamberRates rates;
  bool button = false;
};

// A pack as a planner thinks of it: one curve, two resistances, one thermal node, and protections that act at their
// nominal numbers. It says how long a charge takes and how much energy it moves; no verdict rests on it.
class PackPlan {
 public:
  PackPlan(const StartClause& start, const Requirements& requirements);
  // `dt` seconds, a few at most.
  void step(double dt, const PlanDemand& demand);

  double voltage = 0.0;          // V at the terminals
  double current = 0.0;          // A, charging positive
  double battery_voltage = 0.0;  // V behind the path
  double soc = 0.5;              // of the cells
  double reported_soc = 0.5;     // what the pack says: corrected at full and empty
  double temperature = 25.0;     // degC, the cells
  double air = 25.0;             // degC around the pack
  bool charge_blocked = false, discharge_blocked = false;
  double charge_in = 0.0, charge_out = 0.0;  // A*s that flowed at the terminals so far
  double energy_in = 0.0, energy_out = 0.0;  // J

  // Whether a rule with this flag is planned at all, and whether it has acted.
  [[nodiscard]] bool knows(const std::string& name) const;
  [[nodiscard]] bool flag(const std::string& name) const;
  [[nodiscard]] double charge_limit() const { return charge_blocked ? 0.0 : ratings_.charge_current.value(); }
  [[nodiscard]] double discharge_limit() const;

 private:
  struct Rule {
    const RequirementRow* row = nullptr;
    double threshold = 0.0, delay = 0.0, release = 0.0, release_delay = 0.0;
    double since = 0.0;  // how long it has been beyond its threshold, or its release
    double tripped_for = 0.0;
    bool tripped = false;
  };
  void solve(const PlanDemand& demand);
  void charge_from(const PlanDemand& demand, double amps, double source);
  void discharge_by(double amps, double source);
  [[nodiscard]] double wanted_by_load(const PlanDemand& demand, double source) const;
  [[nodiscard]] double source() const;
  [[nodiscard]] double resistance() const;
  [[nodiscard]] double cell(double soc_offset) const;
  [[nodiscard]] std::optional<double> input_of(const RequirementRow& row) const;
  void protect(double dt);
  void judge(Rule& rule, double dt);
  [[nodiscard]] bool released(const Rule& rule, double input) const;

  Ratings ratings_;
  double cells_;
  double path_;
  double lead_ = 0.0, lag_ = 0.0;  // SOC of the fullest and the emptiest cell beside the mean
  double polarisation_ = 0.0;      // V per cell
  bool awake_ = true;
  std::vector<Rule> rules_;
};

}  // namespace rig

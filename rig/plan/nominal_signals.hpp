#pragma once
#include <functional>

#include "rig/plan/forecast.hpp"
#include "rig/plan/pack_plan.hpp"

namespace rig {

// The signals of the bench as a healthy pack would let them be seen: written from the planning model, with the names
// that are the same on every bench. What the plan knows nothing of stays `never`, and so does what depends on it.
class NominalSignals {
 public:
  NominalSignals(const ForecastInput& input, const PackPlan& pack);
  // What an obedient PCS lets through, and what the instruments make of it.
  [[nodiscard]] PlanDemand demand(const CommandRow& asked) const;
  void write(const CommandRow& asked, const PlanDemand& demand, double elapsed);
  void keep(const KeepCode& keep);
  [[nodiscard]] const SignalTable& table() const { return table_; }
  [[nodiscard]] const PowerCommands& commands() const { return commands_; }

 private:
  void add(const char* name, std::function<double()> value);
  void add_terminals();
  void add_pack();
  // Whether a PCS on request lets a charge through; one that is only obedient always does.
  [[nodiscard]] bool pcs_charges(const PcsCode& pcs) const;

  const ForecastInput& in_;
  const PackPlan& pack_;
  PowerCommands commands_;
  SignalTable table_;
  std::vector<std::pair<SignalId, std::function<double()>>> values_;
  std::vector<std::pair<SignalId, CommandId>> read_back_;
  PlanDemand demand_;
  double elapsed_ = 0;
};

}  // namespace rig

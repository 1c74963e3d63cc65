#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "drivers/transport/families.hpp"
#include "rig/core/document.hpp"
#include "rig/instrument/power_supply.hpp"

namespace rig {

// One model of a family of supplies or loads: what its plate says, how finely it is set, how truly it reads back.
struct PowerModel {
  std::string_view name;  // as *IDN? has it
  double volts = 0.0, amps = 0.0, watts = 0.0;
  double volt_step = 0.01, amp_step = 0.01, watt_step = 1.0;
  int volt_decimals = 2, amp_decimals = 2, watt_decimals = 0;
  Uncertainty volt_uncertainty{}, amp_uncertainty{};  // of the readings
  double highest_ovp = 0.0, highest_ocp = 0.0;        // what its protections can be set to; 0: it has none
  bool crowbar = false;  // its over-voltage protection shorts the terminals; on a battery that welds and burns
};

const PowerModel* find_model(std::span<const PowerModel> models, std::string_view name);
SupplyRatings ratings_of(const PowerModel& model);
// For `gtxrig drivers`.
std::vector<ModelFacts> facts_of(std::span<const PowerModel> models);
// "GEN80-65, GEN60-85 ..."
std::string names_of(std::span<const PowerModel> models);

// For a driver's Fields: the model has to be one of these, and one that may hang on a battery.
void check_model(const Node& node, std::span<const PowerModel> models, const std::string& name,
                 Diagnostics& diagnostics);

}  // namespace rig

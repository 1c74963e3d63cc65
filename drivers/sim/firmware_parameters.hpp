#pragma once
#include "drivers/sim/firmware_afe.hpp"
#include "drivers/sim/firmware_alarms.hpp"
#include "drivers/sim/firmware_balancer.hpp"
#include "drivers/sim/firmware_can_port.hpp"
#include "drivers/sim/firmware_derating.hpp"
#include "drivers/sim/firmware_faults.hpp"
#include "drivers/sim/firmware_lights.hpp"
#include "drivers/sim/firmware_power.hpp"
#include "drivers/sim/firmware_rules.hpp"
#include "drivers/sim/firmware_soc.hpp"
#include "drivers/sim/firmware_switches.hpp"

namespace rig::sim {

struct TaskParameters {
  std::int64_t every = 1;  // defect: decides in each n-th run only, and counts its delays in runs
};

// Every number of the virtual firmware by name. Defaults are the nominal pack.
struct FirmwareParameters : ProtectionParameters, AlarmParameters, FaultParameters {
  AfeParameters afe;
  FetParameters fet;
  LimitParameters limits;
  DeratingParameters derating;
  ContactParameters contacts;
  CanParameters can;
  SocParameters soc;
  ForceChargeParameters force_charge;
  FullChargeParameters full_charge;
  BalancingParameters balancing;
  LightParameters lights;
  StartParameters start;
  LinkParameters link;
  TaskParameters task;
};

}  // namespace rig::sim

namespace rig {
template <>
struct Fields<sim::FirmwareParameters> {
  static void declare(Mapping<sim::FirmwareParameters>& m);
};
}  // namespace rig

#include "drivers/sim/firmware_parameters.hpp"

#include "drivers/sim/firmware_options.hpp"

namespace rig {
namespace {
using F = sim::FirmwareParameters;
using P = sim::ProtectionParameters;
using A = sim::AlarmParameters;
using T = sim::FaultParameters;
using sim::option;

// Members of a base have to be named through the derived type for the mapping.
template <class B, class M>
M F::*of(M B::*member) {
  return static_cast<M F::*>(member);
}

void declare_rules(Mapping<F>& m) {
  m.optional("pack_ov", of(&P::pack_ov), option("battery over-voltage, stops charging", "manual 9.1-2d"));
  m.optional("pack_uv", of(&P::pack_uv), option("battery under-voltage, stops discharging", "manual 9.1-2e"));
  m.optional("cell_ov", of(&P::cell_ov), option("cell over-voltage, stops charging"));
  m.optional("cell_uv", of(&P::cell_uv), option("cell under-voltage, stops discharging"));
  m.optional("charge_oc", of(&P::charge_oc), option("charge over-current", "manual 9.1-2c"));
  m.optional("charge_oc2", of(&P::charge_oc2), option("charge over-current, second stage"));
  m.optional("discharge_oc", of(&P::discharge_oc), option("discharge over-current", "manual 9.1-2c"));
  m.optional("discharge_oc2", of(&P::discharge_oc2), option("discharge over-current, second stage"));
  m.optional("charge_ot", of(&P::charge_ot), option("too hot to charge, hottest NTC", "manual 9.1-2a"));
  m.optional("charge_ut", of(&P::charge_ut), option("too cold to charge, coldest NTC", "manual 9.1-2a"));
  m.optional("discharge_ot", of(&P::discharge_ot), option("too hot to discharge, hottest NTC", "manual 9.1-2b"));
  m.optional("discharge_ut", of(&P::discharge_ut), option("too cold to discharge, coldest NTC", "manual 9.1-2b"));
  m.optional("debounce", of(&P::debounce), option("delays count continuously, or leak away in pauses"));
  m.optional("over_voltage_policy", of(&P::over_voltage_policy),
             option("manual_literal protects at 56.0 V, full_first takes that for a full charge"));
  m.optional("full_first", of(&P::full_first), option("numbers of the policy full_first"));
}

void declare_alarms(Mapping<F>& m) {
  m.optional("alarm_cell_ov", of(&A::alarm_cell_ov), option("alarm, highest cell"));
  m.optional("alarm_cell_uv", of(&A::alarm_cell_uv), option("alarm, lowest cell"));
  m.optional("alarm_charge_oc", of(&A::alarm_charge_oc), option("alarm, charge current"));
  m.optional("alarm_discharge_oc", of(&A::alarm_discharge_oc), option("alarm, discharge current"));
  m.optional("alarm_charge_ot", of(&A::alarm_charge_ot), option("alarm, hot for charging"));
  m.optional("alarm_charge_ut", of(&A::alarm_charge_ut), option("alarm, cold for charging"));
  m.optional("alarm_discharge_ot", of(&A::alarm_discharge_ot), option("alarm, hot for discharging"));
  m.optional("alarm_discharge_ut", of(&A::alarm_discharge_ut), option("alarm, cold for discharging"));
  m.optional("alarm_cell_difference", of(&A::alarm_cell_difference), option("alarm, highest against lowest cell"));
}

void declare_faults(Mapping<F>& m) {
  m.optional("fault_ov", of(&T::fault_ov), option("fault, highest cell"));
  m.optional("fault_uv", of(&T::fault_uv), option("fault, lowest cell"));
  m.optional("fault_ot", of(&T::fault_ot), option("fault, hottest NTC"));
}

}  // namespace

void Fields<F>::declare(Mapping<F>& m) {
  declare_rules(m);
  declare_alarms(m);
  declare_faults(m);
  m.optional("afe", &F::afe, option("measuring front end"));
  m.optional("fet", &F::fet, option("charge and discharge FETs"));
  m.optional("limits", &F::limits, option("limits as sent to the inverter"));
  m.optional("derating", &F::derating, option("current limits by cell voltage and temperature"));
  m.optional("contacts", &F::contacts, option("dry contacts"));
  m.optional("can", &F::can, option("CAN port"));
  m.optional("soc", &F::soc, option("state of charge"));
  m.optional("force_charge", &F::force_charge, option("request to be charged at once"));
  m.optional("full_charge", &F::full_charge, option("request for a full charge once a month"));
  m.optional("balancing", &F::balancing, option("bleeding of cells that stand out"));
  m.optional("lights", &F::lights, option("front panel"));
  m.optional("start", &F::start, option("button, start and pre-charge"));
  m.optional("link", &F::link, option("link to other packs in parallel"));
}

}  // namespace rig

#include "drivers/sim/firmware_parameters.hpp"

namespace rig {
namespace {
constexpr const char* manual_ov = "manual 9.1-2d";
constexpr const char* by_default = "engineering default";

FieldOptions option(const char* help, const char* origin, double minimum, double maximum) {
  return {.help = help, .origin = origin, .minimum = minimum, .maximum = maximum};
}
FieldOptions option(const char* help, const char* origin = by_default) { return {.help = help, .origin = origin}; }
}  // namespace

void Fields<sim::VoltageRule>::declare(Mapping<sim::VoltageRule>& m) {
  using R = sim::VoltageRule;
  m.optional("threshold", &R::threshold, option("acts beyond", "manual 9.1-2, class relatives for cells", 0.0, 100.0));
  m.optional("delay", &R::delay, option("has to stand beyond for so long", "engineering default (LIBRE)", 0.0, 3600.0));
  m.optional("release", &R::release, option("lets go at this voltage", "engineering default (SEP)", 0.0, 100.0));
  m.optional("release_policy", &R::release_policy, option("what lets it go: voltage, current, soc or any of them"));
  m.optional("release_current", &R::release_current,
             option("reversed current that lets it go", "engineering default (ATL)", 0.0, 200.0));
  m.optional("release_soc", &R::release_soc, option("SOC that lets it go", "engineering default (ATL)", 0.0, 1.0));
  m.optional("release_delay", &R::release_delay,
             option("the release has to stand for so long", by_default, 0.0, 3600.0));
  m.optional("enabled", &R::enabled, option("the rule is evaluated at all"));
  m.optional("flag", &R::flag, option("raises its flag on CAN"));
  m.optional("fet", &R::fet, option("opens its FET"));
}

void Fields<sim::AfeParameters>::declare(Mapping<sim::AfeParameters>& m) {
  using A = sim::AfeParameters;
  m.optional("scan_period", &A::scan_period,
             option("voltages and current are measured so often", by_default, 0.001, 60.0));
  m.optional("cell_resolution", &A::cell_resolution, option("step of a cell reading", "class relatives", 1e-6, 1.0));
  m.optional("current_resolution", &A::current_resolution,
             option("step of the current reading", "class relatives", 1e-6, 10.0));
  m.optional("cell_offset", &A::cell_offset, option("added to each cell reading", by_default, -1.0, 1.0));
  m.optional("voltage_gain", &A::voltage_gain, option("factor on each cell reading", by_default, 0.5, 2.0));
  m.optional("current_gain", &A::current_gain, option("factor on the current reading", by_default, -2.0, 2.0));
}

void Fields<sim::FetParameters>::declare(Mapping<sim::FetParameters>& m) {
  using F = sim::FetParameters;
  m.optional("open_delay", &F::open_delay, option("from the decision until the FET is open", by_default, 0.0, 60.0));
  m.optional("close_delay", &F::close_delay,
             option("from the decision until the FET is closed", by_default, 0.0, 60.0));
  m.optional("charge_stuck", &F::charge_stuck, option("the charge FET never opens"));
  m.optional("discharge_stuck", &F::discharge_stuck, option("the discharge FET never opens"));
}

void Fields<sim::LimitParameters>::declare(Mapping<sim::LimitParameters>& m) {
  using L = sim::LimitParameters;
  m.optional("charge_voltage", &L::charge_voltage, option("charge voltage as sent (CVL)", "manual 3", 0.0, 100.0));
  m.optional("charge_current", &L::charge_current,
             option("charge current limit as sent (CCL)", "manual 3", 0.0, 1000.0));
  m.optional("discharge_current", &L::discharge_current,
             option("discharge current limit as sent (DCL)", "manual 3", 0.0, 1000.0));
  m.optional("discharge_power", &L::discharge_power,
             option("discharge power that DCL keeps", "manual 3", 0.0, 50000.0));
  m.optional("discharge_voltage", &L::discharge_voltage,
             option("discharge cut-off voltage as sent", "manual 3", 0.0, 100.0));
  m.optional("zero_when_blocked", &L::zero_when_blocked, option("the limit of a blocked direction is zero"));
}

void Fields<sim::ContactParameters>::declare(Mapping<sim::ContactParameters>& m) {
  using C = sim::ContactParameters;
  m.optional("delay", &C::delay, option("from the decision until the contact moves", by_default, 0.0, 600.0));
  m.optional("charge_inverted", &C::charge_inverted, option("NO1 is closed while charging is allowed"));
  m.optional("discharge_inverted", &C::discharge_inverted, option("NO2 is closed while discharging is allowed"));
  m.optional("charge_works", &C::charge_works, option("NO1 moves at all"));
  m.optional("discharge_works", &C::discharge_works, option("NO2 moves at all"));
}

void Fields<sim::CanParameters>::declare(Mapping<sim::CanParameters>& m) {
  using C = sim::CanParameters;
  m.optional("dialect", &C::dialect, option("frame set: sofar_amass or pylon_v12", "public frame sets"));
  m.optional("period", &C::period, option("each frame is sent so often", "public frame sets", 0.01, 3600.0));
  m.optional("spacing", &C::spacing, option("time from one frame of a set to the next", by_default, 0.0003, 1.0));
  m.optional("enabled", &C::enabled, option("sends at all"));
  m.optional("voltage_scale", &C::voltage_scale, option("factor on the voltage as sent", by_default, 0.0, 100.0));
  m.optional("current_scale", &C::current_scale, option("factor on the current as sent", by_default, -100.0, 100.0));
  m.optional("permissions_follow", &C::permissions_follow, option("the enable bits follow the blocked directions"));
}

void Fields<sim::SocParameters>::declare(Mapping<sim::SocParameters>& m) {
  using S = sim::SocParameters;
  m.optional("current_offset", &S::current_offset,
             option("added to the current that is counted", by_default, -100.0, 100.0));
  m.optional("capacity_scale", &S::capacity_scale,
             option("factor on the capacity that is counted with", by_default, 0.1, 10.0));
  m.optional("soh", &S::soh, option("state of health as sent", by_default, 0.0, 1.0));
  m.optional("cycles", &S::cycles, option("cycle count as sent", by_default, 0.0, 65535.0));
}

void Fields<sim::FirmwareParameters>::declare(Mapping<sim::FirmwareParameters>& m) {
  using F = sim::FirmwareParameters;
  m.optional("pack_ov", &F::pack_ov, option("battery over-voltage, stops charging", manual_ov));
  m.optional("pack_uv", &F::pack_uv, option("battery under-voltage, stops discharging", "manual 9.1-2e"));
  m.optional("cell_ov", &F::cell_ov, option("cell over-voltage, stops charging"));
  m.optional("cell_uv", &F::cell_uv, option("cell under-voltage, stops discharging"));
  m.optional("afe", &F::afe, option("measuring front end"));
  m.optional("fet", &F::fet, option("charge and discharge FETs"));
  m.optional("limits", &F::limits, option("limits as sent to the inverter"));
  m.optional("contacts", &F::contacts, option("dry contacts"));
  m.optional("can", &F::can, option("CAN port"));
  m.optional("soc", &F::soc, option("state of charge"));
}

}  // namespace rig

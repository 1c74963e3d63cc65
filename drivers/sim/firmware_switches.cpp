#include "drivers/sim/firmware_switches.hpp"

#include "drivers/sim/firmware_options.hpp"

namespace rig {
using sim::by_default, sim::option;

void Fields<sim::FetParameters>::declare(Mapping<sim::FetParameters>& m) {
  using F = sim::FetParameters;
  m.optional("open_delay", &F::open_delay, option("from the decision until the FET is open", by_default, 0.0, 60.0));
  m.optional("close_delay", &F::close_delay,
             option("from the decision until the FET is closed", by_default, 0.0, 60.0));
  m.optional("charge_stuck", &F::charge_stuck, option("the charge FET never opens"));
  m.optional("discharge_stuck", &F::discharge_stuck, option("the discharge FET never opens"));
}

void Fields<sim::ContactParameters>::declare(Mapping<sim::ContactParameters>& m) {
  using C = sim::ContactParameters;
  m.optional("delay", &C::delay, option("from the decision until the contact moves", by_default, 0.0, 600.0));
  m.optional("charge_inverted", &C::charge_inverted, option("NO1 is closed while charging is allowed"));
  m.optional("discharge_inverted", &C::discharge_inverted, option("NO2 is closed while discharging is allowed"));
  m.optional("charge_works", &C::charge_works, option("NO1 moves at all"));
  m.optional("discharge_works", &C::discharge_works, option("NO2 moves at all"));
}

}  // namespace rig

#include "drivers/sim/firmware_faults.hpp"

#include <algorithm>

#include "drivers/sim/firmware_options.hpp"

namespace rig::sim {

void Faults::wake() noexcept {
  for (State* state : {&ov_, &uv_, &ot_}) {
    *state = {.trip = {}, .tripped = state->tripped && !parameters_.faults_forgotten};
  }
  due_ = 0;
  conclude();
}

template <class Q>
void Faults::judge(State& state, const FaultRule<Q>& rule, bool beyond, double now) noexcept {
  if (!rule.enabled || (state.tripped && rule.latches)) {
    return;
  }
  state.tripped = state.trip.update(now, beyond, to_seconds(rule.delay), false);
  due_ = state.tripped ? due_ : std::min(due_, state.trip.due(to_seconds(rule.delay)));
}

void Faults::update(double now, const Scan& scan) noexcept {
  const FaultParameters& p = parameters_;
  due_ = never_due;
  judge(ov_, p.fault_ov, scan.highest_cell > p.fault_ov.threshold.value(), now);
  judge(uv_, p.fault_uv, scan.lowest_cell < p.fault_uv.threshold.value(), now);
  judge(ot_, p.fault_ot, scan.hottest > p.fault_ot.threshold.value(), now);
  conclude();
}

void Faults::conclude() noexcept {
  const FaultParameters& p = parameters_;
  tripped_ = ov_.tripped || uv_.tripped || ot_.tripped;
  told_ = (ov_.tripped && p.fault_ov.flag) || (uv_.tripped && p.fault_uv.flag) || (ot_.tripped && p.fault_ot.flag);
  opens_ = (ov_.tripped && p.fault_ov.fet) || (uv_.tripped && p.fault_uv.fet) || (ot_.tripped && p.fault_ot.fet);
}

}  // namespace rig::sim

namespace rig {
namespace {

using sim::option;

template <class Q>
void declare_fault(Mapping<sim::FaultRule<Q>>& m, const char* origin, double lowest, double highest) {
  using R = sim::FaultRule<Q>;
  m.optional("threshold", &R::threshold, option("a fault beyond", origin, lowest, highest));
  m.optional("delay", &R::delay, option("has to stand beyond for so long", origin, 0.0, 3600.0));
  m.optional("enabled", &R::enabled, option("the rule is evaluated at all"));
  m.optional("flag", &R::flag, option("is told on CAN as an error of the BMS"));
  m.optional("fet", &R::fet, option("opens both FETs"));
  m.optional("latches", &R::latches, option("stays until the pack is serviced", "manual 4-12"));
}

}  // namespace

void Fields<sim::FaultRule<Volts>>::declare(Mapping<sim::FaultRule<Volts>>& m) {
  declare_fault(m, "engineering default (PYL, SEP)", 0.0, 100.0);
}
void Fields<sim::FaultRule<Celsius>>::declare(Mapping<sim::FaultRule<Celsius>>& m) {
  declare_fault(m, "engineering default (PYL)", -60.0, 150.0);
}

}  // namespace rig

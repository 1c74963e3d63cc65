#include "drivers/sim/firmware_balancer.hpp"

#include "drivers/sim/firmware_options.hpp"

namespace rig::sim {

void Balancer::update(double now, const Scan& scan) noexcept {
  if (now < next_) {
    return;
  }
  const BalancingParameters& p = parameters_;
  next_ = now + to_seconds(p.period);
  // While charging, and at rest after it as long as a cell is still at the top; never while discharging.
  const bool allowed = p.enabled && scan.current > -p.rest_current.value() && scan.coldest >= p.lowest.value() &&
                       scan.hottest <= p.highest.value();
  std::uint32_t chosen = 0;
  for (std::size_t i = 0; allowed && i < cell_count; ++i) {
    const std::uint32_t bit = 1u << i;
    const double above = scan.cell[i] - scan.lowest_cell;
    const bool goes_on = (chosen_ & bit) != 0 && above > p.stop.value();
    if (scan.cell[i] >= p.voltage.value() && (goes_on || above > p.start.value())) {
      chosen |= bit;
    }
  }
  chosen_ = chosen;
  const std::uint32_t neighbours = ((chosen << 1) | (chosen >> (cell_count - 1))) & ((1u << cell_count) - 1);
  bleeding_ = p.wrong_cell ? neighbours : chosen;
}

}  // namespace rig::sim

namespace rig {
void Fields<sim::BalancingParameters>::declare(Mapping<sim::BalancingParameters>& m) {
  using B = sim::BalancingParameters;
  using sim::by_default, sim::option;
  constexpr const char* sep = "engineering default (SEP)";
  m.optional("voltage", &B::voltage, option("only cells from here on", sep, 0.0, 10.0));
  m.optional("start", &B::start, option("that are so far above the lowest", sep, 0.0, 10.0));
  m.optional("stop", &B::stop, option("until they are so near", sep, 0.0, 10.0));
  m.optional("lowest", &B::lowest, option("not colder than", sep, -60.0, 150.0));
  m.optional("highest", &B::highest, option("not hotter than", sep, -60.0, 150.0));
  m.optional("rest_current", &B::rest_current, option("less discharge current is rest", by_default, 0.0, 200.0));
  m.optional("period", &B::period, option("decided so often", by_default, 0.01, 86400.0));
  m.optional("enabled", &B::enabled, option("balances at all"));
}
}  // namespace rig

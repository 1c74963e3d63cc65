#include "rig/plan/plan.hpp"

#include "rig/core/quantity.hpp"
#include "rig/plan/envelope.hpp"
#include "rig/plan/reach.hpp"

namespace rig {

namespace {

// A chamber tells its rates among its driver's parameters, when it has them.
ChamberRates rates_of(const BenchConfig& bench) {
  ChamberRates rates;
  for (const InstrumentConfig& instrument : bench.instruments.items) {
    const DriverEntry* entry =
        instrument.name == "chamber" ? DriverRegistry::instance().find(instrument.driver) : nullptr;
    for (const ListedValue& value :
         entry == nullptr ? std::vector<ListedValue>{} : entry->list(instrument.parameters)) {
      const auto parsed = parse_quantity(value.value);
      const auto* rate = std::get_if<QuantityValue>(&parsed);
      if (rate == nullptr || !(rate->value > 0)) {
        continue;
      }
      if (value.path.ends_with("heating_rate")) {
        rates.heating = rate->value;
        rates.rated = true;
      } else if (value.path.ends_with("cooling_rate")) {
        rates.cooling = rate->value;
      }
    }
  }
  return rates;
}

}  // namespace

Forecast plan_case(const PlanInput& input, Diagnostics& diagnostics) {
  const SignalTable& signals = input.bench.signals();
  const CommandTable& commands = input.bench.commands();
  const auto points = walk_set_points(input.program, input.test.start, commands, [](SignalId) { return Interval{}; });
  const ChamberRates chamber = rates_of(input.bench.config());
  Forecast result =
      forecast({input.program, input.test.start, signals, commands, input.requirements, input.tick, chamber});
  const std::size_t errors_before = diagnostics.error_count();
  check_envelope({input.program, points, signals, commands, input.bench.limits(), input.bench.config().fixture,
                  input.requirements},
                 diagnostics);
  check_reach(input.program, points, input.test.start, signals, commands, input.requirements, chamber, result,
              diagnostics);
  // What is proven needs no second word about what is likely.
  if (diagnostics.error_count() == errors_before) {
    warn_of_timeouts(input.program, result, diagnostics);
  }
  return result;
}

}  // namespace rig

#include "rig/core/quantity.hpp"
#include "rig/plan/testability.hpp"

namespace rig {

std::string_view testability_name(Testability state) {
  switch (state) {
    case Testability::testable:
      return "testable";
    case Testability::characterise:
      return "characterise only";
    case Testability::swallowed:
      return "swallowed";
    case Testability::unreachable:
      return "unreachable";
    case Testability::unobservable:
      return "unobservable";
    case Testability::elsewhere:
      break;
  }
  return "elsewhere";
}

BenchSight sight_of(Bench& bench, Duration tick) {
  const BenchConfig& config = bench.config();
  BenchSight sight{bench.signals(), bench.commands(), bench.limits()};
  sight.dialect = parse_dialect(config.dut.rig.dialect.text).value_or(Dialect::unknown);
  sight.tick = tick;
  sight.cells_can_be_set = !config.dut.pack.driver.empty();
  for (const InstrumentConfig& instrument : config.instruments.items) {
    const DriverEntry* entry = DriverRegistry::instance().find(instrument.driver);
    for (const ListedValue& value :
         entry == nullptr ? std::vector<ListedValue>{} : entry->list(instrument.parameters)) {
      const auto parsed = parse_quantity(value.value);
      const auto* period = std::get_if<QuantityValue>(&parsed);
      if (value.path.ends_with("reading_period") && period != nullptr) {
        sight.reading_period[instrument.name] = period->value;
      }
    }
  }
  return sight;
}

void warn_of_claims(const Case& test, const std::vector<RowTestability>& rows, Diagnostics& diagnostics) {
  for (const MarkedText& claim : test.verifies) {
    for (const RowTestability& row : rows) {
      const bool lost = row.state == Testability::swallowed || row.state == Testability::unreachable ||
                        row.state == Testability::unobservable;
      if (row.id == claim.text && lost) {
        const bool rough = row.state == Testability::swallowed;
        diagnostics.warning(
            claim.mark,
            (rough ? "this bench decides " + row.id + " only roughly: " : "this bench cannot decide " + row.id + ": ") +
                std::string(testability_name(row.state)) + (row.why.empty() ? "" : ", " + row.why),
            row.mend);
      }
    }
  }
}

}  // namespace rig

#include "rig/plan/row_sight.hpp"

#include <algorithm>
#include <cmath>

namespace rig {
namespace {

constexpr double most_swallowed = 0.3;  // of the range of interest, so that a defect of a size that matters shows

class RowJudge : private RowSight {
 public:
  RowJudge(const Requirements& requirements, const BenchSight& bench, const RequirementRow& row)
      : RowSight(requirements, bench, row) {}

  RowTestability judge() {
    if (row_.kind == RowKind::informative) {
      add("row", Testability::elsewhere, "decided by what its cases expect and measure", "");
    } else {
      signals();
      if (row_.threshold) {
        threshold();
        delay();
        release();
      } else {
        range();
      }
    }
    conclude();
    return std::move(result_);
  }

 private:
  // -------------------------------------------------------------------------------------------- how much it leaves
  // open
  void threshold() {
    if (!reachable()) {
      return;
    }
    if (!row_.threshold->can_fail() || (row_.tolerance && !row_.tolerance->can_fail())) {
      add("threshold", Testability::characterise, "an engineering default", "a profile with threshold and tolerance");
      return;
    }
    const double value = row_.threshold->value();
    const double tolerance = row_.tolerance ? row_.tolerance->value() : 0.0;
    const bool of_pack = is(dimension::voltage) && !of_cells();
    const char* signal = of_pack ? "pack.voltage" : is(dimension::current) ? "pack.current" : "pack.skin_temperature";
    const double own = of_cells() || is(dimension::none) || is(dimension::time) ? 0.0 : uncertainty(signal, value);
    const double open = 2 * (tolerance + own);
    const double interest = range_of_interest();
    if (open > most_swallowed * interest) {
      Dimension kind = row_.threshold->quantity.dimension;
      kind.point = false;  // widths of temperatures are differences
      const double allowed = most_swallowed * interest / 2 - tolerance;
      add("threshold", Testability::swallowed,
          rough_text(open, kind) + " of " + rough_text(interest, kind) + " stay open (tolerance " +
              rough_text(tolerance, kind) +
              (own > 0 ? ", " + std::string(signal) + " " + rough_text(own, kind) : std::string()) + ")",
          allowed > 0 ? std::string(signal) + " within " + rough_text(allowed, kind)
                      : "a smaller tolerance in the profile");
    } else {
      add("threshold", Testability::testable, "", "");
    }
  }

  // Where the threshold of a pack of this class could lie; where nobody has said so: as far as its release, and at
  // least as far as the class's numbers differ from each other.
  [[nodiscard]] double range_of_interest() const {
    if (row_.characterise) {
      return row_.characterise->interval().width();
    }
    const double value = row_.threshold->value();
    double least = 0.1 * std::abs(value);
    if (is(dimension::temperature)) {
      least = 20.0;
    } else if (is(dimension::none)) {
      least = 0.1;
    } else if (is(dimension::time)) {
      least = 0.5 * value;
    }
    for (const ReleaseWay& way : row_.release) {
      if (way.value.quantity.dimension == row_.threshold->quantity.dimension) {
        least = std::max(least, std::abs(value - way.value.value()));
      }
    }
    return least;
  }

  [[nodiscard]] double slowest_reading() const {
    double slowest = 0.02;
    for (const auto& [instrument, period] : bench_.reading_period) {
      const bool counts = instrument == "supply" || instrument == "load" || instrument == "meter";
      slowest = counts ? std::max(slowest, period) : slowest;
    }
    return slowest;
  }

  void delay() {
    if (!row_.delay || row_.delay->interval().hi <= 0) {
      return;
    }
    if (is(dimension::temperature)) {
      add("delay", Testability::unreachable, "a chamber moves a pack by 0.01 K in a second, no delay shows", "");
      return;
    }
    if (!row_.delay->can_fail()) {
      add("delay", Testability::characterise, "an engineering default", "a profile with the delay");
      return;
    }
    const Interval latency = row_.kind == RowKind::protection ? requirements_.latency.path.interval()
                                                              : requirements_.latency.flag.interval();
    const double sampling = to_seconds(bench_.tick) + slowest_reading();
    const double open = latency.width() + sampling;
    const double longest = row_.delay->interval().hi;
    if (open > most_swallowed * longest) {
      const bool rig = sampling > latency.width();
      add("delay", Testability::swallowed,
          rough_text(open, dimension::time) + " of " + rough_text(longest, dimension::time) + " stay open (latency " +
              rough_text(latency.width(), dimension::time) + ", readings and tick " +
              rough_text(sampling, dimension::time) + ")",
          rig ? "faster readings and a shorter tick" : "a narrower latency in the profile");
    } else {
      add("delay", Testability::testable, "", "");
    }
  }

  void release() {
    if (row_.release.empty()) {
      return;
    }
    if (row_.release.size() > 1 || !row_.release.front().value.can_fail()) {
      add("release", Testability::characterise, "which of its policies a pack has is not known",
          "a profile with the release");
      return;
    }
    const ReleaseWay& way = row_.release.front();
    const std::size_t before = result_.fields.size();
    if (way.value.quantity.dimension == dimension::temperature) {
      if (!bench_.commands.find("chamber.temperature_set")) {
        add("release", Testability::unreachable, "no chamber brings the pack back", "an instrument named 'chamber'");
      }
    } else if (way.value.quantity.dimension != dimension::time) {
      actuator("release", row_.direction == Direction::charge ? Direction::discharge : Direction::charge);
    }
    if (result_.fields.size() == before) {
      add("release", Testability::testable, "", "");
    }
  }

  // Rows that judge a number: sent ranges, periods, sensing.
  void range() {
    if (!row_.range) {
      return;
    }
    if (!row_.range->can_fail()) {
      add("range", Testability::characterise, "an engineering default", "a profile with the range");
      return;
    }
    double own = 0.0;
    std::string with = "the tick";
    if (row_.kind == RowKind::sensing && row_.signal != "dut.soc") {
      with = tells_voltage() ? "pack.voltage" : "pack.current";
      own = uncertainty(with.c_str(), tells_voltage() ? 52.0 : 50.0);
    } else if (row_.kind == RowKind::period) {
      own = to_seconds(bench_.tick);
    }
    const double width = row_.range->interval().width();
    if (2 * own > most_swallowed * width) {
      Dimension kind = row_.range->ends.front().dimension;
      kind.point = false;
      add("range", Testability::swallowed,
          with + " leaves " + rough_text(2 * own, kind) + " of " + rough_text(width, kind) + " open",
          with + " within " + rough_text(most_swallowed * width / 2, kind));
    } else {
      add("range", Testability::testable, "", "");
    }
  }

  void conclude() {
    for (const FieldTestability& field : result_.fields) {
      const bool side = field.field == "delay" || field.field == "release";
      if (!side && field.state > result_.state) {
        result_.state = field.state;
        result_.why = field.why;
        result_.mend = field.mend;
      }
    }
  }
};

}  // namespace

std::vector<RowTestability> testability_of(const Requirements& requirements, const BenchSight& bench) {
  std::vector<RowTestability> result;
  for (const RequirementRow& row : requirements.rows) {
    result.push_back(RowJudge(requirements, bench, row).judge());
  }
  return result;
}

}  // namespace rig

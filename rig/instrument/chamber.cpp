#include "rig/instrument/chamber.hpp"

#include <algorithm>

#include "rig/instrument/role_signals.hpp"

namespace rig {

void Chamber::declare(Declarations& out) {
  const ChamberRatings r = ratings();
  signals_.temperature =
      out.signal("temperature", reading(dimension::temperature, r.uncertainty, r.max_age, "air in the chamber"));
  signals_.set = out.signal("temperature_set", confirmed(dimension::temperature, "active set-point, read back"));
  signals_.run = out.signal("run", confirmed(dimension::boolean, "the chamber runs, read back"));
  commands_.set = out.command("temperature_set", {.dimension = dimension::temperature,
                                                  .range = {r.lowest.value(), r.highest.value()},
                                                  .safe = chamber_rest.value(),
                                                  .help = "temperature of the air",
                                                  .stays_safe = true});
  commands_.run = out.command("run", {.dimension = dimension::boolean,
                                      .range = {0.0, 1.0},
                                      .safe = 1.0,
                                      .help = "chamber on, or off: then it drifts to room temperature",
                                      .stays_safe = true});
}

void Chamber::put_start(const StartState& start, CommandTable& table) const {
  const Interval range = table.spec(commands_.set).range;
  table.start_at(commands_.set, std::clamp(start.temperature.value_or(standing().value()), range.lo, range.hi));
}

void Chamber::sample(const Tick& tick, SignalTable& out) noexcept {
  const ChamberReading r = measure(tick);
  if (r.fresh) {
    out.write(signals_.temperature, r.temperature.value(), r.time, quality_of(r.valid));
  }
  confirm(out, signals_.set, r.set.value(), tick.start);
  confirm(out, signals_.run, r.run ? 1.0 : 0.0, tick.start);
}

void Chamber::apply(const Tick&, const CommandRow& row) noexcept {
  if (row.version() != version_) {
    version_ = row.version();
    command({Celsius{row[commands_.set]}, row[commands_.run] != 0.0});
  }
}

}  // namespace rig

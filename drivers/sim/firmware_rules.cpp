#include "drivers/sim/firmware_rules.hpp"

#include <algorithm>

namespace rig::sim {

void Protections::configure(const ProtectionParameters& parameters, std::uint64_t seed) {
  parameters_ = parameters;
  leaky_ = parameters.debounce == DebounceWord::leaky;
  seed_ = seed;
}

void Protections::restart() noexcept {
  for (Level* level :
       {&pack_ov_, &pack_uv_, &cell_ov_, &cell_uv_, &charge_ot_, &charge_ut_, &discharge_ot_, &discharge_ut_}) {
    *level = {};
  }
  for (Stage* stage : {&charge_oc_, &charge_oc2_, &discharge_oc_, &discharge_oc2_}) {
    *stage = {};
  }
  full_ = {};
  complete_ = false;
  due_ = 0;
  random_ = Random(seed_, "wandering threshold");
  wander(pack_ov_, parameters_.pack_ov);
  conclude();
}

void Protections::wander(Level& state, const VoltageRule& rule) noexcept {
  if (rule.wander.value() > 0) {
    const double size = rule.wander.value() * (0.6 + 0.4 * random_.uniform());
    state.shift = state.shift > 0 ? -size : size;
  }
}

void Protections::step(Level& state, bool beyond, bool back, double delay, double release_delay, double now) noexcept {
  if (!state.tripped) {
    if (state.trip.update(now, beyond, delay, leaky_)) {
      state.tripped = true;
      state.back.clear(now);
    } else {
      due_at(state.trip.due(delay));
      return;
    }
  }
  if (state.back.update(now, back, release_delay, false)) {
    state.tripped = false;
    state.trip.clear(now);
    return;
  }
  due_at(state.back.due(release_delay));
}

void Protections::judge(Level& state, const VoltageRule& rule, double threshold, bool above, double value,
                        double now) noexcept {
  if (!rule.enabled) {
    return;
  }
  const double reversed = above ? -current_ : current_;
  const bool by_voltage = above ? value <= rule.release.value() : value >= rule.release.value();
  const bool by_current = reversed > rule.release_current.value();
  const bool by_soc = above ? soc_ < rule.release_soc.value() : soc_ > rule.release_soc.value();
  bool back = by_voltage;
  switch (rule.release_policy) {
    case ReleaseWord::voltage:
      break;
    case ReleaseWord::current:
      back = by_current;
      break;
    case ReleaseWord::soc:
      back = by_soc;
      break;
    case ReleaseWord::any:
      back = by_voltage || by_current || by_soc;
      break;
  }
  const bool before = state.tripped;
  const double at = threshold + state.shift;
  step(state, above ? value > at : value < at, back, to_seconds(rule.delay), to_seconds(rule.release_delay), now);
  if (before && !state.tripped) {
    wander(state, rule);
  }
}

void Protections::judge(Level& state, const TemperatureRule& rule, bool above, double value, double now) noexcept {
  if (!rule.enabled) {
    return;
  }
  const double at = rule.threshold.value();
  const bool back = above ? value <= rule.release.value() : value >= rule.release.value();
  step(state, above ? value > at : value < at, back && !rule.latches, to_seconds(rule.delay),
       to_seconds(rule.release_delay), now);
}

void Protections::trip(Stage& state, const CurrentRule& rule, double now) noexcept {
  state.tripped = true;
  state.since = now;
  state.trips[state.count++ % state.trips.size()] = now;
  std::size_t recent = 0;
  for (std::size_t i = 0; i < std::min(state.count, state.trips.size()); ++i) {
    recent += state.trips[i] >= now - to_seconds(rule.lock_window) ? 1 : 0;
  }
  state.locked = static_cast<std::int64_t>(recent) >= rule.lock_after;
}

void Protections::judge(Stage& state, const CurrentRule& rule, double magnitude, double now) noexcept {
  if (!rule.enabled) {
    return;
  }
  if (!state.tripped) {
    if (state.trip.update(now, magnitude > rule.threshold.value(), to_seconds(rule.delay), leaky_)) {
      trip(state, rule, now);
    } else {
      due_at(state.trip.due(to_seconds(rule.delay)));
      return;
    }
  }
  const double over = state.since + to_seconds(rule.release_time);
  const bool reversed = magnitude < -rule.release_current.value();
  const bool by_time = rule.release_policy != CurrentReleaseWord::current && !state.locked && now >= over - 1e-9;
  const bool by_current = reversed && (state.locked || rule.release_policy != CurrentReleaseWord::time);
  if (by_time || by_current) {
    state.tripped = false;
    state.count = state.locked ? 0 : state.count;
    state.locked = false;
    state.trip.clear(now);
  } else if (!state.locked && rule.release_policy != CurrentReleaseWord::current) {
    due_at(over);
  }
}

void Protections::unlock(double now) noexcept {
  for (Stage* stage : {&charge_oc_, &charge_oc2_, &discharge_oc_, &discharge_oc2_}) {
    if (stage->locked) {
      *stage = {};
      stage->trip.clear(now);
    }
  }
  conclude();
}

// full_first: what the manual calls over-voltage is the end of a charge while the current tapers.
void Protections::complete_charge(double now) noexcept {
  const FullFirst& p = parameters_.full_first;
  if (parameters_.over_voltage_policy != OverVoltageWord::full_first) {
    return;
  }
  const bool tapering = voltage_ >= p.complete.value() && current_ >= 0 && current_ <= p.taper.value();
  if (full_.update(now, tapering, to_seconds(p.delay), leaky_)) {
    complete_ = true;
  } else if (complete_ && (soc_ < p.resume_soc.value() || -current_ > p.resume_current.value())) {
    complete_ = false;
  }
  if (!complete_) {
    due_at(full_.due(to_seconds(p.delay)));
  }
}

void Protections::update(double now, const Scan& scan, double soc) noexcept {
  const ProtectionParameters& p = parameters_;
  due_ = never_due;
  current_ = scan.current;
  voltage_ = scan.pack_voltage;
  soc_ = soc;
  const bool literal = p.over_voltage_policy == OverVoltageWord::manual_literal;
  const double highest_voltage = (literal ? p.pack_ov.threshold : p.full_first.threshold).value();
  judge(pack_ov_, p.pack_ov, highest_voltage, true, scan.pack_voltage, now);
  judge(cell_ov_, p.cell_ov, p.cell_ov.threshold.value(), true, scan.highest_cell, now);
  judge(pack_uv_, p.pack_uv, p.pack_uv.threshold.value(), false, scan.pack_voltage, now);
  judge(cell_uv_, p.cell_uv, p.cell_uv.threshold.value(), false, scan.lowest_cell, now);
  judge(charge_oc_, p.charge_oc, scan.current, now);
  judge(charge_oc2_, p.charge_oc2, scan.current, now);
  judge(discharge_oc_, p.discharge_oc, -scan.current, now);
  judge(discharge_oc2_, p.discharge_oc2, -scan.current, now);
  judge(charge_ot_, p.charge_ot, true, scan.hottest, now);
  judge(charge_ut_, p.charge_ut, false, scan.coldest, now);
  judge(discharge_ot_, p.discharge_ot, true, scan.hottest, now);
  judge(discharge_ut_, p.discharge_ut, false, scan.coldest, now);
  complete_charge(now);
  conclude();
}

void Protections::conclude() noexcept {
  const ProtectionParameters& p = parameters_;
  tripped_ = {.over_voltage = pack_ov_.tripped || cell_ov_.tripped,
              .under_voltage = pack_uv_.tripped || cell_uv_.tripped,
              .charge_oc = charge_oc_.tripped || charge_oc2_.tripped,
              .discharge_oc = discharge_oc_.tripped || discharge_oc2_.tripped,
              .charge_ot = charge_ot_.tripped,
              .charge_ut = charge_ut_.tripped,
              .discharge_ot = discharge_ot_.tripped,
              .discharge_ut = discharge_ut_.tripped};
  const auto told = [](const auto& state, const auto& rule) { return state.tripped && rule.flag; };
  const auto opens = [](const auto& state, const auto& rule) { return state.tripped && rule.fet; };
  flags_ = {.over_voltage = told(pack_ov_, p.pack_ov) || told(cell_ov_, p.cell_ov),
            .under_voltage = told(pack_uv_, p.pack_uv) || told(cell_uv_, p.cell_uv),
            .charge_oc = told(charge_oc_, p.charge_oc) || told(charge_oc2_, p.charge_oc2),
            .discharge_oc = told(discharge_oc_, p.discharge_oc) || told(discharge_oc2_, p.discharge_oc2),
            .charge_ot = told(charge_ot_, p.charge_ot),
            .charge_ut = told(charge_ut_, p.charge_ut),
            .discharge_ot = told(discharge_ot_, p.discharge_ot),
            .discharge_ut = told(discharge_ut_, p.discharge_ut)};
  const bool over = opens(pack_ov_, p.pack_ov) || opens(cell_ov_, p.cell_ov);
  const bool under = opens(pack_uv_, p.pack_uv) || opens(cell_uv_, p.cell_uv);
  charge_fet_ =
      !(over || opens(charge_oc_, p.charge_oc) || opens(charge_oc2_, p.charge_oc2) || opens(charge_ot_, p.charge_ot) ||
        opens(charge_ut_, p.charge_ut) || (under && p.under_voltage_blocks_both));
  discharge_fet_ = !(under || opens(discharge_oc_, p.discharge_oc) || opens(discharge_oc2_, p.discharge_oc2) ||
                     opens(discharge_ot_, p.discharge_ot) || opens(discharge_ut_, p.discharge_ut) ||
                     (over && p.over_voltage_blocks_both));
  const Flags& t = tripped_;
  charge_blocked_ = t.over_voltage || t.charge_oc || t.charge_ot || t.charge_ut;
  discharge_blocked_ = t.under_voltage || t.discharge_oc || t.discharge_ot || t.discharge_ut;
}

}  // namespace rig::sim

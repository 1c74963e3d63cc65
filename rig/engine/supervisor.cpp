#include "rig/engine/supervisor.hpp"

#include <algorithm>
#include <cmath>

namespace rig {

Supervisor::Supervisor(Bench& bench, std::span<const CompiledLimit> case_limits)
    : bench_(bench),
      violated_since_(bench.limits().size()),
      watched_(bench.watched().begin(), bench.watched().end()),
      safe_(CommandRow::at_safe(bench.commands())),
      admitted_(bench.commands()),
      scratch_(bench.commands()) {
  for (const CompiledLimit& limit : case_limits) {
    case_limits_.push_back({limit.signal, limit.range});
    if (std::find(watched_.begin(), watched_.end(), limit.signal) == watched_.end()) {
      watched_.push_back(limit.signal);
    }
  }
  for (const SignalId id : watched_) {
    looked_at_.add(id);
    const Origin origin = bench_.signals().spec(id).origin;
    written_later_ = written_later_ || (origin != Origin::measured && origin != Origin::commanded);
  }
  for (const BenchLimit& limit : bench_.limits()) {
    for (const SignalId id : limit.never.inputs()) {
      looked_at_.add(id);
    }
  }
}

void Supervisor::inspect(const Tick& tick, const SignalTable& signals) noexcept {
  const bool looks = waits_ || written_later_ || looked_at_.written(signals);
  if (looks) {
    look_for_bad(signals);
  }
  if (trip_ || (looks && look_at_limits(tick, signals))) {
    return;
  }
  watch_ages(tick, signals);
}

bool Supervisor::look_at_limits(const Tick& tick, const SignalTable& signals) noexcept {
  waits_ = false;
  const auto limits = bench_.limits();
  for (std::size_t i = 0; i < limits.size(); ++i) {
    std::optional<TimePoint>& since = violated_since_[i];
    if (limits[i].never.moved(signals)) {
      if (!limits[i].never.evaluate(signals).is_true()) {
        since.reset();
      } else if (!since.has_value()) {
        since = tick.start;
      }
    }
    if (since.has_value() && tick.start - *since >= limits[i].stays) {
      const auto& inputs = limits[i].never.inputs();
      trip({Source::bench_limit, i, limits[i].cause, tick.start, inputs.empty() ? Sample{} : signals[inputs.front()]});
      return true;
    }
    waits_ = waits_ || since.has_value();
  }
  for (std::size_t i = 0; i < case_limits_.size(); ++i) {
    const Sample& sample = signals[case_limits_[i].signal];
    if (sample.good() && !case_limits_[i].range.contains(sample.value)) {
      trip({Source::case_limit, i, cause_of(case_limits_[i], sample.value), tick.start, sample});
      return true;
    }
  }
  return false;
}

void Supervisor::look_for_bad(const SignalTable& signals) noexcept {
  const auto bad = std::find_if(watched_.begin(), watched_.end(), [&](SignalId id) { return !signals[id].good(); });
  ready_ = bad == watched_.end();
  first_not_good_ = static_cast<std::size_t>(bad - watched_.begin());
}

void Supervisor::watch_ages(const Tick& tick, const SignalTable& signals) noexcept {
  if (ready_ || !energised_) {
    stale_since_.reset();
    return;
  }
  if (!stale_since_) {
    stale_since_ = tick.start;
  }
  if (tick.start - *stale_since_ >= bench_.config().stale_grace) {
    trip({Source::stale, first_not_good_, TripCause::other, tick.start, signals[watched_[first_not_good_]]});
  }
}

TripCause Supervisor::cause_of(const CaseLimit& limit, double value) const noexcept {
  const Dimension dimension = bench_.signals().spec(limit.signal).dimension;
  const bool above = value > limit.range.hi;
  if (dimension == dimension::voltage) {
    return above ? TripCause::over_voltage : TripCause::under_voltage;
  }
  if (dimension == dimension::current) {
    return TripCause::over_current;
  }
  return dimension == dimension::temperature && above ? TripCause::over_temperature : TripCause::other;
}

void Supervisor::trip(const Trip& trip) noexcept {
  trip_ = trip;
  bench_.make_safe(trip.cause);  // not at the end of the tick: at once
  hold_safe();
}

void Supervisor::hold_safe() noexcept {
  holds_ = true;
  energised_ = false;
  seen_version_ = 0;
  admitted_.copy_from(safe_);
}

bool Supervisor::refuse(Reason reason, CommandId command, double value, const Tick& tick) noexcept {
  if (!refusal_) {
    refusal_ = Refusal{reason, command, value, tick.start, first_not_good_};
  }
  return false;
}

// Looks at what the row would change.
bool Supervisor::fits(const Tick& tick, const CommandRow& wanted) noexcept {
  const auto specs = bench_.commands().specs();
  for (std::uint32_t i = 0; i < specs.size(); ++i) {
    const CommandId id{i};
    const double value = wanted[id];
    if (value == admitted_[id]) {
      continue;
    }
    if (!std::isfinite(value)) {
      return refuse(Reason::no_number, id, value, tick);
    }
    if (!specs[i].range.contains(value)) {
      return refuse(Reason::out_of_range, id, value, tick);
    }
    if (specs[i].energises && value != 0.0 && !ready_) {
      return refuse(Reason::not_ready, id, value, tick);
    }
  }
  return true;
}

void Supervisor::admit(const Tick& tick, const CommandRow& wanted) noexcept {
  if (wanted.version() == seen_version_) {
    return;
  }
  const auto specs = bench_.commands().specs();
  scratch_.copy_from(wanted);
  for (std::uint32_t i = 0; holds_ && i < specs.size(); ++i) {
    if (specs[i].energises || specs[i].stays_safe) {
      scratch_.set({i}, safe_[{i}]);
    }
  }
  if (!fits(tick, scratch_)) {
    return;
  }
  seen_version_ = wanted.version();
  admitted_.copy_from(scratch_);
  energised_ = false;
  for (std::uint32_t i = 0; i < specs.size(); ++i) {
    energised_ = energised_ || (specs[i].energises && admitted_[{i}] != 0.0);
  }
}

}  // namespace rig

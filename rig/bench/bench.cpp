#include "rig/bench/bench.hpp"

#include <algorithm>
#include <utility>

#include "rig/core/error.hpp"
#include "rig/signal/signal_group.hpp"

namespace rig {

std::vector<ConnectResult> Bench::try_connect() {
  std::vector<ConnectResult> results;
  for (const Owned& owned : instruments_) {
    ConnectResult result{.instrument = owned.name, .link = {}, .trouble = {}};
    try {
      owned.instrument->connect();
    } catch (const RigError& error) {
      result.trouble = error.what();
    }
    result.link = owned.instrument->link();
    results.push_back(std::move(result));
  }
  return results;
}

void Bench::connect() {
  std::string text;
  for (const ConnectResult& result : try_connect()) {
    if (!result.trouble.empty()) {
      text += (text.empty() ? "" : "\n") + result.instrument + ": " + result.trouble;
    }
  }
  if (!text.empty()) {
    throw RigError(text);
  }
}

std::vector<ConnectResult> Bench::links() const {
  std::vector<ConnectResult> results;
  for (const Owned& owned : instruments_) {
    if (auto link = owned.instrument->link()) {
      std::string trouble = link->trouble;
      results.push_back({owned.name, std::move(link), std::move(trouble)});
    }
  }
  return results;
}

bool Bench::preset(const StartState& state) {
  counters_.reset();
  for (LightWatch& lights : lights_) {
    lights.reset();
  }
  pcs_.restart();
  bool done = pack_ != nullptr && pack_->preset(state);
  for (const Owned& owned : instruments_) {
    done = owned.instrument->preset(state) || done;
  }
  for (const Owned& owned : instruments_) {
    owned.instrument->put_start(state, commands_);
  }
  return done;
}

void Bench::arm() {
  const FixtureConfig& fixture = config_.fixture;
  const ArmLimits limits{.over_voltage = fixture.maximum_voltage.value(),
                         .under_voltage = 0.0,
                         .over_current = fixture.maximum_current.value()};
  for (const Owned& owned : instruments_) {
    owned.instrument->arm(limits);
  }
  if (pack_) {
    pack_->arm(limits);
  }
  if (can_ != nullptr) {
    can_->open_gate(pcs_.send_list());
  }
}

void Bench::sample(const Tick& tick) noexcept {
  if (pack_) {
    pack_->sample(tick, signals_);
  }
  for (const Owned& owned : instruments_) {
    owned.instrument->sample(tick, signals_);
  }
  if (port_) {
    hear_pack(tick);
  }
  pcs_.sample(tick, signals_);
  signals_.age(tick.start);
  if (any_written(signals_)) {
    derive();
  }
}

// What the bench makes of its readings; the next may be made of the one before.
void Bench::derive() noexcept {
  for (const Wire& wire : wires_) {
    const Sample& before = signals_[wire.signal];
    if (before.quality != Quality::never && !wire.value.moved(signals_)) {
      continue;
    }
    const Evaluation now = wire.value.evaluate(signals_);
    if (now.value != before.value || now.time != before.time || now.quality != before.quality) {
      signals_.write(wire.signal, now.value, now.time, now.quality);
    }
  }
  counters_.count(signals_);
  for (LightWatch& lights : lights_) {
    lights.look(signals_);
  }
}

void Bench::hear_pack(const Tick& tick) noexcept {
  const CanBus::Life life = can_->life();
  const std::uint64_t overflow = can_->received().overflow();
  const bool all = std::exchange(overflow_, overflow) == overflow;
  const bool sure = life.alive && life.sure && all;
  port_->decode(tick, can_->received(), signals_, sure);
  const Quality quality = sure ? Quality::good : life.alive ? Quality::stale : Quality::invalid;
  if (signals_[can_alive_].quality != quality) {
    const bool knows_since = !life.alive || !life.sure;
    signals_.write(can_alive_, life.alive ? 1.0 : 0.0, knows_since ? life.since : tick.start, quality);
  }
}

void Bench::apply(const Tick& tick, const CommandRow& row) noexcept {
  if (port_) {
    pcs_.apply(tick, row, can_->received(), port_->dialect(), *can_);
  }
  if (std::exchange(applied_, row.version()) != row.version()) {
    for (const Owned& owned : instruments_) {
      if (owned.instrument->switches_off(row)) {
        owned.instrument->apply(tick, row);
      }
    }
  }
  for (const Owned& owned : instruments_) {
    owned.instrument->apply(tick, row);
  }
  if (pack_) {
    pack_->apply(tick, row);
  }
}

void Bench::make_safe(TripCause cause) noexcept {
  // make_safe() of an instrument is noexcept: none can keep the next one from being switched off.
  for (Instrument* instrument : safe_orders_[static_cast<std::size_t>(cause)]) {
    instrument->make_safe();
  }
}

bool Bench::is_safe() const noexcept {
  const bool pack_safe = pack_ == nullptr || pack_->is_safe();
  return pack_safe && std::all_of(instruments_.begin(), instruments_.end(),
                                  [](const Owned& owned) { return owned.instrument->is_safe(); });
}

std::vector<std::string> Bench::not_safe() const {
  std::vector<std::string> names;
  for (const Owned& owned : instruments_) {
    if (!owned.instrument->is_safe()) {
      names.push_back(owned.name);
    }
  }
  return names;
}

void Bench::seal() { signals_.seal(); }

}  // namespace rig

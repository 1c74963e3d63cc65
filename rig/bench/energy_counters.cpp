#include "rig/bench/energy_counters.hpp"

#include <cmath>

namespace rig {
namespace {
// A bridge over missing readings is a guess; beyond this length the sum has a hole and says so.
constexpr Duration longest_bridge = std::chrono::seconds(1);
// Readings come every 20 ms or so; counters that are written as often would be most of a record.
constexpr Duration publication_period = std::chrono::milliseconds(100);
}  // namespace

void EnergyCounters::declare(SignalTable& table) {
  const auto voltage = table.find("pack.voltage");
  const auto current = table.find("pack.current");
  if (!voltage || !current || table.spec(*voltage).dimension != dimension::voltage ||
      table.spec(*current).dimension != dimension::current) {
    return;
  }
  voltage_ = *voltage;
  current_ = *current;
  charge_demand_ = table.find("pack.charge_demand").value_or(SignalId{});
  discharge_demand_ = table.find("pack.discharge_demand").value_or(SignalId{});
  voltage_class_ = table.spec(voltage_).uncertainty;
  current_class_ = table.spec(current_).uncertainty;
  struct Text {
    const char* name;
    Dimension dimension;
    const char* help;
  };
  constexpr std::array<Text, which_count> texts = {{
      {"pack.charge_in", dimension::charge, "charge that went into the pack in this run"},
      {"pack.charge_out", dimension::charge, "charge that came out of the pack in this run"},
      {"pack.energy_in", dimension::energy, "energy that went into the pack in this run"},
      {"pack.energy_out", dimension::energy, "energy that came out of the pack in this run"},
  }};
  for (std::size_t i = 0; i < which_count; ++i) {
    const std::string name = texts[i].name;
    counters_[i].value = table.declare(
        {.name = name, .dimension = texts[i].dimension, .source = "counter (bench)", .help = texts[i].help});
    counters_[i].uncertainty = table.declare({.name = name + ".u",
                                              .dimension = texts[i].dimension,
                                              .source = "counter (bench)",
                                              .help = "its expanded uncertainty (k = 2)"});
  }
}

void EnergyCounters::reset() noexcept {
  for (Counter& counter : counters_) {
    counter.sum = counter.bound = 0.0;
  }
  last_.reset();
  published_.reset();
  has_hole_ = false;
}

bool EnergyCounters::is_idle(const SignalTable& table) const noexcept {
  const auto is_off = [&](SignalId demand) {
    return demand.valid() && table[demand].good() && table[demand].value == 0.0;
  };
  return is_off(charge_demand_) && is_off(discharge_demand_);
}

void EnergyCounters::count(SignalTable& table) noexcept {
  if (!current_.valid() || has_hole_) {
    return;
  }
  const Sample& current = table[current_];
  const Sample& voltage = table[voltage_];
  if (!current.good() || !voltage.good() || (last_ && current.time <= last_->time)) {
    return;
  }
  const Reading now{current.time, current.value, voltage.value * current.value, is_idle(table)};
  if (last_) {
    if (now.time - last_->time > longest_bridge) {
      has_hole_ = true;
      for (const Counter& counter : counters_) {
        table.set_quality(counter.value, Quality::invalid);
        table.set_quality(counter.uncertainty, Quality::invalid);
      }
      return;
    }
    const double dt = now.idle && last_->idle ? 0.0 : to_seconds(now.time - last_->time);
    const double of_current = current_class_.at(current.value);
    add(charge_in, charge_out, last_->current, now.current, of_current, dt);
    add(energy_in, energy_out, last_->power, now.power,
        std::abs(voltage.value) * of_current + std::abs(current.value) * voltage_class_.at(voltage.value), dt);
  }
  last_ = now;
  publish(now.time, table);
}

// The trapezoid between two readings. Where they differ nobody knows when the step came: up to half of it is doubt.
void EnergyCounters::add(Which in, Which out, double before, double now, double expanded, double dt) noexcept {
  const double mean = 0.5 * (before + now);
  const double doubt = (expanded + 0.5 * std::abs(now - before)) * dt;
  if (mean > 0.0) {
    counters_[in].sum += mean * dt;
  } else {
    counters_[out].sum -= mean * dt;
  }
  if (mean > -expanded) {
    counters_[in].bound += doubt;
  }
  if (mean < expanded) {
    counters_[out].bound += doubt;
  }
}

void EnergyCounters::publish(TimePoint time, SignalTable& table) noexcept {
  if (published_ && time - *published_ < publication_period) {
    return;
  }
  for (const Counter& counter : counters_) {
    if (!published_ || table[counter.value].value != counter.sum) {
      table.write(counter.value, counter.sum, time);
    }
    if (!published_ || table[counter.uncertainty].value != counter.bound) {
      table.write(counter.uncertainty, counter.bound, time);
    }
  }
  published_ = time;
}

}  // namespace rig

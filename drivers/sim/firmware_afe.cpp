#include "drivers/sim/firmware_afe.hpp"

#include <algorithm>
#include <cmath>

#include "drivers/sim/firmware_options.hpp"
#include "rig/core/math.hpp"

namespace rig::sim {
namespace {

// Cells that carry an NTC: both ends of the row and two of its middle.
constexpr std::array<std::size_t, ntc_count> ntc_at = {0, 5, 10, 15};

// The cell whose wire comes loose.
constexpr std::size_t stuck_cell = 6;

double quantised(double value, double step) noexcept { return std::floor(value / step + 0.5) * step; }
double share(Duration period, Duration constant) noexcept {
  return constant > Duration{} ? 1.0 - exact_exp(-to_seconds(period) / to_seconds(constant)) : 1.0;
}

}  // namespace

void Afe::configure(const AfeParameters& parameters, std::uint64_t seed) {
  parameters_ = parameters;
  const AfeParameters& p = parameters_;
  Random random(seed, "front end");
  const auto within = [&random](double half) { return (2 * random.uniform() - 1) * half; };
  for (std::size_t i = 0; i < cell_count; ++i) {
    const double gain = within(p.cell_gain_spread.value());
    const double offset = within(p.cell_offset_spread.value());
    // Gain and offset together stay inside the front end's class at both protections: sixteen times 6 mV are 0.1 V.
    const double most = p.cell_error.value();
    constexpr double low = 2.8, high = 3.65;
    const double lowest = std::max(-most - gain * low, -most - gain * high);
    const double highest = std::max(lowest, std::min(most - gain * low, most - gain * high));
    gain_[i] = p.voltage_gain.value() * (1 + gain);
    offset_[i] = p.cell_offset.value() + std::clamp(offset, lowest, highest);
  }
  current_gain_ = p.current_gain.value() * (1 + within(p.current_gain_spread.value()));
  current_offset_ = p.current_offset.value() + within(p.current_offset_spread.value());
  for (double& offset : ntc_offset_) {
    offset = p.temperature_offset.value() + within(p.temperature_offset_spread.value());
  }
  // The pack's clock and the rig's were never started together.
  scan_phase_ = random.uniform() * to_seconds(p.scan_period);
  temperature_phase_ = random.uniform() * to_seconds(p.temperature_period);
  voltage_share_ = share(p.scan_period, p.voltage_filter);
  temperature_share_ = share(p.temperature_period, p.temperature_lag);
  noise_seed_ = seed;
}

void Afe::restart() noexcept {
  next_scan_ = scan_phase_;
  next_temperatures_ = temperature_phase_;
  first_ = true;
  noise_ = Random(noise_seed_, "front end noise");
  scan_ = {};
}

void Afe::read_voltages(const PackCells& cells, double current) noexcept {
  const AfeParameters& p = parameters_;
  const double resolution = p.cell_resolution.value();
  const double noise = p.cell_noise.value();
  double sum = 0, highest = -1e9, lowest = 1e9;
  for (std::size_t i = 0; i < cell_count; ++i) {
    const double seen =
        quantised(cells.cell_voltage(i, current) * gain_[i] + offset_[i] + (noise > 0 ? noise * noise_.normal() : 0.0),
                  resolution);
    const double reading = p.cell_stuck && i == stuck_cell && !first_ ? scan_.cell[i] : seen;
    scan_.cell[i] = first_ ? reading : scan_.cell[i] + voltage_share_ * (reading - scan_.cell[i]);
    sum += scan_.cell[i];
    highest = std::max(highest, scan_.cell[i]);
    lowest = std::min(lowest, scan_.cell[i]);
  }
  scan_.pack_voltage = p.cell_missing ? sum - scan_.cell.back() : sum;
  scan_.highest_cell = p.mean_for_highest ? sum / static_cast<double>(cell_count) : highest;
  scan_.lowest_cell = lowest;
  scan_.current = quantised(current * current_gain_ + current_offset_ + p.current_noise.value() * noise_.normal(),
                            p.current_resolution.value());
}

void Afe::read_temperatures(const PackCells& cells) noexcept {
  const AfeParameters& p = parameters_;
  double sum = 0, hottest = -1e9, coldest = 1e9;
  for (std::size_t i = 0; i < ntc_count; ++i) {
    const double truth = cells.cell_temperature(ntc_at[i]) + ntc_offset_[i];
    if (first_) {
      ntc_[i] = truth;
    } else if (!p.sensors_stuck) {
      ntc_[i] += temperature_share_ * (truth + p.temperature_noise.value() * noise_.normal() - ntc_[i]);
    }
    double reading = quantised(ntc_[i], p.temperature_resolution.value());
    if (p.temperature_unsigned && reading < 0) {
      reading += 256.0;  // a byte that lost its sign
    }
    sum += reading;
    hottest = std::max(hottest, reading);
    coldest = std::min(coldest, reading);
  }
  scan_.mean_temperature = sum / static_cast<double>(ntc_count);
  scan_.hottest = p.mean_temperature_only ? scan_.mean_temperature : hottest;
  scan_.coldest = p.mean_temperature_only ? scan_.mean_temperature : coldest;
}

bool Afe::run(double now, const PackCells& cells, double current) noexcept {
  constexpr double slack = 1e-9;  // s, rounding of a sum of periods
  if (now < next_scan_ - slack && !first_) {
    return false;
  }
  while (next_scan_ <= now + slack) {
    next_scan_ += to_seconds(parameters_.scan_period);
  }
  read_voltages(cells, current);
  if (now >= next_temperatures_ - slack || first_) {
    while (next_temperatures_ <= now + slack) {
      next_temperatures_ += to_seconds(parameters_.temperature_period);
    }
    read_temperatures(cells);
  }
  first_ = false;
  return true;
}

}  // namespace rig::sim

namespace rig {
void Fields<sim::AfeParameters>::declare(Mapping<sim::AfeParameters>& m) {
  using A = sim::AfeParameters;
  using sim::by_default, sim::drawn_origin, sim::option;
  constexpr const char* relatives = "class relatives";
  m.optional("scan_period", &A::scan_period,
             option("voltages and current are measured so often", by_default, 0.01, 60.0));
  m.optional("temperature_period", &A::temperature_period,
             option("temperatures are measured so often", by_default, 0.01, 600.0));
  m.optional("cell_resolution", &A::cell_resolution, option("step of a cell reading", relatives, 1e-6, 1.0));
  m.optional("current_resolution", &A::current_resolution,
             option("step of the current reading", relatives, 1e-6, 10.0));
  m.optional("temperature_resolution", &A::temperature_resolution,
             option("step of a temperature reading", relatives, 1e-3, 20.0));
  m.optional("cell_offset", &A::cell_offset, option("added to each cell reading", by_default, -1.0, 1.0));
  m.optional("voltage_gain", &A::voltage_gain, option("factor on each cell reading", by_default, 0.5, 2.0));
  m.optional("current_offset", &A::current_offset, option("added to the current reading", by_default, -50.0, 50.0));
  m.optional("current_gain", &A::current_gain, option("factor on the current reading", by_default, -2.0, 2.0));
  m.optional("temperature_offset", &A::temperature_offset,
             option("added to each temperature reading", by_default, -100.0, 100.0));
  m.optional("cell_gain_spread", &A::cell_gain_spread, option("gain of each cell, +-", drawn_origin, 0.0, 0.1));
  m.optional("cell_offset_spread", &A::cell_offset_spread, option("offset of each cell, +-", drawn_origin, 0.0, 0.2));
  m.optional("cell_error", &A::cell_error,
             option("most that gain and offset of one cell make together", drawn_origin, 0.0, 0.5));
  m.optional("current_gain_spread", &A::current_gain_spread, option("gain of the shunt, +-", drawn_origin, 0.0, 0.5));
  m.optional("current_offset_spread", &A::current_offset_spread,
             option("offset of the shunt, +-", drawn_origin, 0.0, 10.0));
  m.optional("temperature_offset_spread", &A::temperature_offset_spread,
             option("offset of each NTC, +-", drawn_origin, 0.0, 50.0));
  m.optional("cell_noise", &A::cell_noise, option("noise of one cell reading, sigma", "SIL16", 0.0, 0.1));
  m.optional("current_noise", &A::current_noise, option("noise of one current reading, sigma", "SIL16", 0.0, 10.0));
  m.optional("temperature_noise", &A::temperature_noise,
             option("noise of one temperature reading, sigma", "SIL16", 0.0, 20.0));
  m.optional("voltage_filter", &A::voltage_filter,
             option("time constant of the filter on cell readings", by_default, 0.0, 60.0));
  m.optional("temperature_lag", &A::temperature_lag,
             option("time constant from the cell to its NTC", by_default, 0.0, 3600.0));
}
}  // namespace rig

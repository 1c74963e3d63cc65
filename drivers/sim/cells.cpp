#include "drivers/sim/cells.hpp"

#include <algorithm>

#include "rig/core/math.hpp"
#include "rig/core/random.hpp"

namespace rig::sim {
namespace {

constexpr int refresh_every = 50;
constexpr double zero_celsius = 273.15;

// A fixed order of additions, wide enough for the compiler to use two lanes.
double sum(const CellStack::PerCell& x) noexcept {
  double a = 0, b = 0, c = 0, d = 0;
  for (std::size_t i = 0; i < CellStack::count; i += 4) {
    a += x[i];
    b += x[i + 1];
    c += x[i + 2];
    d += x[i + 3];
  }
  return (a + c) + (b + d);
}

}  // namespace

void CellStack::configure(const CellParameters& parameters, std::uint64_t seed) {
  parameters_ = parameters;
  Random random(seed, "cells");
  for (std::size_t i = 0; i < count; ++i) {
    const double sigma = parameters.capacity_sigma.value();
    const double capacity = parameters.capacity.value() * (1.0 + std::clamp(sigma * random.normal(), -0.02, 0.02));
    per_charge_[i] = 1.0 / capacity;
    r_scale_[i] = 1.0 + parameters.resistance_spread.value() * (2.0 * random.uniform() - 1.0);
    soc_draw_[i] = parameters.soc_sigma.value() * random.normal();
  }
  // The mean belongs to the start state, the spread to the cells.
  const double mean = sum(soc_draw_) / count;
  for (double& draw : soc_draw_) {
    draw -= mean;
  }
  reset({});
}

void CellStack::reset(const CellStart& start) noexcept {
  for (std::size_t i = 0; i < count; ++i) {
    soc_[i] = start.soc + start.spread * soc_draw_[i];
  }
  if (start.leading_cell >= 1 && start.leading_cell <= static_cast<int>(count)) {
    soc_[static_cast<std::size_t>(start.leading_cell - 1)] += start.leading_by;
  }
  v1_.fill(0.0);
  v2_.fill(0.0);
  h_.fill(0.0);
  temperature_ = ambient_ = start.temperature;
  seconds_ = 0.0;
  set_step(0.01);
  refresh(false);
  add_up();
}

void CellStack::set_step(double seconds) noexcept {
  seconds_ = seconds;
  a1_ = exact_exp(-seconds / tau1);
  a2_ = exact_exp(-seconds / tau2);
  until_refresh_ = 0;  // the products with 1 - a depend on the step
}

void CellStack::refresh(bool charging) noexcept {
  charging_ = charging;
  until_refresh_ = refresh_every;
  const ResistanceCurve curve = resistance_curve(temperature_, charging);
  const double b1 = 1.0 - a1_;
  const double b2 = 1.0 - a2_;
  volts_per_kelvin_ = 0.0;
  for (std::size_t i = 0; i < count; ++i) {
    const Resistances r = curve.at(soc_[i]);
    r0_[i] = r.r0 * r_scale_[i];
    b1r1_[i] = b1 * r.r1 * r_scale_[i];
    b2r2_[i] = b2 * r.r2 * r_scale_[i];
    half_gap_[i] = grid_->half_gap(soc_[i]);
    const double slope = grid_->volts_per_kelvin(soc_[i]);
    entropic_[i] = slope * (temperature_ - 25.0);
    volts_per_kelvin_ += slope;
  }
  r0_sum_ = sum(r0_);
}

void CellStack::move(double current, double seconds) noexcept {
  const double charge = (current > 0.0 ? current * parameters_.charge_efficiency.value() : current) * seconds;
  const double sign = current > 0.0 ? 1.0 : -1.0;
  const double rate = parameters_.hysteresis_rate.value() * sign;  // rate * charge >= 0
  for (std::size_t i = 0; i < count; ++i) {
    const double moved = charge * per_charge_[i];
    soc_[i] += moved;
    v1_[i] = a1_ * v1_[i] + current * b1r1_[i];
    v2_[i] = a2_ * v2_[i] + current * b2r2_[i];
    h_[i] += rate * moved * (sign - h_[i]);
    over_[i] = h_[i] * half_gap_[i] + v1_[i] + v2_[i];
  }
}

void CellStack::add_up() noexcept {
  const auto& mean = grid_->mean_segments();
  for (std::size_t i = 0; i < count; ++i) {
    const double x = soc_[i] * OpenCircuitGrid::segments;
    const OpenCircuitGrid::Segment& s = mean[static_cast<std::size_t>(OpenCircuitGrid::index(soc_[i]))];
    open_[i] = (s.at_zero + s.slope * x) + (entropic_[i] + over_[i]);
  }
  over_sum_ = sum(over_);
  open_sum_ = sum(open_);
}

void CellStack::step(double current, double seconds, double extra_heat) noexcept {
  if (seconds != seconds_) {
    set_step(seconds);
  }
  const bool charging = current > 0.0;
  if (until_refresh_-- <= 0 || charging != charging_) {
    refresh(charging);
  }
  move(current, seconds);
  add_up();
  // Joule and hysteresis heat, and the entropic heat that cools or warms with the direction.
  const double heat = current * (over_sum_ + current * r0_sum_) +
                      current * (temperature_ + zero_celsius) * volts_per_kelvin_ + extra_heat;
  temperature_ += seconds / parameters_.heat_capacity.value() *
                  (heat - parameters_.heat_loss.value() * (temperature_ - ambient_));
}

double CellStack::mean_soc() const noexcept { return sum(soc_) / count; }

}  // namespace rig::sim

void rig::Fields<rig::sim::CellParameters>::declare(Mapping<sim::CellParameters>& m) {
  using P = sim::CellParameters;
  m.title("cells of the virtual pack");
  m.optional("capacity", &P::capacity,
             {.help = "mean capacity of a cell; 103 Ah so that 100 Ah come out at the terminals",
              .origin = "derived from manual 3",
              .minimum = 3600.0,
              .maximum = 3.6e6});
  m.optional("capacity_sigma", &P::capacity_sigma,
             {.help = "standard deviation of the capacities, clipped at 2 %",
              .origin = "engineering default (sorted cells)",
              .minimum = 0.0,
              .maximum = 0.1});
  m.optional("soc_sigma", &P::soc_sigma,
             {.help = "standard deviation of the states of charge at the start",
              .origin = "engineering default",
              .minimum = 0.0,
              .maximum = 0.1});
  m.optional("resistance_spread", &P::resistance_spread,
             {.help = "half width of the uniform spread of the resistances",
              .origin = "engineering default",
              .minimum = 0.0,
              .maximum = 0.9});
  m.optional("charge_efficiency", &P::charge_efficiency,
             {.help = "part of the charge that is stored",
              .origin = "engineering default (SimSES, fits of 100 Ah packs)",
              .minimum = 0.5,
              .maximum = 1.0});
  m.optional("hysteresis_rate", &P::hysteresis_rate,
             {.help = "Plett's gamma: 30 walks 90 % of the loop in 7.7 % SOC",
              .origin = "engineering default",
              .minimum = 0.0,
              .maximum = 500.0});
  m.optional("heat_capacity", &P::heat_capacity,
             {.help = "of the whole pack", .origin = "derived from the mass, manual 3", .minimum = 100.0, .maximum = 1e7});
  m.optional("heat_loss", &P::heat_loss,
             {.help = "from the pack to the ambient air",
              .origin = "engineering default (free surface)",
              .minimum = 0.0,
              .maximum = 1e3});
}

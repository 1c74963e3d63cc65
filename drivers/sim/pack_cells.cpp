#include "drivers/sim/pack_cells.hpp"

#include <algorithm>
#include <cmath>

#include "rig/core/math.hpp"

namespace rig::sim {
namespace {

constexpr double kelvin_at_zero = 273.15;
constexpr double reference_temperature = 25.0;  // degC, of the tables
constexpr double lowest_cold_capacity =
    0.8;  // of the capacity at 25 degC (bottom of what data sheets give at -20 degC)
constexpr double emptiest_stored =
    -0.0105;  // SOC, about 1.45 V of a cell; below it there is nothing left that could leak
constexpr double least_aged_capacity = 0.2;
constexpr double refresh_period = 0.5;  // s; a cell warms by 0.01 K a second at most
constexpr double turn_period = 0.1;     // s; the resistances follow a reversed current so soon,
constexpr double strong = 1.0;          // A; and one that is more than noise at once
constexpr double touch_every = 1e-5;    // SOC; behind a kink of the curve the tangent is off by 0.2 mV at most
constexpr double tolerance = 1e-9;      // s

}  // namespace

void PackCells::configure(const CellParameters& cells, const ThermalParameters& thermal, double path_resistance,
                          std::uint64_t seed) {
  parameters_ = cells;
  path_resistance_ = path_resistance;
  drawn_ = draw_cells(cells, seed);
  curves_ = CellCurves(cell_tables(), draw_perturbation(cells.perturbation.value(), seed));
  thermal_.configure(thermal);
  efficiency_ = cells.charge_efficiency.value();
  touch_after_ = touch_every * cells.capacity.value();
  hysteresis_per_charge_ = cells.hysteresis_rate.value() / cells.capacity.value();
  leak_per_kelvin_ = exact_log(cells.self_discharge_q10.value()) / 10;
}

void PackCells::rest_at(double soc, double celsius, double spread_scale, int leading_cell, double leading_by) {
  for (std::size_t i = 0; i < cell_count; ++i) {
    soc_[i] = soc + drawn_.soc_offset[i] * spread_scale;
  }
  if (leading_cell >= 1 && leading_cell <= static_cast<int>(cell_count)) {
    soc_[static_cast<std::size_t>(leading_cell - 1)] += leading_by;
  }
  for (CellArray* array : {&v1_, &v2_, &hysteresis_, &lost_}) {
    array->fill(0);
  }
  thermal_.soak(celsius);
  ambient_ = celsius;
  bleed_ = 0;
  cycles_ = 0;
  lived_capacity_ = lived_resistance_ = 1;
  elapsed_ = passed_ = squared_ = wasted_ = 0;
  charging_ = false;
  settle();
}

void PackCells::heat_cell(int cell, double kelvin) {
  if (cell >= 1 && cell <= static_cast<int>(cell_count)) {
    thermal_.warm(static_cast<std::size_t>(cell - 1), kelvin);
    refresh(0);
  }
}

// Everything that follows from the state, after it was put.
void PackCells::settle() {
  refresh(0);
  step(0, 0);
}

void PackCells::age_to(double capacity, double resistance) {
  lived_capacity_ = capacity;
  lived_resistance_ = resistance;
  settle();
}

// Temperature stands, so each cell loses the same share each second: no steps are needed. The hysteresis stays where
// the last current has left it, and there was none.
void PackCells::store(double seconds, double current) {
  for (std::size_t i = 0; i < cell_count; ++i) {
    soc_[i] = std::max(soc_[i] + (drain_[i] - current * inverse_capacity_[i]) * seconds, emptiest_stored);
  }
  settle();
}

double PackCells::mean_soc() const noexcept {
  double sum = 0;
  for (const double soc : soc_) {
    sum += soc;
  }
  return sum / static_cast<double>(cell_count);
}

void PackCells::set_step(double dt) noexcept {
  std::swap(decay_, other_decay_);
  if (decay_.dt != dt) {
    decay_ = {dt, exact_exp(-dt / curves_.tau1()), exact_exp(-dt / curves_.tau2())};
  }
}

double PackCells::steady_for(double current) const noexcept {
  if (due_ || turned(current)) {
    return 0;
  }
  return std::min(refresh_period - elapsed_, (touch_after_ - untouched_) / std::max(std::abs(current), 1e-9));
}

bool PackCells::refresh_is_due(double current) const noexcept {
  return due_ || elapsed_ >= refresh_period - tolerance ||
         (turned(current) && (elapsed_ >= turn_period - tolerance || std::abs(current) > strong));
}

void PackCells::refresh(double current) noexcept {
  pass_heat();
  age();
  charging_ = current > 0 || (current == 0 && charging_);
  refresh_resistances();
  refresh_drain();
  touch_curve();
  elapsed_ = passed_ = squared_ = wasted_ = 0;
  due_ = false;
}

// Bernardi: polarisation, ohmic loss and reversible heat; besides the charge that was not stored. What the
// balancing resistors and the way of the current outside the cells burn goes to the case, where the board is.
void PackCells::pass_heat() noexcept {
  const CellArray& celsius = thermal_.cells();
  CellArray heat;
  double board = squared_ * path_resistance_;
  for (std::size_t i = 0; i < cell_count; ++i) {
    const double ocv = base_[i] + slope_[i] * soc_[i];
    heat[i] = lost_[i] + squared_ * r0_[i] + passed_ * (celsius[i] + kelvin_at_zero) * entropy_[i] +
              (wasted_ + leaked_[i] * elapsed_) * ocv;
    board += bled_[i] * bled_[i] * parameters_.bleed_resistance.value() * elapsed_;
  }
  thermal_.step(heat, board, ambient_, elapsed_);
  lost_.fill(0);
}

// Only what is drawn counts: a full cycle is the mean capacity out and back.
void PackCells::age() noexcept { cycles_ += std::max(0.0, -passed_) / parameters_.capacity.value(); }

void PackCells::refresh_resistances() noexcept {
  const CellArray& celsius = thermal_.cells();
  const double grown = lived_resistance_ + parameters_.resistance_growth.value() * cycles_;
  resistance_ = 0;
  for (std::size_t i = 0; i < cell_count; ++i) {
    const Resistances r = curves_.resistances(charging_, celsius[i], soc_[i]);
    const double scale = drawn_.resistance_scale[i] * grown;
    r0_[i] = r.r0 * scale + drawn_.joint[i] - table_joint;
    r1_[i] = r.r1 * scale;
    r2_[i] = r.r2 * scale;
    resistance_ += r0_[i];
  }
}

// Capacity against temperature, self-discharge and balancing. The power of Q10 is taken once, at the mean temperature;
// a cell's few kelvin from it enter by the first terms of its series (0.7 % off at 5 K).
void PackCells::refresh_drain() noexcept {
  const CellArray& celsius = thermal_.cells();
  const double mean = thermal_.mean();
  const double aged = std::max(least_aged_capacity, lived_capacity_ - parameters_.capacity_fade.value() * cycles_);
  const double at_mean = exact_exp(leak_per_kelvin_ * (mean - reference_temperature));
  for (std::size_t i = 0; i < cell_count; ++i) {
    const double cold = std::max(0.0, reference_temperature - celsius[i]);
    const double left = aged * std::max(lowest_cold_capacity, 1 - parameters_.cold_loss.value() * cold);
    inverse_capacity_[i] = 1 / (drawn_.capacity[i] * left);
    const double apart = leak_per_kelvin_ * (celsius[i] - mean);
    const bool bled = ((bleed_ >> i) & 1u) != 0;
    bled_[i] = bled ? emf_[i] / parameters_.bleed_resistance.value() : 0.0;
    const double leak = drawn_.self_discharge[i] * at_mean * (1 + apart + apart * apart / 2);
    leaked_[i] = leak * drawn_.capacity[i];
    drain_[i] = -leak - bled_[i] * inverse_capacity_[i];
  }
}

// The curve near each cell's SOC as a straight line, with entropy at the present temperature.
void PackCells::touch_curve() noexcept {
  const CellArray& celsius = thermal_.cells();
  for (std::size_t i = 0; i < cell_count; ++i) {
    const CellCurves::Tangent tangent = curves_.tangent(soc_[i]);
    base_[i] = tangent.base + tangent.entropy * (celsius[i] - reference_temperature);
    slope_[i] = tangent.slope;
    half_gap_[i] = tangent.hysteresis;
    entropy_[i] = tangent.entropy;
  }
  untouched_ = 0;
}

void PackCells::step(double current, double dt) noexcept {
  if (dt != decay_.dt) {
    set_step(dt);
  }
  const double moved = current * dt;
  const double charge = current > 0 ? moved * efficiency_ : moved;
  for (std::size_t i = 0; i < cell_count; ++i) {
    soc_[i] += charge * inverse_capacity_[i] + drain_[i] * dt;
  }
  untouched_ += std::abs(charge);
  if (untouched_ > touch_after_) {
    touch_curve();
  }
  const double direction = current > 0 ? 1.0 : (current < 0 ? -1.0 : 0.0);
  const double sweep = std::min(hysteresis_per_charge_ * std::abs(charge), 1.0);
  const double follow = sweep * (1 - 0.5 * sweep);  // of 1 - exp(-sweep)
  const double decay1 = decay_.first, gain1 = (1 - decay1) * current;
  const double decay2 = decay_.second, gain2 = (1 - decay2) * current;
  for (std::size_t i = 0; i < cell_count; ++i) {
    v1_[i] = decay1 * v1_[i] + gain1 * r1_[i];
    v2_[i] = decay2 * v2_[i] + gain2 * r2_[i];
    hysteresis_[i] += follow * (direction - hysteresis_[i]);
    const double polarisation = v1_[i] + v2_[i] + hysteresis_[i] * half_gap_[i];
    lost_[i] += moved * polarisation;
    emf_[i] = base_[i] + slope_[i] * soc_[i] + polarisation;
  }
  alignas(32) std::array<double, 4> sums{};  // side by side, so that the additions need not wait for each other
  for (std::size_t i = 0; i < cell_count; i += 4) {
    for (std::size_t k = 0; k < 4; ++k) {
      sums[k] += emf_[i + k];
    }
  }
  source_ = (sums[0] + sums[1]) + (sums[2] + sums[3]);
  elapsed_ += dt;
  passed_ += moved;
  squared_ += moved * current;
  wasted_ += moved - charge;
  if (refresh_is_due(current)) {
    refresh(current);
  }
}

}  // namespace rig::sim

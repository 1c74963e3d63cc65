#pragma once
#include <array>
#include <cstdint>

#include "drivers/sim/pack_cells.hpp"
#include "rig/core/fields.hpp"
#include "rig/core/random.hpp"

namespace rig::sim {

inline constexpr std::size_t ntc_count = 4;

// The measuring front end: how well this pack sees its own cells.
struct AfeParameters {
  Duration scan_period = std::chrono::milliseconds(100);
  Duration temperature_period = std::chrono::seconds(1);
  Volts cell_resolution{0.001};
  Amps current_resolution{0.01};
  Kelvin temperature_resolution{0.1};
  // Added to what is drawn: all channels alike.
  Volts cell_offset{0.0};
  Ratio voltage_gain{1.0};
  Amps current_offset{0.0};
  Ratio current_gain{1.0};
  Kelvin temperature_offset{0.0};
  // Half widths of what is drawn for each channel.
  Ratio cell_gain_spread{0.001};
  Volts cell_offset_spread{0.005};
  Volts cell_error{0.006};
  Ratio current_gain_spread{0.002};
  Amps current_offset_spread{0.010};
  Kelvin temperature_offset_spread{1.0};
  // Standard deviations of one reading.
  Volts cell_noise{0.002};
  Amps current_noise{0.05};
  Kelvin temperature_noise{0.5};
  // Time constants.
  Duration voltage_filter = std::chrono::milliseconds(100);
  Duration temperature_lag = std::chrono::seconds(30);

  // Defects; no number names them.
  bool sensors_stuck = false, temperature_unsigned = false, mean_for_highest = false, cell_missing = false;
  bool cell_stuck = false, cells_told_high = false;
  bool mean_temperature_only = false;
};

// The latest scan, as the firmware believes it.
struct Scan {
  std::array<double, cell_count> cell{};                       // V, filtered
  double pack_voltage = 0, highest_cell = 0, lowest_cell = 0;  // V
  double current = 0;                                          // A, charging positive
  double hottest = 25, coldest = 25, mean_temperature = 25;    // degC
};

// Reads cells, shunt and four NTCs at its own times. Gains and offsets are drawn once for a pack.
class Afe {
 public:
  void configure(const AfeParameters& parameters, std::uint64_t seed);
  void restart() noexcept;

  // Is a scan due? True when `scan()` holds a new one.
  bool run(double now, const PackCells& cells, double current) noexcept;
  [[nodiscard]] const Scan& scan() const noexcept { return scan_; }
  [[nodiscard]] bool has_scanned() const noexcept { return !first_; }
  // s of the world, when the next scan comes.
  [[nodiscard]] double next() const noexcept { return next_scan_; }
  // degC, each sensor as it was last read.
  [[nodiscard]] const std::array<double, ntc_count>& sensors() const noexcept { return ntc_; }

 private:
  void read_voltages(const PackCells& cells, double current) noexcept;
  void read_temperatures(const PackCells& cells) noexcept;

  AfeParameters parameters_;
  std::array<double, cell_count> gain_{}, offset_{};
  std::array<double, ntc_count> ntc_offset_{}, ntc_{};
  double current_gain_ = 1, current_offset_ = 0;
  double voltage_share_ = 1, temperature_share_ = 1;  // what of a new reading enters the filter
  double scan_phase_ = 0, temperature_phase_ = 0;
  double next_scan_ = 0, next_temperatures_ = 0;
  bool first_ = true;
  std::uint64_t noise_seed_ = 0;
  Random noise_{0};
  Scan scan_;
};

}  // namespace rig::sim

namespace rig {
template <>
struct Fields<sim::AfeParameters> {
  static void declare(Mapping<sim::AfeParameters>& m);
};
}  // namespace rig

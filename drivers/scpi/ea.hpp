#pragma once
#include <array>

#include "drivers/scpi/power_table.hpp"

// What the supplies and loads of EA Elektro-Automatik have in common: manuals PSB 9000 3U, PSB 10000, ELR 9000/10000.
namespace rig::scpi::ea {

inline constexpr std::string_view maker = "EA Elektro-Automatik";

// Bits of STAT:QUES:COND?. All of these switch DC off and have to be acknowledged.
inline constexpr std::array trips{TripBit{0, "over-voltage"}, TripBit{1, "over-current"}, TripBit{2, "over-power"},
                                  TripBit{3, "over-temperature"}, TripBit{13, "mains failure"}};
// Anybody may ask; who wants to set has to own the box.
inline constexpr std::array<std::string_view, 1> claim{"SYST:LOCK ON"};

// Readings carry their units; one answer has voltage, current and power. The watchdog wants firmware KE 2.06, HMI 2.08.
inline constexpr PowerTable table{.maker = maker,
                                  .power = "POW",
                                  .over_current = "CURR:PROT",
                                  .measure_all = "MEAS:ARR?",
                                  .trips = trips,
                                  .local_bit = 9,
                                  .remote_bit = 10,
                                  .output_bit = 11,
                                  .cv_bit = 8,
                                  .cc_bit = 9,
                                  .cp_bit = 10,
                                  .claim = claim,
                                  .owner_query = "SYST:LOCK:OWNER?",
                                  .owner = "REMOTE",
                                  .release = "SYST:LOCK OFF",
                                  .watchdog_timeout = "SYSTEM:COMMUNICATE:MONITORING:TIMEOUT",
                                  .watchdog_on = "SYSTEM:COMMUNICATE:MONITORING:ACTION ON",
                                  .watchdog_query = "SYSTEM:COMMUNICATE:MONITORING:ACTION?"};

// Ratings: plate. Steps: 0.01 V up to 80 V, 0.01 A up to 240 A and 0.1 A above, 1 W up to 7.5 kW (manual PSB 9000 3U p.
// 29). Uncertainties: 0.1 % and 0.2 % of the rating, from memory; take the calibration certificate. Protections: 110 %.
constexpr PowerModel model(std::string_view name, double volts, double amps, double watts) {
  const bool coarse = amps > 240;
  return {.name = name,
          .volts = volts,
          .amps = amps,
          .watts = watts,
          .volt_step = 0.01,
          .amp_step = coarse ? 0.1 : 0.01,
          .watt_step = watts > 7500 ? 10.0 : 1.0,
          .volt_decimals = 2,
          .amp_decimals = coarse ? 1 : 2,
          .watt_decimals = 0,
          .volt_uncertainty = {0.001 * volts, 0.0},
          .amp_uncertainty = {0.002 * amps, 0.0},
          .highest_ovp = 1.1 * volts,
          .highest_ocp = 1.1 * amps};
}

}  // namespace rig::scpi::ea

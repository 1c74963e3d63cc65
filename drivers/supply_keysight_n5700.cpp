#include <array>

#include "drivers/scpi/power_roles.hpp"

// Keysight (Agilent) N5700 and N8700: SCPI over LAN (port 5025), USBTMC, GPIB. User guide 5969-2917.
namespace rig {
namespace {

using scpi::TripBit;

// Ranges: user guide. Steps of the N5767A: 7.2 mV, 3 mA; the others in proportion (12 bits of 120 %). Uncertainty of
// the readings: 0.05 % + 0.05 % of full scale and 0.1 % + 0.1 %, from memory and not checked: take the calibration
// certificate of the box that was bought. Over-voltage range: 110 % of the rating.
constexpr PowerModel model(std::string_view name, double volts, double amps, double volt_step, double amp_step) {
  return {.name = name,
          .volts = volts,
          .amps = amps,
          .watts = volts * amps,
          .volt_step = volt_step,
          .amp_step = amp_step,
          .volt_decimals = 3,
          .amp_decimals = 3,
          .volt_uncertainty = {0.0005 * volts, 0.0005},
          .amp_uncertainty = {0.001 * amps, 0.001},
          .highest_ovp = 1.1 * volts};
}

constexpr std::array models{model("N5767A", 60, 25, 0.0072, 0.003), model("N5768A", 80, 19, 0.0096, 0.00228),
                            model("N8757A", 60, 85, 0.0072, 0.0102), model("N8758A", 80, 65, 0.0096, 0.0078)};

constexpr std::array trips{TripBit{0, "over-voltage"}, TripBit{1, "over-current"}, TripBit{2, "mains failure"},
                           TripBit{4, "over-temperature"}, TripBit{9, "inhibit input"}};
constexpr std::array<std::string_view, 1> claim{"SYST:COMM:RLST REM"};
// Its over-current protection trips as soon as it regulates current, which is what charging does.
constexpr std::array<std::string_view, 2> prepare{"VOLT:LIM:LOW 0", "CURR:PROT:STAT OFF"};

const scpi::PowerTable table{.dialect = {.sets_before_query = 20},
                             .maker = "",
                             .models = models,
                             .questionable = "STAT:QUES:COND?",
                             .trips = trips,
                             .cv_bit = 8,
                             .cc_bit = 10,
                             .claim = claim,
                             .owner_query = "SYST:COMM:RLST?",
                             .owner = "REM",
                             .release = "SYST:COMM:RLST LOC",
                             .prepare = prepare,
                             .headroom = 1.05};  // VOLT:PROT is at least 1.05 times VOLT

class KeysightN5700 final : public scpi::Supply {
 public:
  struct Parameters : scpi::PowerParameters {};
  KeysightN5700(const Parameters& p, Transport& link) : Supply(table, p, link) {}
};

}  // namespace
}  // namespace rig

template <>
struct rig::Fields<rig::KeysightN5700::Parameters> {
  static void declare(Mapping<KeysightN5700::Parameters>& m) { scpi::declare_power(m, models); }
};

namespace rig {
RIG_WIRED_SUPPLY(KeysightN5700, "keysight.n5700", "Keysight N5700 and N8700, SCPI: LAN port 5025, USBTMC")
RIG_BOX_FAMILY(KeysightN5700, "keysight.n5700", "supply", "tcp, usbtmc", facts_of(models))
}  // namespace rig

#include <array>

#include "drivers/scpi/power_roles.hpp"

// ITECH IT6000C and IT-M3900C: two quadrants, SCPI over LAN (port 30000), USBTMC (2EC7:6000) and RS232.
namespace rig {
namespace {

using scpi::TripBit;

// Ranges: from memory of the data sheets, as are the uncertainties 0.02 % + 0.02 % and 0.1 % + 0.1 % of full scale:
// take the plate and the calibration certificate of the box that was bought. Protections: 110 %.
constexpr PowerModel model(std::string_view name, double volts, double amps, double watts) {
  return {.name = name,
          .volts = volts,
          .amps = amps,
          .watts = watts,
          .volt_step = 0.001,
          .amp_step = 0.01,
          .volt_decimals = 3,
          .amp_decimals = 2,
          .volt_uncertainty = {0.0002 * volts, 0.0002},
          .amp_uncertainty = {0.001 * amps, 0.001},
          .highest_ovp = 1.1 * volts,
          .highest_ocp = 1.1 * amps};
}

constexpr std::array models{model("IT6006C-80-150", 80, 150, 6000), model("IT6012C-80-300", 80, 300, 12000),
                            model("IT6018C-80-450", 80, 450, 18000), model("IT-M3906C-80-240", 80, 240, 6000)};

// Manual of the GRN family p. 22; the loads of the same maker have their watchdog at bit 18.
constexpr std::array trips{
    TripBit{0, "over-voltage"},          TripBit{1, "over-current"},  TripBit{2, "over-power"},
    TripBit{4, "over-temperature"},      TripBit{6, "sense fault"},   TripBit{7, "mains failure"},
    TripBit{10, "protection shut-down"}, TripBit{13, "link watchdog"}};
// With the panel locked: there is no question whether somebody took it away there.
constexpr std::array<std::string_view, 2> claim{"SYST:REM", "SYST:RWL"};
// Voltage priority, and no sinking: set below the pack it would discharge it by itself.
constexpr std::array<std::string_view, 2> prepare{"FUNC VOLT", "CURR:LIM:NEG 0"};
constexpr std::array<std::string_view, 2> arm_also{"VOLT:PROT:STAT ON", "CURR:OVER:PROT:STAT ON"};

const scpi::PowerTable table{.dialect = {},
                             .maker = "ITECH",
                             .models = models,
                             .current = "CURR:LIM:POS",
                             .power = "POW:LEV",
                             .over_current = "CURR:OVER:PROT:LEV",
                             .trips = trips,
                             .cv_bit = 4,
                             .cc_bit = 5,
                             .claim = claim,
                             .release = "SYST:LOC",
                             .prepare = prepare,
                             .arm_also = arm_also};

class ItechIt6000c final : public scpi::Supply {
 public:
  struct Parameters : scpi::PowerParameters {};
  ItechIt6000c(const Parameters& p, Transport& link) : Supply(table, p, link) {}

  void arm(const ArmLimits& limits) override {
    Supply::arm(limits);
    // Read back, not believed: what it may sink is what could empty the pack.
    const double sinks = box().session().number("CURR:LIM:NEG?", "A");
    if (sinks < -box().model().amp_step || sinks > box().model().amp_step) {
      box().session().reject("its sink limit CURR:LIM:NEG reads back as " + scpi::format_fixed(sinks, 2) +
                             " A, expected 0");
    }
  }
};

}  // namespace
}  // namespace rig

template <>
struct rig::Fields<rig::ItechIt6000c::Parameters> {
  static void declare(Mapping<ItechIt6000c::Parameters>& m) { scpi::declare_power(m, models); }
};

namespace rig {
RIG_WIRED_SUPPLY(ItechIt6000c, "itech.it6000c", "ITECH IT6000C and IT-M3900C, SCPI: LAN port 30000, USBTMC 2ec7:6000")
RIG_BOX_FAMILY(ItechIt6000c, "itech.it6000c", "supply", "tcp, usbtmc, serial", facts_of(models))
}  // namespace rig

#include <array>

#include "drivers/scpi/power_roles.hpp"

// Chroma 63200A: SCPI over LAN, USBTMC and GPIB. Manual of the 63200A p. 70 and 131.
namespace rig {
namespace {

using scpi::TripBit;

// 150 V class. Uncertainty 0.05 % + 0.05 % of full scale for the voltage, 0.1 % + 0.1 % for the current: the higher end
// of what the maker states for the family, from memory; take the calibration certificate.
constexpr PowerModel model(std::string_view name, double amps, double watts) {
  return {.name = name,
          .volts = 150,
          .amps = amps,
          .watts = watts,
          .volt_step = 0.01,
          .amp_step = 0.02,
          .watt_step = 1.0,
          .volt_decimals = 3,
          .amp_decimals = 3,
          .watt_decimals = 1,
          .volt_uncertainty = {0.0005 * 150, 0.0005},
          .amp_uncertainty = {0.001 * amps, 0.001}};
}

constexpr std::array models{model("63203A-150-300", 300, 3000), model("63206A-150-600", 600, 6000),
                            model("63208A-150-600", 600, 8000), model("63210A-150-1000", 1000, 10000)};

// Of the 63600, to which the 63200A refers; the older 63200 has others.
constexpr std::array trips{TripBit{0, "over-temperature"}, TripBit{1, "over-voltage"},    TripBit{2, "over-current"},
                           TripBit{3, "over-power"},       TripBit{4, "reverse voltage"}, TripBit{7, "fan"},
                           TripBit{8, "remote inhibit"}};
constexpr std::array<std::string_view, 1> prepare{"CONF:VOLT:ON 0"};  // it is the case that ends a discharge

const scpi::PowerTable table{.dialect = {},
                             .maker = "Chroma",
                             .models = models,
                             .voltage = "VOLT:STAT:L1",
                             .current = "CURR:STAT:L1",
                             .power = "POW:STAT:L1",
                             .over_voltage = "",
                             .output = "LOAD",
                             .operation = "",
                             .trips = trips,
                             .prepare = prepare,
                             .mode_query = "MODE?",
                             .mode_current = "CCH",
                             .mode_power = "CPH",
                             .mode_voltage = "CVH"};

class Chroma63200a final : public scpi::Load {
 public:
  struct Parameters : scpi::PowerParameters {};
  Chroma63200a(const Parameters& p, Transport& link) : Load(table, p, link) {}
};

}  // namespace
}  // namespace rig

template <>
struct rig::Fields<rig::Chroma63200a::Parameters> {
  static void declare(Mapping<Chroma63200a::Parameters>& m) { scpi::declare_power(m, models); }
};

namespace rig {
RIG_WIRED_LOAD(Chroma63200a, "chroma.63200a", "Chroma 63200A, SCPI: LAN, USBTMC")
RIG_BOX_FAMILY(Chroma63200a, "chroma.63200a", "load", "tcp, usbtmc", facts_of(models))
}  // namespace rig

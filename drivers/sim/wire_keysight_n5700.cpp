#include "drivers/sim/wire_scpi_supply.hpp"

namespace rig::sim {
namespace {

// Keysight N5700 and N8700, of which libsigrok knows the N5767A. Its over-voltage protection has to stay 5 % above the
// voltage, and its over-current protection is a switch at the current's own set-point.
class KeysightN5700 final : public ScpiSupplyBox {
 public:
  KeysightN5700(WireWorld& world, const WireBoxConfig& config)
      : ScpiSupplyBox(world, config, plate(config),
                      // About 55 ms for a command; what the user guide calls command processing time.
                      {.busy = std::chrono::milliseconds(8),
                       .spread = std::chrono::milliseconds(4),
                       .set_busy = std::chrono::milliseconds(40)},
                      {.volt_decimals = 4,
                       .amp_decimals = 4,
                       .couples_over_voltage = true,
                       .owners = {"LOCal", "REMote", "RWLock"}}) {
    add_owner("SYSTem:COMMunicate:RLSTate");
    add_output();
    add_measurements();
    const PowerPlate& p = stage().plate();
    add_level(
        "[SOURce:]VOLTage[:LEVel][:IMMediate][:AMPLitude]", "V", 4, [this] { return stage().voltage(); },
        [this](double v) { set_voltage(v); }, 0, 1.05 * p.volts);
    add_level(
        "[SOURce:]CURRent[:LEVel][:IMMediate][:AMPLitude]", "A", 4, [this] { return stage().current(); },
        [this](double v) {
          stage().set_current(v);
          follow_over_current();
        },
        0, 1.05 * p.amps);
    add_level(
        "[SOURce:]VOLTage:PROTection[:LEVel]", "V", 4, [this] { return stage().over_voltage; },
        [this](double v) { set_over_voltage(v); }, 0, 1.1 * p.volts);
    add_level(
        "[SOURce:]VOLTage:LIMit:LOW", "V", 4, [this] { return under_limit(); },
        [this](double v) { set_under_limit(v); }, 0, 0.95 * p.volts);
    add_switches();
  }

 private:
  static PowerPlate plate(const WireBoxConfig& config) {
    PowerPlate p{.maker = "Agilent Technologies",  // as most of them still say, and as libsigrok knows them
                 .model = config.text("model", "N5767A"),
                 .serial = "US24A0042B",
                 .firmware = "C.00.00",
                 .volts = 60,
                 .amps = 25,
                 .watts = 1500,
                 .volt_step = 0.0072,
                 .amp_step = 0.003};
    const auto rate = [&p](double volts, double amps) {
      p.volts = volts, p.amps = amps, p.watts = volts * amps;
      p.volt_step = 1.2e-4 * volts, p.amp_step = 1.2e-4 * amps;
    };
    if (p.model == "N5768A") {
      rate(80, 19);
    } else if (p.model == "N8757A") {
      rate(60, 85);
    } else if (p.model == "N8758A") {
      rate(80, 65);
    }
    return plate_of(config, p);
  }
  void add_switches() {
    add({"[SOURce:]CURRent:PROTection:STATe",
         [this](const ScpiCall&) { return std::string(trips_at_limit_ ? "1" : "0"); },
         [this](const ScpiCall& call) {
           trips_at_limit_ = call.boolean(0);
           follow_over_current();
         }});
    add({"OUTPut:PON:STATe", [this](const ScpiCall&) { return std::string(auto_start_ ? "AUTO" : "RST"); },
         [this](const ScpiCall& call) {
           auto_start_ = call.word(0, {"RST", "AUTO"}) == 1;
         }});
  }
  // With the switch on, reaching the limit is the trip: a hair below it.
  void follow_over_current() noexcept {
    stage().over_current_armed = trips_at_limit_;
    stage().over_current = 0.999 * stage().current();
  }
  void defaults() override {
    trips_at_limit_ = auto_start_ = false;
    follow_over_current();
  }
  [[nodiscard]] std::uint32_t questionable_condition() const override {
    const Trip t = stage().trip();
    return (t == Trip::over_voltage ? 1u : 0u) | (t == Trip::over_current ? 2u : 0u) |
           (t == Trip::over_temperature ? 16u : 0u);
  }
  [[nodiscard]] std::uint32_t operation_condition() const override {
    const Regulation r = stage().regulation();
    return (r == Regulation::constant_voltage ? 1u << 8 : 0u) |
           (r == Regulation::constant_current || r == Regulation::constant_power ? 1u << 10 : 0u);
  }
  bool trips_at_limit_ = false, auto_start_ = false;
};

RIG_WIRE_SIM(KeysightN5700, "keysight.n5700", "Keysight N5700 and N8700: SCPI over TCP")

}  // namespace
}  // namespace rig::sim

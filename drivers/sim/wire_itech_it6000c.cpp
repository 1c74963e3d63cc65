#include "drivers/sim/wire_scpi_supply.hpp"

namespace rig::sim {
namespace {

// ITECH IT6000C and IT-M3900C: two quadrants with a priority. In voltage priority the current has two limits, of which
// the negative one says what it may sink; after *RST the positive one is 1 % of the rating.
class ItechIt6000c final : public ScpiSupplyBox {
 public:
  ItechIt6000c(WireWorld& world, const WireBoxConfig& config)
      : ScpiSupplyBox(world, config, plate(config),
                      {.busy = std::chrono::milliseconds(3), .spread = std::chrono::milliseconds(5)},
                      {.volt_decimals = 3, .amp_decimals = 3, .owners = {"LOCal", "REMote", "RWLock"}}) {
    add_owner_switch("SYSTem:REMote", Owner::remote);
    add_owner_switch("SYSTem:LOCal", Owner::local);
    add_owner_switch("SYSTem:RWLock", Owner::locked);
    add_output();
    add({"PROTection:CLEar", {}, [this](const ScpiCall&) { stage().clear_trip(); }});
    add_measurements();
    add_levels();
    add_protections();
  }

 private:
  static PowerPlate plate(const WireBoxConfig& config) {
    PowerPlate p{.maker = "ITECH Ltd.",
                 .model = config.text("model", "IT6012C-80-300"),
                 .serial = "800887020777620012",
                 .firmware = "01.05-01.02",
                 .volts = 80,
                 .amps = 300,
                 .watts = 12000,
                 .volt_step = 0.001,
                 .amp_step = 0.01,
                 .watt_step = 1};
    const auto rate = [&p](double amps, double watts) { p.amps = amps, p.watts = watts; };
    if (p.model.starts_with("IT6006C")) {
      rate(150, 6000);
    } else if (p.model.starts_with("IT6018C")) {
      rate(450, 18000);
    } else if (p.model.starts_with("IT-M3906C")) {
      rate(240, 6000);
    }
    return plate_of(config, p);
  }
  void add_levels() {
    const PowerPlate& p = stage().plate();
    add({"[SOURce:]FUNCtion", [this](const ScpiCall&) { return std::string(current_first_ ? "CURR" : "VOLT"); },
         [](const ScpiCall& call) {
           if (call.word(0, {"VOLTage", "CURRent"}) == 1) {
             throw scpi_settings_conflict;  // only voltage priority is simulated, and nobody shall think otherwise
           }
         }});
    add_level(
        "[SOURce:]VOLTage[:LEVel][:IMMediate][:AMPLitude]", "V", 3, [this] { return stage().voltage(); },
        [this](double v) { set_voltage(v); }, 0, 1.01 * p.volts);
    add_level(
        "[SOURce:]CURRent:LIMit[:POSitive]", "A", 3, [this] { return stage().current(); },
        [this](double v) { stage().set_current(v); }, 0, 1.01 * p.amps);
    add_level(
        "[SOURce:]CURRent:LIMit:NEGative", "A", 3, [this] { return -stage().sink(); },
        [this](double v) { stage().set_sink(-v); }, -1.01 * p.amps, 0);
    add_level(
        "[SOURce:]POWer[:LEVel]", "W", 1, [this] { return stage().power(); },
        [this](double v) { stage().set_power(v); }, 0, 1.01 * p.watts);
    for (const char* slew : {"[SOURce:]VOLTage:SLEW:BOTH", "[SOURce:]CURRent:SLEW:BOTH"}) {
      add_level(
          slew, "", 3, [this] { return slew_; }, [this](double v) { slew_ = v; }, 0, 1000);
    }
  }
  void add_protections() {
    const PowerPlate& p = stage().plate();
    add_level(
        "[SOURce:]VOLTage:PROTection[:LEVel]", "V", 3, [this] { return ovp_; },
        [this](double v) {
          ovp_ = v;
          arm();
        },
        0, 1.1 * p.volts);
    add_level(
        "[SOURce:]CURRent:OVER:PROTection:LEVel", "A", 3, [this] { return ocp_; },
        [this](double v) {
          ocp_ = v;
          arm();
        },
        0, 1.1 * p.amps);
    const auto state = [this](const char* pattern, bool& on) {
      add({pattern, [&on](const ScpiCall&) { return std::string(on ? "1" : "0"); },
           [this, &on](const ScpiCall& call) {
             on = call.boolean(0);
             arm();
           }});
    };
    state("[SOURce:]VOLTage:PROTection:STATe", ovp_on_);
    state("[SOURce:]CURRent:OVER:PROTection:STATe", ocp_on_);
  }
  void arm() noexcept {
    stage().over_voltage = ovp_on_ ? ovp_ : 1.2 * stage().plate().volts;
    stage().over_current = ocp_;
    stage().over_current_armed = ocp_on_;
  }
  void defaults() override {
    const PowerPlate& p = stage().plate();
    ovp_ = 1.1 * p.volts;
    ocp_ = 1.1 * p.amps;
    ovp_on_ = ocp_on_ = false;
    stage().set_current(0.01 * p.amps);
    stage().set_sink(0.01 * p.amps);
    arm();
  }
  [[nodiscard]] std::uint32_t questionable_condition() const override {
    const Trip t = stage().trip();
    return (t == Trip::over_voltage ? 1u : 0u) | (t == Trip::over_current ? 2u : 0u) |
           (t == Trip::over_temperature ? 16u : 0u) | (t != Trip::none ? 1u << 10 : 0u) |
           (t == Trip::watchdog ? 1u << 13 : 0u);
  }
  [[nodiscard]] std::uint32_t operation_condition() const override {
    const Regulation r = stage().regulation();
    return (r == Regulation::constant_voltage ? 1u << 4 : 0u) |
           (r == Regulation::constant_current || r == Regulation::constant_power ? 1u << 5 : 0u) |
           (stage().output() ? 1u << 9 : 0u);
  }
  bool current_first_ = false, ovp_on_ = false, ocp_on_ = false;
  double ovp_ = 88, ocp_ = 330, slew_ = 1;
};

RIG_WIRE_SIM(ItechIt6000c, "itech.it6000c", "ITECH IT6000C and IT-M3900C: SCPI over TCP")

}  // namespace
}  // namespace rig::sim

#include "drivers/sim/wire_ea.hpp"
#include "drivers/sim/wire_load.hpp"

namespace rig::sim {
namespace {

// EA-ELR 9000/10000: a load that speaks like the supplies of its maker, with INP for OUTP. It has no mode switch: it
// regulates whatever of its set-points is reached first, so power stays at its limit where current is wanted.
class EaElr final : public EaBox {
 public:
  EaElr(WireWorld& world, const WireBoxConfig& config)
      : EaBox(config.seed, plate(config)), stage_(world, config.instrument, plate(config)) {
    add_levels();
    add_input();
    add_alarms();
  }

 private:
  static PowerPlate plate(const WireBoxConfig& config) {
    PowerPlate p = plate_of(config, {.maker = "EA Elektro-Automatik GmbH & Co.KG",
                                     .model = "ELR 9080-510",
                                     .serial = "2340430021",
                                     .firmware = "V2.29 16.03.2021 V2.26 09.03.2021",
                                     .volts = 80,
                                     .amps = 510,
                                     .watts = 10500});
    if (p.model.find("-170") != std::string::npos) {
      p.amps = 170, p.watts = 3500;
    } else if (p.model.find("-340") != std::string::npos) {
      p.amps = 340, p.watts = 7000;
    }
    p.amp_step = p.amps > 240 ? 0.1 : 0.01;
    return p;
  }
  [[nodiscard]] int amp_decimals() const noexcept { return stage_.plate().amp_step < 0.05 ? 2 : 1; }

  // Which of the three it will reach first: a voltage above zero makes it hold that, a power below its range that.
  void choose_mode() noexcept {
    const bool holds_voltage = volts_ > 0.0;
    const bool holds_power = watts_ < stage_.plate().watts;
    stage_.set_mode(holds_voltage ? LoadMode::constant_voltage
                    : holds_power ? LoadMode::constant_power
                                  : LoadMode::constant_current);
    stage_.set_voltage(volts_);
    stage_.set_power(watts_);
    stage_.set_current(amps_);
  }
  void add_levels() {
    const PowerPlate& p = stage_.plate();
    const auto level = [this](const char* pattern, const char* unit, int decimals, double& value, double highest,
                              bool chooses) {
      add_level(
          pattern, unit, decimals, [&value] { return value; },
          [this, &value, chooses](double v) {
            value = v;
            if (chooses) {
              choose_mode();
            }
          },
          [] { return 0.0; }, [highest] { return highest; });
    };
    level("[SOURce:]VOLTage", "V", 2, volts_, 1.02 * p.volts, true);
    level("[SOURce:]CURRent", "A", amp_decimals(), amps_, 1.02 * p.amps, true);
    level("[SOURce:]POWer", "W", 0, watts_, 1.02 * p.watts, true);
    level("[SOURce:]VOLTage:PROTection[:LEVel]", "V", 2, stage_.over_voltage, 1.1 * p.volts, false);
    level("[SOURce:]CURRent:PROTection[:LEVel]", "A", amp_decimals(), stage_.over_current, 1.1 * p.amps, false);
    level("[SOURce:]POWer:PROTection[:LEVel]", "W", 0, stage_.over_power, 1.1 * p.watts, false);
  }
  void add_input() {
    add({"INPut[:STATe]", [this](const ScpiCall&) { return std::string(stage_.input() ? "ON" : "OFF"); },
         [this](const ScpiCall& call) {
           if (!stage_.switch_input(call.boolean(0))) {
             throw ScpiFault{-221, "Settings conflict: alarm not acknowledged"};
           }
         }});
    const auto volts = [this] { return fixed(stage_.measured_volts(), 2) + " V"; };
    const auto amps = [this] { return fixed(stage_.measured_amps(), amp_decimals()) + " A"; };
    const auto watts = [this] { return fixed(stage_.measured_watts(), 0) + " W"; };
    add({"MEASure[:SCALar]:VOLTage[:DC]", [volts](const ScpiCall&) { return volts(); }, {}});
    add({"MEASure[:SCALar]:CURRent[:DC]", [amps](const ScpiCall&) { return amps(); }, {}});
    add({"MEASure[:SCALar]:POWer[:DC]", [watts](const ScpiCall&) { return watts(); }, {}});
    add({"MEASure[:SCALar]:ARRay",
         [volts, amps, watts](const ScpiCall&) { return volts() + ", " + amps() + ", " + watts(); },
         {}});
  }
  void add_alarms() {
    for (const auto& [node, why] :
         {std::pair{"OVOLtage", Trip::over_voltage}, std::pair{"OCURrent", Trip::over_current},
          std::pair{"OPOWer", Trip::over_power}, std::pair{"OTEMperature", Trip::over_temperature}}) {
      add({std::string("SYSTem:ALARm:COUNt:") + node,
           [this, trip = why](const ScpiCall&) {
             if (stage_.trip() == trip) {
               stage_.clear_trip();
             }
             return std::to_string(stage_.trips(trip));
           },
           {}});
    }
  }

  bool watch() override { return stage_.watch(); }
  void stage_power_on() override {
    stage_.power_on();
    volts_ = amps_ = 0;
    watts_ = stage_.plate().watts;
  }
  void reset() override { stage_power_on(); }
  void trip_stage(Trip why) override { stage_.trip(why); }
  void switch_off() override { stage_.switch_input(false); }
  [[nodiscard]] std::uint32_t questionable_condition() const override {
    const Trip t = stage_.trip();
    return ownership_bits() | (stage_.input() ? 1u << 11 : 0u) | (t == Trip::over_voltage ? 1u : 0u) |
           (t == Trip::over_current ? 2u : 0u) | (t == Trip::over_power ? 4u : 0u) |
           (t == Trip::over_temperature ? 8u : 0u);
  }
  [[nodiscard]] std::uint32_t operation_condition() const override {
    const Regulation r = stage_.regulation();
    return link_bits() | (r == Regulation::constant_voltage ? 1u << 8 : 0u) |
           (r == Regulation::constant_current ? 1u << 9 : 0u) | (r == Regulation::constant_power ? 1u << 10 : 0u) |
           (stage_.input() ? 1u << 12 : 0u);
  }

  LoadStage stage_;
  double volts_ = 0, amps_ = 0, watts_ = 0;
};

RIG_WIRE_SIM(EaElr, "ea.elr", "EA-ELR 9000/10000: SCPI over TCP")

}  // namespace
}  // namespace rig::sim

#include "drivers/sim/wire_ea.hpp"

namespace rig::sim {
namespace {

// EA-PSB 9000 3U / 10000: a two-quadrant supply. Set below the pack it sinks by itself, and at power-on its sink limits
// are those of the plate: who wants a source only has to say so.
class EaPsb final : public EaBox {
 public:
  EaPsb(WireWorld& world, const WireBoxConfig& config)
      : EaBox(config.seed, plate(config)), stage_(world, config.instrument, plate(config)) {
    add_source();
    add_sink();
    add_protections();
    add_output();
    add_alarms();
  }

 private:
  static PowerPlate plate(const WireBoxConfig& config) {
    PowerPlate p = plate_of(config, {.maker = "EA Elektro-Automatik GmbH & Co.KG",
                                     .model = "PSB 9080-360 3U",
                                     .serial = "2830340017",
                                     .firmware = "V2.29 16.03.2021 V2.26 09.03.2021",
                                     .volts = 80,
                                     .amps = 360,
                                     .watts = 15000});
    p.amp_step = p.amps > 240 ? 0.1 : 0.01;  // PSB 9000 3U manual, p 29
    return p;
  }
  [[nodiscard]] const PowerPlate& of_plate() const noexcept { return stage_.plate(); }
  [[nodiscard]] int amp_decimals() const noexcept { return of_plate().amp_step < 0.05 ? 2 : 1; }

  struct Limits {
    double low, high;
  };
  void add_limits(const std::string& node, const char* unit, int decimals, Limits& limits, double full,
                  std::function<double()> set_point) {
    add_level(
        node + ":LIMit:LOW", unit, decimals, [&limits] { return limits.low; }, [&limits](double v) { limits.low = v; },
        [] { return 0.0; }, set_point);
    add_level(
        node + ":LIMit:HIGH", unit, decimals, [&limits] { return limits.high; },
        [&limits](double v) { limits.high = v; }, set_point, [full] { return full; });
  }
  void add_source() {
    const PowerPlate& p = of_plate();
    add_level(
        "[SOURce:]VOLTage", "V", 2, [this] { return stage_.voltage(); }, [this](double v) { stage_.set_voltage(v); },
        [this] { return volts_.low; }, [this] { return volts_.high; });
    add_level(
        "[SOURce:]CURRent", "A", amp_decimals(), [this] { return stage_.current(); },
        [this](double v) { stage_.set_current(v); }, [this] { return amps_.low; }, [this] { return amps_.high; });
    add_level(
        "[SOURce:]POWer", "W", 0, [this] { return stage_.power(); }, [this](double v) { stage_.set_power(v); },
        [] { return 0.0; }, [this] { return watts_.high; });
    add_limits("[SOURce:]VOLTage", "V", 2, volts_, 1.02 * p.volts, [this] { return stage_.voltage(); });
    add_limits("[SOURce:]CURRent", "A", amp_decimals(), amps_, 1.02 * p.amps, [this] { return stage_.current(); });
    add_limits("[SOURce:]POWer", "W", 0, watts_, 1.02 * p.watts, [this] { return stage_.power(); });
  }
  void add_sink() {
    const PowerPlate& p = of_plate();
    add_level(
        "SINK:CURRent", "A", amp_decimals(), [this] { return stage_.sink(); }, [this](double v) { stage_.set_sink(v); },
        [] { return 0.0; }, [&p] { return 1.02 * p.amps; });
    add_level(
        "SINK:POWer", "W", 0, [this] { return sink_power_; }, [this](double v) { sink_power_ = v; }, [] { return 0.0; },
        [&p] { return 1.02 * p.watts; });
  }
  void add_protections() {
    const PowerPlate& p = of_plate();
    const auto level = [this](const char* pattern, const char* unit, int decimals, double& value, double full) {
      add_level(
          pattern, unit, decimals, [&value] { return value; }, [&value](double v) { value = v; }, [] { return 0.0; },
          [full] { return 1.1 * full; });
    };
    level("[SOURce:]VOLTage:PROTection[:LEVel]", "V", 2, stage_.over_voltage, p.volts);
    level("[SOURce:]CURRent:PROTection[:LEVel]", "A", amp_decimals(), stage_.over_current, p.amps);
    level("[SOURce:]POWer:PROTection[:LEVel]", "W", 0, stage_.over_power, p.watts);
    level("SINK:CURRent:PROTection[:LEVel]", "A", amp_decimals(), sink_over_current_, p.amps);
    level("SINK:POWer:PROTection[:LEVel]", "W", 0, sink_over_power_, p.watts);
  }
  void add_output() {
    add({"OUTPut[:STATe]", [this](const ScpiCall&) { return std::string(stage_.output() ? "ON" : "OFF"); },
         [this](const ScpiCall& call) {
           if (!stage_.switch_output(call.boolean(0))) {
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
    add({"SYSTem:CONFig:MODE", [](const ScpiCall&) { return std::string("UIP"); },
         [](const ScpiCall& call) { (void)call.word(0, {"UIP"}); }});
  }
  void add_alarms() {
    const auto count = [this](const char* node, Trip why) {
      // Reading a counter is how an alarm is acknowledged; while its cause stands that changes nothing.
      add({std::string("SYSTem:ALARm:COUNt:") + node,
           [this, why](const ScpiCall&) {
             if (stage_.trip() == why) {
               stage_.clear_trip();
             }
             return std::to_string(stage_.trips(why));
           },
           {}});
    };
    count("OVOLtage", Trip::over_voltage);
    count("OCURrent", Trip::over_current);
    count("OPOWer", Trip::over_power);
    count("OTEMperature", Trip::over_temperature);
    count("PFAil", Trip::fault);
  }

  bool watch() override {
    const bool tripped = stage_.watch();
    if (!tripped && stage_.trip() == Trip::none && -stage_.measured_amps() > sink_over_current_) {
      stage_.trip(Trip::over_current);
      return true;
    }
    return tripped;
  }
  void stage_power_on() override {
    const PowerPlate& p = of_plate();
    stage_.power_on();
    volts_ = {0, 1.02 * p.volts};
    amps_ = {0, 1.02 * p.amps};
    watts_ = {0, 1.02 * p.watts};
    stage_.set_sink(p.amps);
    sink_power_ = p.watts;
    sink_over_current_ = 1.1 * p.amps;
    sink_over_power_ = 1.1 * p.watts;
  }
  void reset() override { stage_power_on(); }
  void trip_stage(Trip why) override { stage_.trip(why); }
  void switch_off() override { stage_.switch_output(false); }

  [[nodiscard]] std::uint32_t questionable_condition() const override {
    const Trip t = stage_.trip();
    return ownership_bits() | (stage_.output() ? 1u << 11 : 0u) | (t == Trip::over_voltage ? 1u : 0u) |
           (t == Trip::over_current ? 2u : 0u) | (t == Trip::over_power ? 4u : 0u) |
           (t == Trip::over_temperature ? 8u : 0u);
  }
  [[nodiscard]] std::uint32_t operation_condition() const override {
    const Regulation r = stage_.regulation();
    return link_bits() | (r == Regulation::constant_voltage ? 1u << 8 : 0u) |
           (r == Regulation::constant_current ? 1u << 9 : 0u) | (r == Regulation::constant_power ? 1u << 10 : 0u) |
           (stage_.measured_amps() < 0 ? 1u << 12 : 0u);
  }

  SupplyStage stage_;
  Limits volts_{}, amps_{}, watts_{};
  double sink_power_ = 0, sink_over_current_ = 0, sink_over_power_ = 0;
};

RIG_WIRE_SIM(EaPsb, "ea.psb", "EA-PSB 9000/10000: SCPI over TCP")

}  // namespace
}  // namespace rig::sim

#include <algorithm>
#include <array>
#include <charconv>

#include "drivers/sim/wire_load.hpp"
#include "drivers/sim/wire_scpi.hpp"

namespace rig::sim {
namespace {

struct Mode {
  const char* word;
  LoadMode mode;
  double part;  // of the range: low, middle and high have a tenth, half and all of the current
};
constexpr std::array modes{Mode{"CCL", LoadMode::constant_current, 0.1}, Mode{"CCM", LoadMode::constant_current, 0.5},
                           Mode{"CCH", LoadMode::constant_current, 1.0}, Mode{"CPL", LoadMode::constant_power, 0.1},
                           Mode{"CPM", LoadMode::constant_power, 0.5},   Mode{"CPH", LoadMode::constant_power, 1.0},
                           Mode{"CVL", LoadMode::constant_voltage, 0.1}, Mode{"CVM", LoadMode::constant_voltage, 0.5},
                           Mode{"CVH", LoadMode::constant_voltage, 1.0}};

// Chroma 63200A. The mode holds the range; changing it clamps what was set and drops the load for a moment. Nobody has
// to own it. LOAD? answers with a word, LOAD:SHOR? with a digit. A protection latches until LOAD:PROT:CLE.
class Chroma63200a final : public ScpiBox {
 public:
  Chroma63200a(WireWorld& world, const WireBoxConfig& config)
      : ScpiBox({.busy = std::chrono::milliseconds(3), .spread = std::chrono::milliseconds(4)}, config.seed),
        stage_(world, config.instrument, plate(config)) {
    const PowerPlate& p = stage_.plate();
    add_common(p.maker + "," + p.model + "," + p.serial + "," + p.firmware);
    add_input();
    add_levels();
    add_readings();
  }
  void power_on(bool) override {
    stage_.power_on();
    mode_ = 2;
    clear_errors();
  }
  void turn(WallTime) override {
    stage_.watch();
    latch_status();
  }
  bool fault(const std::string& kind, const std::vector<std::string>& arguments) override {
    if (kind != "trip") {
      return false;
    }
    const std::string why = arguments.empty() ? "ocp" : arguments.front();
    stage_.trip(why == "ovp" ? Trip::over_voltage : why == "ot" ? Trip::over_temperature : Trip::over_current);
    return true;
  }

 private:
  // 632WWA-VVV-AAA: kilowatts, volts and amperes stand in the name.
  static PowerPlate plate(const WireBoxConfig& config) {
    PowerPlate p{.maker = "Chroma",
                 .model = config.text("model", "63210A-150-1000"),
                 .serial = "632100001234",
                 .firmware = "01.10",
                 .volts = 150,
                 .amps = 1000,
                 .watts = 10000,
                 .volt_step = 0.0025,
                 .amp_step = 0.02,
                 .watt_step = 0.2};
    const auto number = [&](std::size_t from, double otherwise) {
      double value = 0;
      std::from_chars(p.model.data() + from, p.model.data() + p.model.size(), value);
      return value > 0 ? value : otherwise;
    };
    const auto first = p.model.find('-');
    const auto second = first == std::string::npos ? first : p.model.find('-', first + 1);
    if (second != std::string::npos && p.model.size() > 5) {
      p.watts = 1000 * number(3, 10);
      p.volts = number(first + 1, 150);
      p.amps = number(second + 1, 1000);
    }
    return plate_of(config, p);
  }
  [[nodiscard]] double range() const noexcept { return modes.at(mode_).part; }

  void add_input() {
    add({"LOAD[:STATe]", [this](const ScpiCall&) { return std::string(stage_.input() ? "ON" : "OFF"); },
         [this](const ScpiCall& call) {
           if (!stage_.switch_input(call.boolean(0))) {
             throw scpi_settings_conflict;
           }
         }});
    add({"LOAD:SHORt[:STATe]", [](const ScpiCall&) { return std::string("0"); },
         [](const ScpiCall& call) {
           if (call.boolean(0)) {
             throw scpi_settings_conflict;  // nobody shorts this pack, not even here
           }
         }});
    add({"LOAD:PROTection:CLEar", {}, [this](const ScpiCall&) { stage_.clear_trip(); }});
    add({"MODE", [this](const ScpiCall&) { return std::string(modes.at(mode_).word); },
         [this](const ScpiCall& call) { set_mode(call); }});
    add({"CONFigure:VOLTage:ON", [this](const ScpiCall&) { return fixed(stage_.turn_on_voltage, 3); },
         [this](const ScpiCall& call) { stage_.turn_on_voltage = call.number(0, "V", 0, stage_.plate().volts); }});
    add({"CONFigure:VOLTage:LATCh", [](const ScpiCall&) { return std::string("OFF"); },
         [](const ScpiCall& call) { (void)call.boolean(0); }});
  }
  void set_mode(const ScpiCall& call) {
    std::vector<std::string> words;
    for (const Mode& mode : modes) {
      words.emplace_back(mode.word);
    }
    mode_ = call.word(0, words);
    stage_.switch_input(false);
    stage_.set_mode(modes.at(mode_).mode);
    stage_.set_current(std::min(stage_.current(), range() * stage_.plate().amps));
    stage_.set_power(std::min(stage_.power(), range() * stage_.plate().watts));
  }
  void add_levels() {
    const auto level = [this](const char* pattern, const char* unit, std::function<double()> get,
                              std::function<void(double)> set, std::function<double()> highest) {
      add({pattern,
           [get = std::move(get), highest](const ScpiCall& call) {
             if (!call.parameters.empty()) {
               return fixed(call.word(0, {"MINimum", "MAXimum"}) == 0 ? 0.0 : highest(), 4);
             }
             return fixed(get(), 4);
           },
           [set = std::move(set), highest, unit = std::string(unit)](const ScpiCall& call) {
             set(call.number(0, unit, 0, highest()));
           }});
    };
    const auto amps = [this] { return range() * stage_.plate().amps; };
    level(
        "CURRent:STATic:L1", "A", [this] { return stage_.current(); }, [this](double v) { stage_.set_current(v); },
        amps);
    level(
        "CURRent:STATic:L2", "A", [this] { return second_; }, [this](double v) { second_ = v; }, amps);
    level(
        "POWer:STATic:L1", "W", [this] { return stage_.power(); }, [this](double v) { stage_.set_power(v); },
        [this] { return range() * stage_.plate().watts; });
    level(
        "VOLTage:STATic:L1", "V", [this] { return stage_.voltage(); }, [this](double v) { stage_.set_voltage(v); },
        [this] { return stage_.plate().volts; });
    for (const char* slew : {"CURRent:STATic:RISE", "CURRent:STATic:FALL"}) {
      level(
          slew, "A/US", [this] { return slew_; }, [this](double v) { slew_ = v; }, [] { return 10.0; });
    }
  }
  void add_readings() {
    for (const char* how : {"MEASure", "FETCh"}) {
      const std::string base(how);
      add({base + ":VOLTage[:DC]", [this](const ScpiCall&) { return fixed(stage_.measured_volts(), 4); }, {}});
      add({base + ":CURRent[:DC]", [this](const ScpiCall&) { return fixed(stage_.measured_amps(), 4); }, {}});
      add({base + ":POWer[:DC]", [this](const ScpiCall&) { return fixed(stage_.measured_watts(), 2); }, {}});
    }
  }
  void reset() override {
    stage_.clear_trip();
    power_on(false);
  }
  [[nodiscard]] std::uint32_t questionable_condition() const override {
    switch (stage_.trip()) {
      case Trip::over_temperature:
        return 1u << 0;
      case Trip::over_voltage:
        return 1u << 1;
      case Trip::over_current:
        return 1u << 2;
      case Trip::over_power:
        return 1u << 3;
      default:
        return 0;
    }
  }

  LoadStage stage_;
  std::size_t mode_ = 2;
  double second_ = 0, slew_ = 1.0;
};

RIG_WIRE_SIM(Chroma63200a, "chroma.63200a", "Chroma 63200A: SCPI over TCP")

}  // namespace
}  // namespace rig::sim

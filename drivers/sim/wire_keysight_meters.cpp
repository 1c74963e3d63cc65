// Keysight 34460A to 34470A, a meter, and DAQ970A, a scanner with probes: they only look.
#include <array>
#include <charconv>
#include <cmath>

#include "drivers/sim/wire_scpi.hpp"
#include "drivers/sim/wire_world.hpp"

namespace rig::sim {
namespace {

// "+5.12345678E+01": NR3 as these boxes send every reading.
std::string scientific(double value) {
  std::array<char, 32> text{};
  const auto [end, error] =
      std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::scientific, 8);
  const std::string digits = error == std::errc{} ? std::string(text.data(), end) : "9.90000000E+37";
  std::string out = (value < 0 ? "" : "+") + digits;
  for (char& c : out) {
    c = c == 'e' ? 'E' : c;
  }
  return out;
}
constexpr double overload = 9.9e37;

class KeysightReader : public ScpiBox {
 public:
  void power_on(bool) override {
    open_ = false;
    clear_errors();
  }
  bool fault(const std::string& kind, const std::vector<std::string>&) override {
    open_ = kind == "trip" || (open_ && kind != "clear");  // what an open probe or an overload shows
    return kind == "trip";
  }

 protected:
  KeysightReader(WireWorld& world, const WireBoxConfig& config, const std::string& signal, const std::string& model,
                 Duration busy)
      : ScpiBox({.busy = std::chrono::milliseconds(1), .spread = std::chrono::milliseconds(1)}, config.seed),
        world_(world),
        signal_(world.signal(config.instrument + signal)) {
    add_common("Keysight Technologies," + config.text("model", model) + "," + config.text("serial", "MY59001234") +
               ",A.03.02-02.40-03.02-00.52-02-01");
    add({"READ", [this](const ScpiCall&) { return reading(); }, {}, busy});
    add({"FETCh", [this](const ScpiCall&) { return reading(); }, {}});
    add({"INITiate[:IMMediate]", {}, [](const ScpiCall&) {}, busy});
    add({"TRIGger:SOURce", [](const ScpiCall&) { return std::string("IMM"); },
         [](const ScpiCall& call) {
           (void)call.word(0, {"IMMediate", "EXTernal", "BUS", "INTernal", "TIMer"});
         }});
    for (const char* free : {"SYSTem:LOCal", "SYSTem:REMote", "SYSTem:BEEPer:STATe"}) {
      add({free, {}, [](const ScpiCall&) {}});
    }
  }
  virtual std::string reading() {
    const Sample& sample = world_[signal_];
    return scientific(open_ || !sample.good() ? overload : sample.value);
  }

  WireWorld& world_;
  SignalId signal_;

 private:
  bool open_ = false;
};

class Keysight3446x final : public KeysightReader {
 public:
  Keysight3446x(WireWorld& world, const WireBoxConfig& config)
      : KeysightReader(world, config, ".voltage", "34465A", std::chrono::milliseconds(20)) {
    const auto volts = [this](const ScpiCall&) { return reading(); };
    add({"MEASure[:VOLTage]:DC", volts, {}, std::chrono::milliseconds(20)});
    add({"MEASure:VOLTage[:DC]", volts, {}, std::chrono::milliseconds(20)});
    add({"CONFigure",
         [this](const ScpiCall&) { return "\"VOLT " + scientific(range_) + "," + scientific(3e-7) + "\""; },
         {}});
    add({"CONFigure:VOLTage[:DC]", {}, [this](const ScpiCall& call) { range_ = range_of(call); }});
    add({"[SENSe:]VOLTage[:DC]:RANGe", [this](const ScpiCall&) { return scientific(range_); },
         [this](const ScpiCall& call) { range_ = range_of(call); }});
    add({"[SENSe:]VOLTage[:DC]:RANGe:AUTO", [](const ScpiCall&) { return std::string("0"); },
         [](const ScpiCall& call) { (void)call.boolean(0); }});
    add({"[SENSe:]VOLTage[:DC]:NPLC", [this](const ScpiCall&) { return scientific(cycles_); },
         [this](const ScpiCall& call) { cycles_ = call.number(0, "", 0.001, 100); }});
    add({"[SENSe:]VOLTage[:DC]:IMPedance:AUTO", [this](const ScpiCall&) { return std::string(high_ ? "1" : "0"); },
         [this](const ScpiCall& call) { high_ = call.boolean(0); }});
    add({"SAMPle:COUNt", [](const ScpiCall&) { return std::string("1"); },
         [](const ScpiCall& call) { (void)call.number(0, "", 1, 1); }});
  }
  void power_on(bool soaked) override {
    KeysightReader::power_on(soaked);
    range_ = 1000;
    cycles_ = 10;
    high_ = false;
  }

 private:
  static double range_of(const ScpiCall& call) {
    const double wanted = call.parameters.empty() ? 100.0 : call.number(0, "V", 0.1, 1000);
    for (const double range : {0.1, 1.0, 10.0, 100.0}) {
      if (wanted <= range) {
        return range;
      }
    }
    return 1000.0;
  }
  // 120 % of a range is shown, more is an overload.
  std::string reading() override {
    return std::abs(world_.value(signal_)) > 1.2 * range_ ? scientific(overload) : KeysightReader::reading();
  }
  double range_ = 1000, cycles_ = 10;
  bool high_ = false;
};

// A scan list has to be set before READ?; what a channel measures is the instrument's own thermometer.
class KeysightDaq970a final : public KeysightReader {
 public:
  KeysightDaq970a(WireWorld& world, const WireBoxConfig& config)
      : KeysightReader(world, config, ".temperature", "DAQ970A", std::chrono::milliseconds(60)) {
    add({"CONFigure:TEMPerature", {}, [this](const ScpiCall& call) { configure(call); }});
    add({"MEASure:TEMPerature",
         [this](const ScpiCall&) {
           scanned_ = true;
           return reading();
         },
         {},
         std::chrono::milliseconds(100)});
    add({"UNIT:TEMPerature", [this](const ScpiCall&) { return std::string(1, unit_); },
         [this](const ScpiCall& call) {
           unit_ = "CFK"[call.word(0, {"C", "F", "K"})];
         }});
    add({"ROUTe:SCAN", [this](const ScpiCall&) { return "#16" + channels_; },
         [this](const ScpiCall& call) {
           channels_ = channel(call.parameter(0));
           scanned_ = true;
         }});
    add({"[SENSe:]TEMPerature:NPLC", [](const ScpiCall&) { return scientific(1); },
         [](const ScpiCall& call) { (void)call.number(0, "", 0.02, 200); }});
  }
  void power_on(bool soaked) override {
    KeysightReader::power_on(soaked);
    scanned_ = false;
    unit_ = 'C';
  }

 private:
  // One channel, "(@101)": slot 1 to 3, channel 1 to 40.
  static std::string channel(const std::string& text) {
    unsigned number = 0;
    if (text.starts_with("(@") && text.ends_with(")")) {
      std::from_chars(text.data() + 2, text.data() + text.size() - 1, number);
    }
    if (number < 101 || number > 340 || number % 100 < 1 || number % 100 > 40) {
      throw ScpiFault{112, "Channel list: channel number out of range"};
    }
    return text;
  }
  void configure(const ScpiCall& call) {
    (void)call.word(0, {"TCouple", "RTD", "FRTD", "THERmistor"});
    channels_ = channel(call.parameter(call.parameters.size() - 1));
    scanned_ = true;
  }
  std::string reading() override {
    if (!scanned_) {
      report({-221, "Settings conflict: scan list empty"});
      return {};  // no answer at all: the client waits in vain
    }
    if (unit_ == 'C') {
      return KeysightReader::reading();
    }
    const double celsius = world_.value(signal_);
    return scientific(unit_ == 'F' ? celsius * 1.8 + 32 : celsius + 273.15);
  }
  bool scanned_ = false;
  char unit_ = 'C';
  std::string channels_ = "(@101)";
};

RIG_WIRE_SIM(Keysight3446x, "keysight.3446x", "Keysight 34460A to 34470A: SCPI over TCP")
RIG_WIRE_SIM(KeysightDaq970a, "keysight.daq970a", "Keysight DAQ970A: SCPI over TCP")

}  // namespace
}  // namespace rig::sim

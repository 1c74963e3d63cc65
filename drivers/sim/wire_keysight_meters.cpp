// Keysight 34460A to 34470A, a meter, and DAQ970A, a scanner with probes: they only look.
#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>

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
    return scientific(is_open() || !sample.good() ? overload : sample.value);
  }

  [[nodiscard]] bool is_open() const noexcept { return open_; }

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
    add({"MEASure[:VOLTage]:DC", volts, {}, std::chrono::milliseconds(20), 2});
    add({"MEASure:VOLTage[:DC]", volts, {}, std::chrono::milliseconds(20), 2});
    add({"CONFigure",
         [this](const ScpiCall&) { return "\"VOLT " + scientific(range_) + "," + scientific(3e-7) + "\""; },
         {}});
    add({.pattern = "CONFigure:VOLTage[:DC]",
         .tell = [this](const ScpiCall& call) { range_ = range_of(call); },
         .most = 2});
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

// One scan list for all who ask: it has to be set before READ?, and whoever sets it last decides what that reads. Each
// thermometer of the bench at this endpoint is a probe on a channel of its own; elsewhere nothing is connected.
class KeysightDaq970a final : public KeysightReader {
 public:
  KeysightDaq970a(WireWorld& world, const WireBoxConfig& config)
      : KeysightReader(world, config, ".temperature", "DAQ970A", std::chrono::milliseconds(60)) {
    probes_[channel_of(config)] = Probe{signal_};
    add({.pattern = "CONFigure:TEMPerature", .tell = [this](const ScpiCall& call) { configure(call); }, .most = 5});
    add({.pattern = "MEASure:TEMPerature",
         .ask =
             [this](const ScpiCall& call) {
               configure(call);
               return reading();
             },
         .busy = std::chrono::milliseconds(100),
         .most = 5});
    add({.pattern = "UNIT:TEMPerature",
         .ask =
             [this](const ScpiCall& call) {
               const auto which = call.parameters.empty() ? scan_ : channels(call.parameter(0));
               return std::string(1, which.empty() ? 'C' : probe(which.front()).unit);
             },
         .tell =
             [this](const ScpiCall& call) {
               const char unit = "CFK"[call.word(0, {"C", "F", "K"})];
               for (const int channel : call.parameters.size() < 2 ? scan_ : channels(call.parameter(1))) {
                 probes_[channel].unit = unit;
               }
             },
         .most = 2});
    add({"ROUTe:SCAN",
         [this](const ScpiCall&) {
           std::string list;
           for (const int channel : scan_) {
             list += (list.empty() ? "" : ",") + std::to_string(channel);
           }
           list = "(@" + list + ")";
           const std::string length = std::to_string(list.size());
           return "#" + std::to_string(length.size()) + length + list;
         },
         [this](const ScpiCall& call) { scan_ = channels(call.parameter(0)); }});
    add({"[SENSe:]TEMPerature:NPLC", [](const ScpiCall&) { return scientific(1); },
         [](const ScpiCall& call) { (void)call.number(0, "", 0.02, 200); }});
  }
  void power_on(bool soaked) override {
    KeysightReader::power_on(soaked);
    scan_.clear();
    for (auto& [channel, probe] : probes_) {
      probe.unit = 'C';
    }
  }
  bool also_serves(const WireBoxConfig& other) override {
    return probes_.try_emplace(channel_of(other), Probe{world_.signal(other.instrument + ".temperature")}).second;
  }

 private:
  struct Probe {
    std::optional<SignalId> signal;  // nothing is connected without one
    char unit = 'C';
  };
  static int channel_of(const WireBoxConfig& config) {
    return channels("(@" + config.text("channel", "101") + ")").at(0);
  }
  // "(@101)", "(@101,103)": slot 1 to 3, channel 1 to 40.
  static std::vector<int> channels(const std::string& text) {
    std::vector<int> out;
    if (text.starts_with("(@") && text.ends_with(")")) {
      const char* at = text.data() + 2;
      const char* const end = text.data() + text.size() - 1;
      for (int number = 0; at < end; out.push_back(number)) {
        const auto [stop, error] = std::from_chars(at, end, number);
        if (error != std::errc{} || (stop != end && *stop != ',') || number < 101 || number > 340 || number % 100 < 1 ||
            number % 100 > 40) {
          throw no_such_channel();
        }
        at = stop + 1;
      }
    }
    return out.empty() ? throw no_such_channel() : out;
  }
  static ScpiFault no_such_channel() { return {112, "Channel list: channel number out of range"}; }
  [[nodiscard]] Probe probe(int channel) const {
    const auto found = probes_.find(channel);
    return found == probes_.end() ? Probe{} : found->second;
  }
  // What is measured redefines the scan list, for everybody.
  void configure(const ScpiCall& call) {
    (void)call.word(0, {"TCouple", "RTD", "FRTD", "THERmistor"});
    scan_ = channels(call.parameter(call.parameters.size() - 1));
  }
  std::string reading() override {
    if (scan_.empty()) {
      report({-221, "Settings conflict: scan list empty"});
      return {};  // no answer at all: the client waits in vain
    }
    std::string out;
    for (const int channel : scan_) {
      out += (out.empty() ? "" : ",") + reading_of(probe(channel));
    }
    return out;
  }
  [[nodiscard]] std::string reading_of(const Probe& probe) const {
    if (is_open() || !probe.signal || !world_[*probe.signal].good()) {
      return scientific(overload);
    }
    const double celsius = world_.value(*probe.signal);
    return scientific(probe.unit == 'F' ? celsius * 1.8 + 32 : probe.unit == 'K' ? celsius + 273.15 : celsius);
  }
  std::map<int, Probe> probes_;
  std::vector<int> scan_;
};

RIG_WIRE_SIM(Keysight3446x, "keysight.3446x", "Keysight 34460A to 34470A: SCPI over TCP")
RIG_WIRE_SIM(KeysightDaq970a, "keysight.daq970a", "Keysight DAQ970A: SCPI over TCP")

}  // namespace
}  // namespace rig::sim

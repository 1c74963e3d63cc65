#include <algorithm>
#include <array>
#include <charconv>

#include "drivers/sim/wire_lines.hpp"
#include "drivers/sim/wire_scpi.hpp"
#include "drivers/sim/wire_supply.hpp"

namespace rig::sim {
namespace {

// TDK-Lambda GENESYS on a serial line, in its own language: CR both ways, every set command is answered with OK or an
// error code, and nothing at all is answered before the box was addressed.
class TdkGenesys final : public WireBox {
 public:
  TdkGenesys(WireWorld& world, const WireBoxConfig& config)
      : stage_(world, config.instrument, plate(config)), per_byte_(byte_time(config.text("endpoint", ""))) {
    const std::string address = config.text("address", "6");
    std::from_chars(address.data(), address.data() + address.size(), address_);
  }
  std::unique_ptr<WireSession> connect() override {
    return std::make_unique<LineSession>('\r', [this](const std::string& line) { return hear(line); });
  }
  void power_on(bool) override {
    stage_.power_on();
    mode_ = 0;
    selected_ = fold_back_ = auto_start_ = false;
    under_limit_ = 0;
    sent_volts_ = sent_amps_ = "0.00";
    last_.clear();
    announced_ = false;
  }
  void turn(WallTime) override {
    if (stage_.watch()) {
      announced_ = true;
    }
  }
  bool fault(const std::string& kind, const std::vector<std::string>& arguments) override {
    if (kind == "local") {
      mode_ = 0;
      return true;
    }
    if (kind == "trip") {
      stage_.trip(!arguments.empty() && arguments[0] == "ot" ? Trip::over_temperature : Trip::over_voltage);
      return true;
    }
    announced_ = kind == "srq";  // an unasked "!06" before the next answer
    return kind == "srq" || kind == "clear";
  }

 private:
  static PowerPlate plate(const WireBoxConfig& config) {
    PowerPlate p{.maker = "LAMBDA",
                 .model = config.text("model", "GEN80-125"),
                 .serial = "S/N:14K4573",
                 .firmware = "REV:1U:4.3",
                 .volts = 80,
                 .amps = 125};
    const auto dash = p.model.find('-');
    if (p.model.starts_with("GEN") && dash != std::string::npos) {
      std::from_chars(p.model.data() + 3, p.model.data() + dash, p.volts);
      std::from_chars(p.model.data() + dash + 1, p.model.data() + p.model.size(), p.amps);
    }
    p.watts = p.volts * p.amps;
    return plate_of(config, p);
  }
  static Duration byte_time(const std::string& endpoint) {
    unsigned baud = 9600;
    if (const auto at = endpoint.find("baud="); at != std::string::npos) {
      std::from_chars(endpoint.data() + at + 5, endpoint.data() + endpoint.size(), baud);
    }
    return from_seconds(10.0 / std::max(baud, 300u));  // 8N1
  }

  Answer hear(const std::string& raw) {
    std::string line = raw == "\\" ? last_ : raw;
    if (raw.empty()) {
      return selected_ ? said("OK", raw) : Answer{};
    }
    last_ = line;
    if (const auto dollar = line.find('$'); dollar != std::string::npos) {
      unsigned sum = 0, given = 0;
      for (const char c : line.substr(0, dollar)) {
        sum += static_cast<unsigned char>(c);
      }
      std::from_chars(line.data() + dollar + 1, line.data() + line.size(), given, 16);
      if ((sum & 0xFF) != given) {
        return said("C04", raw);
      }
      line.resize(dollar);
    }
    std::transform(line.begin(), line.end(), line.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    const auto blank = std::min(line.find(' '), line.size());
    const std::string word = line.substr(0, blank);
    std::string parameter = line.substr(std::min(blank + 1, line.size()));
    parameter.erase(0, std::min(parameter.find_first_not_of(' '), parameter.size()));
    if (word == "ADR") {
      unsigned wanted = 99;
      std::from_chars(parameter.data(), parameter.data() + parameter.size(), wanted);
      selected_ = wanted == address_;
      return selected_ ? said("OK", raw) : Answer{};
    }
    if (!selected_) {
      return {};
    }
    return said(word.ends_with('?') ? ask(word) : tell(word, parameter), raw);
  }
  Answer said(const std::string& text, const std::string& request) {
    const std::string before = std::exchange(announced_, false) ? "!0" + std::to_string(address_) + "\r" : "";
    return {before + text + "\r",
            std::chrono::milliseconds(5) + per_byte_ * static_cast<std::int64_t>(request.size() + text.size() + 2)};
  }
  // Five digits, as on the display: 56.200, 5.0000.
  static std::string digits(double value) { return fixed(value, value >= 99.9995 ? 2 : value >= 9.99995 ? 3 : 4); }
  static std::string two(double value) {
    std::string text = fixed(value, 3);
    return value < 10 ? "0" + text : text;
  }
  static std::string hex(unsigned value) {
    constexpr const char* all = "0123456789ABCDEF";
    return {all[value >> 4 & 15], all[value & 15]};
  }
  [[nodiscard]] unsigned status() const {
    const Regulation r = stage_.regulation();
    const bool fault = stage_.trip() != Trip::none;
    return (r == Regulation::constant_voltage ? 1u : 0u) |
           (r == Regulation::constant_current || r == Regulation::constant_power ? 2u : 0u) | (fault ? 8u : 4u) |
           (auto_start_ ? 16u : 0u) | (fold_back_ ? 32u : 0u) | (mode_ == 0 ? 128u : 0u);
  }
  [[nodiscard]] unsigned faults() const {
    const Trip t = stage_.trip();
    return (t == Trip::over_temperature ? 4u : 0u) | (t == Trip::over_voltage ? 16u : 0u) |
           (stage_.output() ? 0u : 64u);
  }
  std::string ask(const std::string& word) {
    if (word == "IDN?") {
      return stage_.plate().maker + "," + stage_.plate().model;
    }
    if (word == "REV?") {
      return stage_.plate().firmware;
    }
    if (word == "SN?") {
      return stage_.plate().serial;
    }
    if (word == "DATE?") {
      return "2019/05/13";
    }
    if (word == "RMT?") {
      return std::array{"LOC", "REM", "LLO"}.at(mode_);
    }
    if (word == "PV?") {
      return mode_ == 0 ? digits(stage_.voltage()) : sent_volts_;  // exactly what was sent
    }
    if (word == "PC?") {
      return mode_ == 0 ? digits(stage_.current()) : sent_amps_;
    }
    if (word == "MV?") {
      return digits(stage_.measured_volts());
    }
    if (word == "MC?") {
      return digits(std::max(stage_.measured_amps(), 0.0));
    }
    if (word == "OUT?") {
      return stage_.output() ? "ON" : "OFF";
    }
    if (word == "MODE?") {
      return !stage_.output() ? "OFF" : stage_.regulation() == Regulation::constant_voltage ? "CV" : "CC";
    }
    if (word == "OVP?" || word == "UVL?") {
      return fixed(word == "OVP?" ? stage_.over_voltage : under_limit_, 2);
    }
    if (word == "FLD?" || word == "AST?") {
      return (word == "FLD?" ? fold_back_ : auto_start_) ? "ON" : "OFF";
    }
    if (word == "DVC?") {
      return digits(stage_.measured_volts()) + ", " + digits(stage_.voltage()) + ", " + digits(stage_.measured_amps()) +
             ", " + digits(stage_.current()) + ", " + fixed(stage_.over_voltage, 2) + ", " + fixed(under_limit_, 2);
    }
    if (word == "STT?") {
      return "MV(" + two(stage_.measured_volts()) + "),PV(" + two(stage_.voltage()) + "),MC(" +
             two(std::max(stage_.measured_amps(), 0.0)) + "),PC(" + two(stage_.current()) + "),SR(" + hex(status()) +
             "),FR(" + hex(faults()) + ")";
    }
    return "C01";
  }
  std::string tell(const std::string& word, const std::string& parameter) {
    if (word == "RST") {
      reset();
      return "OK";
    }
    if (word == "CLS") {
      return "OK";
    }
    if (word == "OVM") {
      stage_.over_voltage = 1.1 * stage_.plate().volts;
      return "OK";
    }
    constexpr std::array<std::string_view, 10> known{"RMT", "OUT", "PV",  "PC",  "OVP",
                                                     "UVL", "FLD", "FBD", "AST", "FILTER"};
    if (std::ranges::find(known, word) == known.end()) {
      return "C01";
    }
    return parameter.empty() ? "C02" : set(word, parameter);
  }
  void reset() {
    stage_.power_on();
    under_limit_ = 0;
    fold_back_ = auto_start_ = false;
    sent_volts_ = sent_amps_ = "0.00";
    mode_ = std::max(mode_, std::size_t{1});
  }
  std::string set(const std::string& word, const std::string& parameter) {
    if (word == "RMT") {
      const bool known = parameter == "0" || parameter == "1" || parameter == "2" || parameter == "LOC" ||
                         parameter == "REM" || parameter == "LLO";
      mode_ = parameter == "0" || parameter == "LOC" ? 0 : parameter == "1" || parameter == "REM" ? 1 : mode_;
      mode_ = parameter == "2" || parameter == "LLO" ? 2 : mode_;
      return known ? "OK" : "C03";
    }
    if (word == "OUT" || word == "FLD" || word == "AST") {
      const bool on = parameter == "1" || parameter == "ON";
      return on || parameter == "0" || parameter == "OFF" ? set_switch(word, on) : "C03";
    }
    double value = 0;
    const auto [end, error] = std::from_chars(parameter.data(), parameter.data() + parameter.size(), value);
    if (error != std::errc{} || end != parameter.data() + parameter.size() || parameter.size() > 12 ||
        !std::isfinite(value)) {
      return "C03";
    }
    return set_level(word, parameter, value);
  }
  std::string set_switch(const std::string& word, bool on) {
    if (word == "OUT") {
      mode_ = std::max(mode_, std::size_t{1});  // what sets the output takes the box into remote
      if (on && stage_.trip() != Trip::none && !stage_.clear_trip()) {
        return "E07";
      }
      return stage_.switch_output(on) ? "OK" : "E07";
    }
    (word == "FLD" ? fold_back_ : auto_start_) = on;
    return "OK";
  }
  std::string set_level(const std::string& word, const std::string& parameter, double value) {
    const PowerPlate& p = stage_.plate();
    if (word == "PV") {
      if (value > 1.05 * p.volts || value > 0.95 * stage_.over_voltage) {
        return "E01";
      }
      if (value < under_limit_ / 0.95 && under_limit_ > 0) {
        return "E02";
      }
      stage_.set_voltage(value);
      sent_volts_ = parameter;
      mode_ = std::max(mode_, std::size_t{1});
    } else if (word == "PC") {
      if (value < 0 || value > 1.05 * p.amps) {
        return "C05";
      }
      stage_.set_current(value);
      sent_amps_ = parameter;
      mode_ = std::max(mode_, std::size_t{1});
    } else if (word == "OVP") {
      if (value > 1.1 * p.volts || value < 5) {
        return "C05";
      }
      if (value < 1.05 * stage_.voltage()) {
        return "E04";
      }
      stage_.over_voltage = value;
    } else if (word == "UVL") {
      if (value > 0 && value > 0.95 * stage_.voltage()) {
        return "E06";
      }
      under_limit_ = value;
    }
    return "OK";
  }

  SupplyStage stage_;
  Duration per_byte_;
  unsigned address_ = 6;
  std::size_t mode_ = 0;  // local, remote, remote with a locked panel
  bool selected_ = false, fold_back_ = false, auto_start_ = false, announced_ = false;
  double under_limit_ = 0;
  std::string sent_volts_ = "0.00", sent_amps_ = "0.00", last_;
};

RIG_WIRE_SIM(TdkGenesys, "tdk.genesys", "TDK-Lambda GENESYS: its own language on a pseudo-terminal")

}  // namespace
}  // namespace rig::sim

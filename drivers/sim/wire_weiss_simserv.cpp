#include <charconv>
#include <map>

#include "drivers/sim/wire_chamber.hpp"
#include "drivers/sim/wire_lines.hpp"
#include "drivers/sim/wire_scpi.hpp"

namespace rig::sim {
namespace {

constexpr char separator = '\xB6';  // Latin-1 pilcrow

// Weiss/Voetsch S!MPAC with SIMSERV: "CMD,1,arguments" between pilcrows, answered by a code and data.
class WeissSimserv final : public WireBox {
 public:
  WeissSimserv(WireWorld& world, const WireBoxConfig& config)
      : stage_(world, config.instrument),
        model_(config.text("model", "LabEvent T/210/70/5")),
        serial_(config.text("serial", "58226212340010")) {}
  std::unique_ptr<WireSession> connect() override {
    return std::make_unique<LineSession>('\r', [this](const std::string& line) {
      return line.empty() ? Answer{} : Answer{answer(line) + "\r\n", std::chrono::milliseconds(15)};
    });
  }
  void power_on(bool soaked) override {
    stage_.power_on(soaked);
    alarm_ = false;
    up_ = down_ = 0;
  }
  bool fault(const std::string& kind, const std::vector<std::string>&) override {
    if (kind == "trip") {
      alarm_ = true;
      stage_.run(false);
      return true;
    }
    stage_.stick(kind == "stuck");
    unreadable_ = kind == "unreadable";
    return kind == "stuck" || kind == "unreadable" || kind == "clear";
  }
  [[nodiscard]] std::size_t most_clients() const override { return 5; }

 private:
  using Words = std::vector<std::string>;
  static std::string good(const std::string& data = {}) {
    return data.empty() ? "1" : std::string("1") + separator + data;
  }
  static constexpr const char* unknown = "-5";
  static constexpr const char* bad_parameter = "-6";
  static constexpr const char* not_read = "-8";

  std::string answer(const std::string& line) {
    Words words(1);
    for (const char c : line) {
      if (c == separator) {
        words.emplace_back();
      } else {
        words.back() += c;
      }
    }
    if (words.size() < 2 || words[1] != "1") {
      return bad_parameter;  // the chamber's index is always 1
    }
    return command(words[0], Words(words.begin() + 2, words.end()));
  }
  std::string command(const std::string& name, const Words& arguments) {
    const bool first = !arguments.empty() && arguments[0] == "1";  // the one control variable: temperature
    if (name == "99997") {
      return first                     ? good(model_)
             : arguments == Words{"2"} ? good("2021")
             : arguments == Words{"3"} ? good(serial_)
                                       : bad_parameter;
    }
    if (name == "10012") {
      return good(std::to_string((stage_.runs() ? 3 : 1) + (alarm_ ? 8 : 0)));
    }
    if (name == "11018") {
      return good("1");
    }
    if (name == "14001") {
      return digital_output(arguments);
    }
    if (name == "14003") {
      return first ? good(stage_.runs() ? "1" : "0") : good("0");
    }
    if (name == "17012") {
      alarm_ = false;
      return good();
    }
    if (name == "17002") {
      return good(alarm_ ? "1" : "0");
    }
    if (name == "17007" || name == "17009") {
      return alarm_ ? good(name == "17007" ? "Temperature limiter" : "1") : not_read;
    }
    return variable(name, arguments, first);
  }
  std::string variable(const std::string& name, const Words& arguments, bool first) {
    const std::map<std::string, double> values{
        {"11002", stage_.set()}, {"11004", stage_.air()}, {"11007", stage_.lowest()}, {"11009", stage_.highest()},
        {"11066", up_},          {"11070", down_},        {"11014", -50.0},           {"11015", 100.0},
        {"11016", -45.0},        {"11017", 95.0}};
    const bool text = name == "11026" || name == "11023";
    const bool sets = name == "11001" || name == "11068" || name == "11072";
    if (!text && !sets && !values.contains(name)) {
      return unknown;
    }
    if (!first) {
      return bad_parameter;
    }
    if (text) {
      return good(name == "11026" ? "Temperature"
                                  : "\xB0"
                                    "C");
    }
    if (!sets) {
      return unreadable_ && name == "11004" ? not_read : good(fixed(values.at(name), 2));
    }
    double value = 0;
    if (arguments.size() < 2 || !number(arguments[1], value)) {
      return bad_parameter;
    }
    if (name == "11001") {
      if (!(value >= stage_.lowest() && value <= stage_.highest())) {
        return bad_parameter;
      }
      stage_.set(value);
    } else {
      (name == "11068" ? up_ : down_) = value;
    }
    return good();
  }
  static bool number(const std::string& text, double& value) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && end == text.data() + text.size();
  }
  // Output 1 starts and stops the manual mode; the user's own are behind it.
  std::string digital_output(const Words& arguments) {
    if (arguments.size() != 2 || (arguments[1] != "0" && arguments[1] != "1")) {
      return bad_parameter;
    }
    if (arguments[0] == "1") {
      if (alarm_ && arguments[1] == "1") {
        return not_read;
      }
      stage_.run(arguments[1] == "1");
    }
    return good();
  }

  ChamberStage stage_;
  std::string model_, serial_;
  bool alarm_ = false, unreadable_ = false;
  double up_ = 0, down_ = 0;  // K/min; shown only, the cabinet goes as fast as it can
};

RIG_WIRE_SIM(WeissSimserv, "weiss.simserv", "Weiss and Voetsch S!MPAC: SIMSERV over TCP")

}  // namespace
}  // namespace rig::sim

#include <charconv>

#include "drivers/sim/wire_chamber.hpp"
#include "drivers/sim/wire_lines.hpp"
#include "drivers/sim/wire_scpi.hpp"

namespace rig::sim {
namespace {

// ESPEC P-300 and SCP-220: lines of text, set commands are echoed behind "OK:", mistakes begin with "NA:".
class EspecP300 final : public WireBox {
 public:
  EspecP300(WireWorld& world, const WireBoxConfig& config)
      : stage_(world, config.instrument), model_(config.text("model", "P300")) {}
  std::unique_ptr<WireSession> connect() override {
    return std::make_unique<LineSession>('\r', [this](const std::string& line) {
      return line.empty() ? Answer{} : Answer{answer(line) + "\r\n", std::chrono::milliseconds(30)};
    });
  }
  [[nodiscard]] std::size_t most_clients() const override { return 1; }
  void power_on(bool soaked) override {
    stage_.power_on(soaked);
    powered_ = true;
    protects_ = alarm_ = false;
    high_ = stage_.highest() + 5;
    low_ = stage_.lowest() - 5;
  }
  bool fault(const std::string& kind, const std::vector<std::string>&) override {
    if (kind == "trip") {
      alarm_ = true;
      stage_.run(false);
      return true;
    }
    if (kind == "local") {
      protects_ = true;
      return true;
    }
    stage_.stick(kind == "stuck");
    not_ready_ = kind == "unreadable";
    if (kind == "clear") {
      alarm_ = protects_ = false;
    }
    return kind == "stuck" || kind == "unreadable" || kind == "clear";
  }

 private:
  std::string answer(const std::string& line) {
    if (line.ends_with('?') || line.find("?,") != std::string::npos) {
      return ask(line);
    }
    const bool free = line.starts_with("KEYPROTECT");
    if (protects_ && !free) {
      return "NA:PROTECT ON";
    }
    const std::string problem = tell(line);
    return problem.empty() ? "OK:" + line : "NA:" + problem;
  }
  [[nodiscard]] const char* mode() const { return !powered_ ? "OFF" : stage_.runs() ? "CONSTANT" : "STANDBY"; }
  std::string ask(const std::string& line) {
    if (line == "TEMP?") {
      return not_ready_ ? "NA:DATA NOT READY"
                        : fixed(stage_.air(), 1) + "," + fixed(stage_.active(), 1) + "," + fixed(high_, 1) + "," +
                              fixed(low_, 1);
    }
    if (line == "MON?") {
      return fixed(stage_.air(), 1) + ",," + mode() + "," + (alarm_ ? "1" : "0");
    }
    if (line == "MODE?") {
      return mode();
    }
    if (line == "MODE?,DETAIL") {
      return mode();
    }
    if (line == "ALARM?") {
      return alarm_ ? "1,2" : "0";
    }
    if (line == "CONSTANT SET?,TEMP") {
      return fixed(stage_.set(), 1) + ",ON";
    }
    if (line == "TYPE?") {
      return "T,T," + model_ + "," + fixed(stage_.highest(), 1);
    }
    if (line == "ROM?") {
      return model_ + "1.24";
    }
    if (line == "DATE?") {
      return "26.11/25";
    }
    if (line == "KEYPROTECT?") {
      return protects_ ? "ON" : "OFF";
    }
    return "NA:CMD ERR";
  }
  // Empty when it was done, else why not.
  std::string tell(const std::string& line) {
    if (line.starts_with("TEMP,")) {
      return set_temperature(line.substr(5));
    }
    if (line == "MODE,CONSTANT") {
      if (alarm_) {
        return "CONT NOT READY-1";
      }
      powered_ = true;
      stage_.run(true);
    } else if (line == "MODE,STANDBY" || line == "MODE,OFF") {
      powered_ = line == "MODE,STANDBY";
      stage_.run(false);
    } else if (line == "POWER,ON" || line == "POWER,OFF") {
      powered_ = line == "POWER,ON";
      stage_.run(powered_ && stage_.runs());
    } else if (line == "KEYPROTECT,ON" || line == "KEYPROTECT,OFF") {
      protects_ = line == "KEYPROTECT,ON";
    } else {
      return line.starts_with("MODE,") || line.starts_with("POWER,") ? "PARA ERR" : "CMD ERR";
    }
    return {};
  }
  // " S25.0 H70.0 L-30.0": each of them may be missing.
  std::string set_temperature(const std::string& text) {
    double set = stage_.set(), high = high_, low = low_;
    bool any = false;
    for (std::size_t at = 0; at < text.size();) {
      if (text[at] == ' ') {
        ++at;
        continue;
      }
      double* const target = text[at] == 'S' ? &set : text[at] == 'H' ? &high : text[at] == 'L' ? &low : nullptr;
      if (target == nullptr) {
        return "PARA ERR";
      }
      const auto [end, error] = std::from_chars(text.data() + at + 1, text.data() + text.size(), *target);
      if (error != std::errc{}) {
        return "PARA ERR";
      }
      at = static_cast<std::size_t>(end - text.data());
      any = true;
    }
    if (!any) {
      return "PARA ERR";
    }
    if (!(set >= stage_.lowest() && set <= stage_.highest() && low < set && set < high)) {
      return "DATA OUT OF RANGE";
    }
    stage_.set(set);
    high_ = high;
    low_ = low;
    return {};
  }

  ChamberStage stage_;
  std::string model_;
  bool powered_ = true, protects_ = false, alarm_ = false, not_ready_ = false;
  double high_ = 95, low_ = -45;
};

RIG_WIRE_SIM(EspecP300, "espec.p300", "ESPEC P-300 and SCP-220: ASCII over TCP or a serial line")

}  // namespace
}  // namespace rig::sim

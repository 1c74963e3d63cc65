#include <array>
#include <cmath>
#include <string>

#include "drivers/scpi/session.hpp"
#include "drivers/transport/families.hpp"
#include "drivers/transport/printable.hpp"
#include "rig/core/quantity.hpp"
#include "rig/instrument/wired.hpp"

// ESPEC P-300 and SCP-220: lines of text, CR LF both ways, over TCP port 10001 or a serial line (9600 8N1). A command
// that was taken is echoed behind "OK:", a refusal begins with "NA:". ChamberConnectLibrary p300.py, scp220.py.
namespace rig {
namespace {

// The CR of the command is sent with the text.
const scpi::Dialect dialect{.end_of_command = '\n', .end_of_answer = '\n', .error_query = {}, .forget_errors = {}};

constexpr double same_set_point = 0.06;  // K: it is told and answers in 0.1 K

constexpr std::array<std::pair<std::string_view, const char*>, 8> refusals{
    {{"CMD ERR", "it does not know this command"},
     {"ADDR ERR", "the address is wrong"},
     {"CONT NOT READY", "it cannot do this now: controller off, an alarm, or not fitted"},
     {"PARA ERR", "a parameter is wrong"},
     {"DATA OUT OF RANGE", "outside the range or the alarm limits that are set in it"},
     {"PROTECT ON", "its keys are protected: somebody at the panel owns it"},
     {"INVALID REQ", "it does not do this in its present mode"},
     {"CHB NOT READY", "the chamber is not ready"}}};

std::string degrees(double value) { return format_quantity(value, dimension::temperature); }

class EspecP300 final : public ChamberBox {
 public:
  struct Parameters : WireParameters {
    std::string model = "P300";
    Celsius lowest{-40.0};
    Celsius highest{90.0};
    Kelvin uncertainty{0.5};
  };
  EspecP300(const Parameters& p, Transport& link)
      : parameters_(p), session_(link, dialect, WallTime::duration{p.timeout.count()}) {}

  Identity connect() override {
    session_.start();
    const std::string type = ask("TYPE?");
    if (type.find(parameters_.model) == std::string::npos) {
      throw LinkError(LinkTrouble::mismatch,
                      "expected a controller " + parameters_.model + ", found " + printable(type),
                      parameters_.endpoint.text, "mend `model` or `endpoint` in the bench file");
    }
    const std::string firmware = ask("ROM?");
    read();  // refuses when an alarm stands
    return {.maker = "ESPEC", .model = parameters_.model, .serial = {}, .firmware = firmware};
  }

  void make_safe() override {
    session_.start();
    put_set_point(chamber_rest.value());
    run();
    verify(chamber_rest.value());
  }

  void write(const Chamber::Setpoint& setpoint) override {
    put_set_point(setpoint.temperature.value());
    if (setpoint.run) {
      run();
      verify(setpoint.temperature.value());
    } else {
      tell("MODE,STANDBY");
      if (const std::string mode = ask("MODE?"); mode != "STANDBY" && mode != "OFF") {
        reject("its mode is " + mode + " and does not become STANDBY");
      }
    }
  }

  ChamberReading read() override {
    const auto monitor = parts("MON?", 4);  // temperature, humidity, mode, number of alarms
    if (monitor[3] != "0") {
      reject("alarms stand: " + ask("ALARM?") + " (how many, their codes)");
    }
    const std::string answer = raw("TEMP?");
    if (answer == "NA:DATA NOT READY") {
      return {.valid = false};
    }
    const auto values = numbers(answer);
    return {.temperature = Celsius{values[0].value},
            .set = Celsius{values[1].value},
            .run = monitor[2] == "CONSTANT",
            .valid = values[0].valid && values[1].valid};
  }

  [[nodiscard]] ChamberRatings ratings() const override {
    return {.lowest = parameters_.lowest,
            .highest = parameters_.highest,
            .uncertainty = {.absolute = parameters_.uncertainty.value()}};
  }

 private:
  std::string raw(const std::string& text) { return session_.ask(text + "\r"); }

  std::string ask(const std::string& query) {
    std::string answer = raw(query);
    if (answer.starts_with("NA:")) {
      refuse(query, answer);
    }
    return answer;
  }
  void tell(const std::string& command) {
    const std::string answer = ask(command);
    if (answer != "OK:" + command) {
      session_.garbled(command, answer, "OK:" + command);
    }
  }
  [[noreturn]] void refuse(const std::string& text, const std::string& answer) const {
    const std::string_view word = std::string_view(answer).substr(3);
    const char* meaning = "see its manual";
    for (const auto& [name, words] : refusals) {
      meaning = word.starts_with(name) ? words : meaning;
    }
    reject("'" + text + "' was refused with " + std::string(word) + ": " + meaning);
  }
  [[noreturn]] void reject(const std::string& what) const {
    throw LinkError(LinkTrouble::rejected, what, parameters_.endpoint.text, "look at the chamber's panel");
  }

  std::vector<std::string> parts(const std::string& query, std::size_t count) {
    const std::string answer = ask(query);
    std::vector<std::string> out = scpi::split_list(answer);
    if (out.size() != count) {
      session_.garbled(query, answer, std::to_string(count) + " values");
    }
    return out;
  }
  // "23.0,25.0,70.0,-30.0": air, set-point, upper and lower alarm limit.
  std::array<scpi::Measured, 4> numbers(const std::string& answer) {
    if (answer.starts_with("NA:")) {
      refuse("TEMP?", answer);
    }
    const std::vector<std::string> words = scpi::split_list(answer);
    std::array<scpi::Measured, 4> out{};
    for (std::size_t i = 0; i < out.size(); ++i) {
      const auto value = words.size() == out.size() ? scpi::parse_measured(words[i]) : std::nullopt;
      if (!value) {
        session_.garbled("TEMP?", answer, "four temperatures");
      }
      out[i] = *value;
    }
    return out;
  }

  void put_set_point(double degc) { tell("TEMP, S" + scpi::format_fixed(degc, 1)); }
  // Sparing: each exchange takes it 30 ms, and making safe has 200.
  void run() {
    std::string mode = ask("MODE?");
    if (mode == "CONSTANT") {
      return;
    }
    if (mode == "OFF") {
      tell("POWER,ON");
    }
    tell("MODE,CONSTANT");  // also ends a program
    mode = ask("MODE?");
    if (mode != "CONSTANT") {
      reject("its mode is " + mode + " and does not become CONSTANT");
    }
  }
  // What it controls to: a program goes before the set-point that it took.
  void verify(double degc) {
    const scpi::Measured active = numbers(raw("TEMP?"))[1];
    if (!active.valid || !(std::abs(active.value - degc) <= same_set_point)) {
      reject("it took the set-point " + degrees(degc) + " but controls to " +
             (active.valid ? degrees(active.value) : "no value"));
    }
  }

  Parameters parameters_;
  scpi::Scpi session_;
};

}  // namespace
}  // namespace rig

template <>
struct rig::Fields<rig::EspecP300::Parameters> {
  static void declare(Mapping<EspecP300::Parameters>& m) {
    using P = EspecP300::Parameters;
    declare_wire(m);
    m.optional("model", &P::model, "what its TYPE? has to contain; default P300");
    m.optional("lowest", &P::lowest, {.help = "lowest set-point", .minimum = -100.0, .maximum = 25.0});
    m.optional("highest", &P::highest, {.help = "highest set-point", .minimum = 25.0, .maximum = 200.0});
    m.optional("uncertainty", &P::uncertainty,
               {.help = "of the air temperature, k = 2; from its calibration certificate",
                .origin = "engineering default",
                .minimum = 0.0,
                .maximum = 10.0});
  }
};

namespace rig {
RIG_WIRED_CHAMBER(EspecP300, "espec.p300",
                  "ESPEC P-300 and SCP-220 chambers: text over TCP port 10001 or a serial line")
RIG_BOX_FAMILY(EspecP300, "espec.p300", "chamber", "tcp, serial", {{"P300", "as the chamber", "0.1 K", "0.5 K"}})
}  // namespace rig

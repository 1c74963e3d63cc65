#include <array>
#include <cmath>
#include <string>

#include "drivers/scpi/session.hpp"
#include "drivers/transport/families.hpp"
#include "drivers/transport/printable.hpp"
#include "rig/core/quantity.hpp"
#include "rig/instrument/wired.hpp"

// Weiss and Vötsch chambers with S!MPAC: SIMSERV over TCP port 2049. A request is a number and its arguments between
// pilcrows (Latin-1), closed by CR; the answer is a code and data, closed by CR LF. 1 is well, -5 to -8 are refusals.
namespace rig {
namespace {

const scpi::Dialect dialect{.end_of_command = '\r', .end_of_answer = '\n', .error_query = {}, .forget_errors = {}};

constexpr char separator = '\xB6';
constexpr double same_set_point = 0.06;  // K: it is told in 0.1 K

enum Command : int {
  chamber_status = 10012,
  set_set_point = 11001,
  get_set_point = 11002,
  actual_value = 11004,
  variable_unit = 11023,
  variable_name = 11026,
  set_output = 14001,  // output 1 starts and stops the manual mode
  message_text = 17007,
  info = 99997
};
enum Status : unsigned { running = 2, alarm = 8 };
constexpr int not_available = -8;

std::string degrees(double value) { return format_quantity(value, dimension::temperature); }

class WeissSimserv final : public ChamberBox {
 public:
  struct Parameters : WireParameters {
    std::string model;
    int variable = 1;
    Celsius lowest{-40.0};
    Celsius highest{90.0};
    Kelvin uncertainty{0.5};
  };
  WeissSimserv(const Parameters& p, Transport& link)
      : parameters_(p), session_(link, dialect, WallTime::duration{p.timeout.count()}) {}

  Identity connect() override {
    session_.start();
    Identity identity{.maker = "Weiss", .model = ask(info, {"1"}), .serial = ask(info, {"3"}), .firmware = {}};
    if (!parameters_.model.empty() && !identity.model.starts_with(parameters_.model)) {
      mismatch("a chamber " + parameters_.model, printable(identity.model), "mend `model` or `endpoint`");
    }
    const std::string name = ask(variable_name, {variable()});
    const std::string unit = ask(variable_unit, {variable()});
    // Latin-1 or, through some bridges, UTF-8: the C counts, and that it is no F.
    if (name.find("emp") == std::string::npos || !unit.ends_with('C')) {
      mismatch("a temperature in degC as control variable " + variable(), printable(name) + " in " + printable(unit),
               "mend `variable`: the chamber's panel lists them");
    }
    read();  // refuses when an alarm stands
    return identity;
  }

  void make_safe() override {
    session_.start();
    put_set_point(chamber_rest.value());
    put_run(true);
  }

  void write(const Chamber::Setpoint& setpoint) override {
    put_set_point(setpoint.temperature.value());
    put_run(setpoint.run);
  }

  ChamberReading read() override {
    const unsigned status = state();
    if ((status & alarm) != 0) {
      reject("an alarm stands: " + printable(converse(message_text, {"1"}).data), "look at the chamber's panel");
    }
    const Reply air = converse(actual_value, {variable()});
    if (air.code == not_available) {
      return {.run = (status & running) != 0, .valid = false};
    }
    return {.temperature = Celsius{number(actual_value, air)},
            .set = Celsius{number(get_set_point, converse(get_set_point, {variable()}))},
            .run = (status & running) != 0};
  }

  [[nodiscard]] ChamberRatings ratings() const override {
    return {.lowest = parameters_.lowest,
            .highest = parameters_.highest,
            .uncertainty = {.absolute = parameters_.uncertainty.value()}};
  }

 private:
  struct Reply {
    int code = 0;
    std::string data;  // without the code; what comes first counts
  };
  [[nodiscard]] std::string variable() const { return std::to_string(parameters_.variable); }

  Reply converse(Command command, std::initializer_list<std::string> arguments) {
    std::string request = std::to_string(command) + separator + "1";  // the index of the chamber is always 1
    for (const std::string& argument : arguments) {
      request += separator + argument;
    }
    const std::string answer = session_.ask(request);
    const std::vector<std::string> words = scpi::split_list(answer, separator);
    const auto code = words.empty() ? std::nullopt : scpi::parse_integer(words[0]);
    if (!code) {
      session_.garbled(std::to_string(command), answer, "a code and data");
    }
    return {static_cast<int>(*code), words.size() > 1 ? words[1] : std::string{}};
  }
  std::string ask(Command command, std::initializer_list<std::string> arguments) {
    Reply reply = converse(command, arguments);
    need_well(command, reply);
    return std::move(reply.data);
  }
  void need_well(Command command, const Reply& reply) const {
    if (reply.code == 1) {
      return;
    }
    const char* const meaning = reply.code == -5   ? "it does not know this command"
                                : reply.code == -6 ? "a parameter is missing or wrong, or out of its range"
                                : reply.code == -8 ? "it is not available now: an alarm, or another one operates it"
                                                   : "an unknown code";
    reject("command " + std::to_string(command) + " was refused with " + std::to_string(reply.code) + ", " + meaning,
           "look at the chamber's panel");
  }
  double number(Command command, const Reply& reply) {
    need_well(command, reply);
    const auto value = scpi::parse_measured(reply.data);
    if (!value) {
      session_.garbled(std::to_string(command), reply.data, "a number");
    }
    return value->value;
  }
  unsigned state() {
    const Reply reply = converse(chamber_status, {});
    const double status = number(chamber_status, reply);
    if (!(status >= 0 && status <= 15)) {
      session_.garbled(std::to_string(chamber_status), reply.data, "a status from 0 to 15");
    }
    return static_cast<unsigned>(status);
  }

  void put_set_point(double degc) {
    ask(set_set_point, {variable(), scpi::format_fixed(degc, 1)});
    const double back = number(get_set_point, converse(get_set_point, {variable()}));
    if (!(std::abs(back - degc) <= same_set_point)) {
      reject("it took the set-point " + degrees(degc) + " but controls to " + degrees(back),
             "does a program run in it?");
    }
  }
  void put_run(bool run) {
    ask(set_output, {"1", run ? "1" : "0"});
    const unsigned status = state();
    if (((status & running) != 0) != run) {
      reject(std::string("it does not ") + (run ? "start" : "stop") + ": its status is " + std::to_string(status),
             "is its door open, or is it operated from its panel?");
    }
  }

  [[noreturn]] void reject(const std::string& what, const std::string& hint) const {
    throw LinkError(LinkTrouble::rejected, what, parameters_.endpoint.text, hint);
  }
  [[noreturn]] void mismatch(const std::string& expected, const std::string& found, const std::string& hint) const {
    throw LinkError(LinkTrouble::mismatch, "expected " + expected + ", found " + found, parameters_.endpoint.text,
                    hint);
  }

  Parameters parameters_;
  scpi::Scpi session_;
};

}  // namespace
}  // namespace rig

template <>
struct rig::Fields<rig::WeissSimserv::Parameters> {
  static void declare(Mapping<WeissSimserv::Parameters>& m) {
    using P = WeissSimserv::Parameters;
    declare_wire(m);
    m.optional("model", &P::model, "how the type that it names begins; default: any");
    m.optional("variable", &P::variable,
               {.help = "which of its control variables is the temperature", .minimum = 1, .maximum = 20});
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
RIG_WIRED_CHAMBER(WeissSimserv, "weiss.simserv", "Weiss and Voetsch S!MPAC chambers: SIMSERV, TCP port 2049")
RIG_BOX_FAMILY(WeissSimserv, "weiss.simserv", "chamber", "tcp", {{"S!MPAC", "as the chamber", "0.1 K", "0.5 K"}})
}  // namespace rig

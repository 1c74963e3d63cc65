#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <thread>

#include "drivers/scpi/power_roles.hpp"
#include "drivers/transport/printable.hpp"

// TDK-Lambda GENESYS (and Nemic-Lambda, LAMBDA): two languages. On RS232, RS485 and USB its own, in which each command
// is answered, the sets with OK or an error code. With the LAN option SCPI on TCP 8003 (manual IA672-04-01).
namespace rig {
namespace {

using scpi::TripBit;

// Ranges: the name says them; over-voltage 5 to 110 % (manual: GEN80 5 to 88 V), steps 0.01 V and 0.01 A. Uncertainties
// 0.05 % and 0.1 % of the rating from memory; take the calibration certificate.
constexpr PowerModel model(std::string_view name, double volts, double amps) {
  return {.name = name,
          .volts = volts,
          .amps = amps,
          .watts = volts * amps,
          .volt_step = 0.01,
          .amp_step = 0.01,
          .volt_decimals = 2,
          .amp_decimals = 2,
          .volt_uncertainty = {0.0005 * volts, 0.0},
          .amp_uncertainty = {0.001 * amps, 0.0},
          .highest_ovp = 1.1 * volts};
}

constexpr std::array models{model("GEN80-65", 80, 65),      model("GEN60-85", 60, 85),   model("GEN80-42", 80, 42),
                            model("GEN60-55", 60, 55),      model("GEN60-167", 60, 167), model("GEN80-125", 80, 125),
                            model("GEN80-187.5", 80, 187.5)};

// Bits of the fault register, the same in both languages; bit 6 says that the output is off.
constexpr std::array trips{TripBit{1, "mains failure"},  TripBit{2, "over-temperature"},
                           TripBit{3, "fold-back"},      TripBit{4, "over-voltage"},
                           TripBit{5, "shut-off input"}, TripBit{7, "enable input open"}};

constexpr std::array<std::pair<std::string_view, std::string_view>, 11> codes{
    {{"E01", "the voltage is above 105 % of the rating or 95 % of the over-voltage protection"},
     {"E02", "the voltage is below the under-voltage limit"},
     {"E04", "the over-voltage protection is less than 5 % above the voltage"},
     {"E06", "the under-voltage limit is above the voltage"},
     {"E07", "it does not switch on while a fault stands"},
     {"C01", "it does not know this command"},
     {"C02", "a parameter is missing"},
     {"C03", "it does not understand the parameter"},
     {"C04", "wrong checksum"},
     {"C05", "the value is out of range"},
     {"E08", "it does not switch on while a fault stands"}}};

const scpi::Dialect native{.end_of_command = '\r',
                           .end_of_answer = '\r',
                           .identify = "IDN?",
                           .error_query = "",
                           .forget_errors = "CLS",
                           .sets_are_answered = true,
                           .codes = codes,
                           .unsolicited_bang = true};

// Its own language, one box of a chain by its address.
class TdkGenesys final : public SupplyBox {
 public:
  struct Parameters : WireParameters {
    std::string model;
    int address = 6;
  };
  TdkGenesys(const Parameters& p, Transport& link)
      : parameters_(p), model_(*find_model(models, p.model)), session_(link, native, scpi::timeout_of(p)) {}

  Identity connect() override {
    begin();
    Identity identity = identify();
    set_remote();
    session_.forget_errors();
    look(true);
    return identity;
  }

  // Its protections are coupled to the voltage: first the voltage down, then what it has to lie between.
  void arm(const ArmLimits& limits) override {
    session_.tell("UVL 0");
    put_voltage(0.0);
    over_voltage_ =
        limits.over_voltage > 0 ? std::min(headroom * limits.over_voltage, model_.highest_ovp) : model_.highest_ovp;
    session_.set("OVP", over_voltage_, 2, model_.volt_step, "V");
    session_.tell(
        "FLD OFF");  // fold-back would switch off as soon as it regulates current, which is what charging does
    session_.tell("AST OFF");  // off after a power failure
  }

  void check_armed() override {
    const double found = session_.number("OVP?", "V");
    if (std::abs(found - over_voltage_) > model_.volt_step) {
      session_.reject("OVP stands at " + scpi::format_fixed(found, 2) + " V, it was set to " +
                          scpi::format_fixed(over_voltage_, 2) + " V",
                      "was the box switched off and on, or has somebody else set it?");
    }
  }

  void make_safe() override {
    begin();
    session_.tell("OUT 0");
    confirm(false);
  }

  void shout_off() override {
    session_.shout("ADR " + std::to_string(parameters_.address));
    std::this_thread::sleep_for(between_shouts);
    session_.shout("OUT 0");
  }

  void release() override { session_.tell("RMT 0"); }
  [[nodiscard]] SupplyRatings ratings() const override { return ratings_of(model_); }

  SupplyReading read() override { return look(true); }

  void write(const PowerSupply::Setpoint& setpoint) override {
    if (!setpoint.output && on_) {
      session_.tell("OUT 0");
      confirm(false);
    }
    if (voltage_ != setpoint.voltage.value()) {
      put_voltage(setpoint.voltage.value());
    }
    if (current_ != setpoint.current.value()) {
      current_.reset();
      session_.set("PC", setpoint.current.value(), model_.amp_decimals, model_.amp_step, "A");
      current_ = setpoint.current.value();
    }
    if (setpoint.output && !on_) {
      session_.tell("OUT 1");
      confirm(true);
    }
  }

 private:
  // OVP has to be 5 % above the voltage; a bit more, so that the bench's limit itself can be set.
  static constexpr double headroom = 1.06;
  static constexpr std::chrono::milliseconds between_shouts{20};  // it answers each command before it takes the next

  void begin() {
    session_.start();
    voltage_.reset();
    current_.reset();
    session_.tell("ADR " + std::to_string(parameters_.address));  // a box that lost its power has forgotten
  }

  Identity identify() {
    const std::string answer = session_.ask("IDN?");
    const std::vector<std::string> fields = scpi::split_list(answer);
    if (fields.size() < 2) {
      session_.garbled("IDN?", answer, "maker and model");
    }
    if (!scpi::same_word(fields[1], model_.name)) {
      throw LinkError(LinkTrouble::mismatch,
                      "expected " + parameters_.model + ", found " + printable(fields[0] + " " + fields[1]),
                      session_.link().endpoint(), "mend `model`, `address` or `endpoint` in the bench file");
    }
    std::string serial = session_.ask("SN?");
    if (const std::string_view prefix = "S/N:"; serial.starts_with(prefix)) {
      serial.erase(0, prefix.size());  // over LAN it says the bare number
    }
    return {.maker = fields[0],
            .model = fields[1],
            .serial = std::string(scpi::trimmed(serial)),
            .firmware = session_.ask("REV?")};
  }

  void set_remote() {
    session_.tell("RMT 1");
    const std::string mode = session_.ask("RMT?");
    if (!scpi::same_word(mode, "REM") && !scpi::same_word(mode, "LLO") && mode != "1" && mode != "2") {
      session_.reject("expected remote control, found " + mode, "press REM/LOC at the front panel");
    }
  }

  void put_voltage(double volts) {
    voltage_.reset();
    session_.set("PV", volts, model_.volt_decimals, model_.volt_step, "V");
    voltage_ = volts;
  }

  // STT? has voltage, current, status and faults of one moment: MV(56.200),PV(56.2),MC(4.31),PC(10),SR(05),FR(00).
  SupplyReading look(bool refuse_tripped) {
    const std::string answer = session_.ask("STT?");
    const double volts = field(answer, "MV(");
    const double amps = field(answer, "MC(");
    const unsigned status = register_of(answer, "SR(");
    const unsigned faults = register_of(answer, "FR(");
    for (const TripBit& trip : trips) {
      if (refuse_tripped && (faults >> trip.bit & 1U) != 0) {
        session_.reject("its protection has tripped: " + std::string(trip.name),
                        "find the cause, then acknowledge it at the front panel (OUT)");
      }
    }
    if ((status >> 7U & 1U) != 0) {
      session_.reject("the box is in local mode", "press REM/LOC at its front panel");
    }
    const bool by_voltage = (status & 1U) != 0;
    // Set below the pack it regulates nothing and shows neither mode, though it is on.
    on_ = (status & 3U) != 0 || session_.truth("OUT?");
    return {.voltage = Volts{volts},
            .current = Amps{amps},
            .regulation = !on_         ? Regulation::off
                          : by_voltage ? Regulation::constant_voltage
                                       : Regulation::constant_current,
            .output = on_};
  }

  [[nodiscard]] std::string_view inside(std::string_view answer, std::string_view name) {
    const std::size_t begin = answer.find(name);
    const std::size_t end = answer.find(')', begin == std::string_view::npos ? 0 : begin);
    if (begin == std::string_view::npos || end == std::string_view::npos) {
      session_.garbled("STT?", answer, std::string(name) + "...)");
    }
    return answer.substr(begin + name.size(), end - begin - name.size());
  }
  double field(const std::string& answer, std::string_view name) {
    const auto value = scpi::parse_measured(inside(answer, name));
    if (!value || !value->valid) {
      session_.garbled("STT?", answer, "a number in " + std::string(name) + ")");
    }
    return value->value;
  }
  unsigned register_of(const std::string& answer, std::string_view name) {
    const std::string_view text = inside(answer, name);
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
    if (error != std::errc{} || end != text.data() + text.size()) {
      session_.garbled("STT?", answer, "a hexadecimal register in " + std::string(name) + ")");
    }
    return value;
  }

  void confirm(bool on) {
    const WallTime deadline = WallTime::clock::now() + std::chrono::milliseconds(on ? 500 : 120);
    while (session_.truth("OUT?") != on) {
      if (WallTime::clock::now() >= deadline) {
        session_.reject(on ? "it does not switch on" : "it does not switch off", "look at its front panel");
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    on_ = on;
  }

  Parameters parameters_;
  const PowerModel& model_;
  scpi::Scpi session_;
  bool on_ = false;
  double over_voltage_ = 0.0;  // as armed
  std::optional<double> voltage_, current_;
};

// SCPI over its LAN option. Slow: 55 ms a command; more than 20 commands without a query are lost.
constexpr std::array<std::string_view, 1> lan_claim{"SYST:SET REM"};
constexpr std::array<std::string_view, 1> lan_prepare{"VOLT:LIM:LOW 0"};
const scpi::PowerTable lan_table{.dialect = {.sets_before_query = 15, .barrier = "*OPC?"},
                                 .maker = "",
                                 .models = models,
                                 .over_voltage = "VOLT:PROT:LEV",
                                 .trips = trips,
                                 .cv_bit = 0,
                                 .cc_bit = 1,
                                 .claim = lan_claim,
                                 .owner_query = "SYST:SET?",
                                 .owner = "REM",
                                 .release = "SYST:SET LOC",
                                 .prepare = lan_prepare,
                                 .headroom = 1.06};

class TdkGenesysLan final : public scpi::Supply {
 public:
  struct Parameters : scpi::PowerParameters {};
  TdkGenesysLan(const Parameters& p, Transport& link) : Supply(lan_table, p, link) {}
};

}  // namespace
}  // namespace rig

template <>
struct rig::Fields<rig::TdkGenesys::Parameters> {
  static void declare(Mapping<TdkGenesys::Parameters>& m) {
    using P = TdkGenesys::Parameters;
    declare_wire(m);
    m.required("model", &P::model, "as the plate and IDN? say it");
    m.optional("address", &P::address, {.help = "of the box on its chain", .minimum = 0.0, .maximum = 30.0});
    m.check([](const Node& node, const P& p, Diagnostics& d) { check_model(node, models, p.model, d); });
  }
};
template <>
struct rig::Fields<rig::TdkGenesysLan::Parameters> {
  static void declare(Mapping<TdkGenesysLan::Parameters>& m) { scpi::declare_power(m, models); }
};

namespace rig {
RIG_WIRED_SUPPLY(TdkGenesys, "tdk.genesys", "TDK-Lambda GENESYS on RS232, RS485 or USB, in its own language")
RIG_WIRED_SUPPLY(TdkGenesysLan, "tdk.genesys_lan", "TDK-Lambda GENESYS with the LAN option, SCPI on port 8003")
RIG_BOX_FAMILY(TdkGenesys, "tdk.genesys", "supply", "serial", facts_of(models))
RIG_BOX_FAMILY(TdkGenesysLan, "tdk.genesys_lan", "supply", "tcp", facts_of(models))
}  // namespace rig

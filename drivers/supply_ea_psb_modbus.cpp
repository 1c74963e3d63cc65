#include <array>
#include <cmath>
#include <optional>
#include <thread>

#include "drivers/modbus/client.hpp"
#include "drivers/modbus/framing_choice.hpp"
#include "drivers/scpi/power_model.hpp"
#include "drivers/scpi/text.hpp"
#include "drivers/transport/families.hpp"
#include "rig/instrument/wired.hpp"

// EA-PSB 9000 and 10000 over Modbus, TCP (port 502) or RTU (its USB port, which is a serial line), as a supply only:
// its sink is closed. Register list of EA's manual "Programming ModBus & SCPI". One exchange has state, voltage,
// current and power.
namespace rig {
namespace {

using modbus::WordOrder;

// Of the plate; steps and uncertainties as in supply_ea_psb.cpp, where the numbers come from is said there.
constexpr PowerModel model(std::string_view name, double volts, double amps, double watts) {
  return {.name = name,
          .volts = volts,
          .amps = amps,
          .watts = watts,
          .volt_step = volts / 52428,
          .amp_step = amps / 52428,
          .watt_step = watts / 52428,
          .volt_uncertainty = {0.001 * volts, 0.0},
          .amp_uncertainty = {0.002 * amps, 0.0},
          .highest_ovp = 1.1 * volts,
          .highest_ocp = 1.1 * amps};
}
constexpr std::array models{model("PSB 9080-120 3U", 80, 120, 5000),   model("PSB 9080-240 3U", 80, 240, 10000),
                            model("PSB 9080-360 3U", 80, 360, 15000),  model("PSB 10080-340 3U", 80, 340, 10000),
                            model("PSB 10080-510 3U", 80, 510, 15000), model("PSB 10080-1000 4U", 80, 1000, 30000)};

// Registers and coils, counted from 0.
constexpr std::uint16_t text_type = 1, text_maker = 21, text_serial = 151, text_firmware = 191, text_length = 20;
constexpr std::uint16_t nominal_volts = 121, nominal_amps = 123;
constexpr std::uint16_t coil_remote = 402, coil_output = 405;
constexpr std::uint16_t sink_watts = 498, sink_amps = 499, set_volts = 500, set_amps = 501, set_watts = 502;
constexpr std::uint16_t state_and_actual = 505;  // 32 bits of state, then voltage, current, power
constexpr std::uint16_t over_voltage = 550, over_current = 553;

constexpr double whole = 52428;  // 0xCCCC is 100 % of the nominal value, in set-points, readings and protections

constexpr std::array<std::pair<unsigned, const char*>, 7> alarms{{{16, "over-voltage"},
                                                                  {17, "over-current"},
                                                                  {18, "over-power"},
                                                                  {19, "over-temperature"},
                                                                  {21, "mains failure"},
                                                                  {22, "mains failure"},
                                                                  {23, "mains failure"}}};

class EaPsbModbus final : public SupplyBox {
 public:
  struct Parameters : WireParameters {
    std::string model;
    int unit = 0;
    modbus::Framing framing = modbus::Framing::tcp;
  };
  EaPsbModbus(const Parameters& p, Transport& link)
      : parameters_(p),
        model_(*find_model(models, p.model)),
        client_(link, p.framing, static_cast<std::uint8_t>(p.unit), WallTime::duration{p.timeout.count()}) {}

  Identity connect() override {
    begin();
    Identity identity{.maker = text(text_maker),
                      .model = text(text_type),
                      .serial = text(text_serial),
                      .firmware = text(text_firmware)};
    check_identity(identity);
    client_.put_coil(coil_remote, true);
    if (!client_.coils(coil_remote, 1).front()) {
      reject("it does not go into remote control",
             "free it at its front panel, or end the program on its other interface");
    }
    look();
    return identity;
  }

  // Voltage down first: a protection may not go below it. What it may sink is what could empty the pack.
  void arm(const ArmLimits& limits) override {
    put(sink_amps, 0.0, model_.amps);
    put(sink_watts, 0.0, model_.watts);
    put(set_volts, 0.0, model_.volts);
    over_volts_ = limits.over_voltage > 0 ? std::min(limits.over_voltage, model_.highest_ovp) : model_.highest_ovp;
    put(over_voltage, over_volts_, model_.volts);
    // 5 % above the limit: regulating at the limit is not an accident.
    over_amps_ =
        limits.over_current > 0 ? std::min(1.05 * limits.over_current, model_.highest_ocp) : model_.highest_ocp;
    put(over_current, over_amps_, model_.amps);
  }
  void check_armed() override {
    check(over_voltage, over_volts_, model_.volts);
    check(over_current, over_amps_, model_.amps);
  }

  void make_safe() override {
    begin();
    client_.put_coil(coil_remote, true);
    client_.put_coil(coil_output, false);
    confirm(false);
  }
  void shout_off() override {
    client_.shout_coil(coil_remote, true);
    std::this_thread::sleep_for(between_shouts);
    client_.shout_coil(coil_output, false);
  }
  void release() override { client_.put_coil(coil_remote, false); }
  [[nodiscard]] SupplyRatings ratings() const override { return ratings_of(model_); }
  SupplyReading read() override { return look(); }

  void write(const PowerSupply::Setpoint& setpoint) override {
    if (!setpoint.output && on_) {
      client_.put_coil(coil_output, false);
      confirm(false);
    }
    put_changed(0, set_volts, setpoint.voltage.value(), model_.volts);
    put_changed(1, set_amps, setpoint.current.value(), model_.amps);
    put_changed(2, set_watts, setpoint.power.value(), model_.watts);
    if (setpoint.output && !on_) {
      client_.put_coil(coil_output, true);
      confirm(true);
    }
  }

 private:
  static constexpr std::chrono::milliseconds between_shouts{50};  // it answers one request before it takes the next

  void begin() {
    client_.start();
    last_ = {};
  }

  [[noreturn]] void reject(const std::string& what, const std::string& hint) const {
    throw LinkError(LinkTrouble::rejected, what, parameters_.endpoint.text, hint);
  }

  // Two letters a register.
  std::string text(std::uint16_t address) {
    std::string out;
    for (const std::uint16_t word : client_.holding(address, text_length)) {
      for (const unsigned letter : {word >> 8U & 0xFFU, word & 0xFFU}) {
        if (letter >= ' ' && letter <= '~') {
          out += static_cast<char>(letter);
        }
      }
    }
    return std::string(scpi::trimmed(out));
  }

  // The nominal values tell whether numbers are read as the box means them: word order, register offset.
  void check_identity(const Identity& identity) {
    const double volts = client_.read_float(nominal_volts, WordOrder::high_first);
    const double amps = client_.read_float(nominal_amps, WordOrder::high_first);
    const bool nominal = std::abs(volts - model_.volts) < 0.01 && std::abs(amps - model_.amps) < 0.01;
    if (!scpi::same_word(identity.model, model_.name) || !nominal) {
      throw LinkError(LinkTrouble::mismatch,
                      "expected " + parameters_.model + ", found " + identity.model + " of " +
                          scpi::format_fixed(volts, 1) + " V and " + scpi::format_fixed(amps, 1) + " A",
                      parameters_.endpoint.text, "mend `model`, `unit` or `endpoint` in the bench file");
    }
  }

  SupplyReading look() {
    const std::vector<std::uint16_t> words = client_.holding(state_and_actual, 5);
    const std::uint32_t state = modbus::u32_of(words, WordOrder::high_first);
    for (const auto& [bit, name] : alarms) {
      if ((state >> bit & 1U) != 0) {
        reject(std::string("its protection has tripped: ") + name,
               "find the cause, then acknowledge the alarm at the box");
      }
    }
    if ((state >> 11U & 1U) == 0) {
      reject("the box is no longer in remote control", "free it at its front panel");
    }
    on_ = (state >> 7U & 1U) != 0;
    constexpr std::array modes{Regulation::constant_voltage, Regulation::constant_voltage, Regulation::constant_current,
                               Regulation::constant_power};  // 1 is resistance mode, which is never switched on
    return {.voltage = Volts{words[2] / whole * model_.volts},
            .current = Amps{words[3] / whole * model_.amps},
            .regulation = on_ ? modes.at(state >> 9U & 3U) : Regulation::off,
            .output = on_};
  }

  static std::uint16_t raw_of(double value, double nominal) {
    return static_cast<std::uint16_t>(std::clamp<long>(std::lround(value / nominal * whole), 0, 0xFFFF));
  }
  void check(std::uint16_t address, double value, double nominal) {
    const std::uint16_t found = client_.holding(address, 1).front();
    if (found != raw_of(value, nominal)) {
      reject("register " + std::to_string(address) + " stands at " + std::to_string(found) + ", it was set to " +
                 std::to_string(raw_of(value, nominal)),
             "was the box switched off and on, or has somebody else set it?");
    }
  }
  void put(std::uint16_t address, double value, double nominal) {
    const std::uint16_t raw = raw_of(value, nominal);
    client_.put_register(address, raw);
    const std::uint16_t found = client_.holding(address, 1).front();
    if (found != raw) {
      reject("register " + std::to_string(address) + " with " + std::to_string(raw) + " reads back as " +
                 std::to_string(found),
             "is the value within the limits that are set in the box?");
    }
  }
  void put_changed(std::size_t which, std::uint16_t address, double value, double nominal) {
    if (last_.at(which) != value) {
      last_.at(which).reset();
      put(address, value, nominal);
      last_.at(which) = value;
    }
  }

  void confirm(bool on) {
    const WallTime deadline = WallTime::clock::now() + std::chrono::milliseconds(on ? 500 : 120);
    while (client_.coils(coil_output, 1).front() != on) {
      if (WallTime::clock::now() >= deadline) {
        reject(on ? "it does not switch on" : "it does not switch off", "look at its front panel");
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    on_ = on;
  }

  Parameters parameters_;
  const PowerModel& model_;
  modbus::Client client_;
  bool on_ = false;
  std::array<std::optional<double>, 3> last_{};  // voltage, current, power
  double over_volts_ = 0.0, over_amps_ = 0.0;    // as armed
};

}  // namespace
}  // namespace rig

template <>
struct rig::Fields<rig::EaPsbModbus::Parameters> {
  static void declare(Mapping<EaPsbModbus::Parameters>& m) {
    using P = EaPsbModbus::Parameters;
    declare_wire(m);
    m.required("model", &P::model, "as the plate says it: PSB 9080-240 3U");
    m.optional("unit", &P::unit, {.help = "Modbus unit id; 0 or 1", .minimum = 0.0, .maximum = 255.0});
    m.optional("framing", &P::framing, "tcp or rtu (its USB port); default tcp");
    m.check([](const Node& node, const P& p, Diagnostics& d) { check_model(node, models, p.model, d); });
  }
};

namespace rig {
RIG_WIRED_SUPPLY(EaPsbModbus, "ea.psb_modbus", "EA-PSB 9000 and 10000 as a supply over Modbus, TCP port 502 or RTU")
RIG_BOX_FAMILY(EaPsbModbus, "ea.psb_modbus", "supply", "tcp, serial", facts_of(models))
}  // namespace rig

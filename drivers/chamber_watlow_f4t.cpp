#include <array>
#include <cmath>
#include <limits>
#include <string>

#include "drivers/modbus/client.hpp"
#include "drivers/transport/families.hpp"
#include "rig/core/quantity.hpp"
#include "rig/instrument/wired.hpp"

// Watlow F4T chamber controllers: Modbus TCP, port 502, unit 1. F4T manual, Modbus register map; ChamberConnectLibrary
// watlowf4t.py. A set-point that the controller took need not be the one that it controls to: a profile that runs, or a
// ramp, goes before it. So the active set-point and the actual mode are what counts.
namespace rig {
namespace {

using modbus::Client;
using modbus::WordOrder;

// Addresses of loop 1, from 0; the next loop is 160 further.
enum Register : std::uint16_t {
  part_number = 16,    // 15 registers, a character in each
  alarm_state = 1356,  // of alarm 1
  mode_set = 2730,
  user_set_point = 2782,
  active_set_point = 2810,
  mode_actual = 2814,
  process_value = 2820,
  temperature_unit = 6730,
  profile_end = 16566
};
constexpr std::uint16_t part_number_length = 15;
constexpr std::uint16_t per_loop = 160;
constexpr std::uint16_t per_alarm = 100;

enum AlarmWord : std::uint16_t { alarm_inactive = 12, alarm_none = 61, alarm_start_up = 88 };
enum Word : std::uint16_t { automatic = 10, celsius = 15, fahrenheit = 30, off = 62, terminate = 148 };

constexpr double lowest_plausible = -100.0;  // degC of the air; a controller in degF shows 32 for 0 but not the reverse
constexpr double highest_plausible = 250.0;
constexpr double same_set_point = 0.06;  // K: the controller keeps 0.1 K on its panel

// In the wrong word order a number of few digits, such as 23.5, becomes one next to zero that is not zero; one of many
// digits becomes anything.
bool is_temperature(float value) {
  const bool too_small = value != 0.0F && std::abs(value) < std::numeric_limits<float>::min();
  return !too_small && value >= lowest_plausible && value <= highest_plausible;  // false for what is no number
}

std::string degrees(double value) { return format_quantity(value, dimension::temperature); }

class WatlowF4t final : public ChamberBox {
 public:
  struct Parameters : WireParameters {
    std::uint8_t unit = 1;
    int loop = 1;
    int alarms = 6;  // by its part number 6, 8 or 14; ChamberConnectLibrary
    bool low_word_first = true;
    std::string part_number;
    Celsius lowest{-40.0};
    Celsius highest{90.0};
    Kelvin uncertainty{0.5};
  };
  WatlowF4t(const Parameters& p, Transport& link)
      : parameters_(p),
        order_(p.low_word_first ? WordOrder::low_first : WordOrder::high_first),
        client_(link, modbus::Framing::tcp, p.unit, WallTime::duration{p.timeout.count()}) {}

  Identity connect() override {
    client_.start();
    Identity identity{.maker = "Watlow", .model = read_part_number(), .serial = {}, .firmware = {}};
    check_units();
    check_word_order();
    for (int alarm = 1; alarm <= parameters_.alarms; ++alarm) {
      refuse_alarm(alarm);
    }
    return identity;
  }

  // The chamber goes on, back towards room temperature; a profile that runs is ended, it would go before.
  void make_safe() override {
    client_.start();
    put_set_point(chamber_rest.value());
    put_mode(automatic);
    if (!follows(chamber_rest.value(), std::chrono::milliseconds(50))) {
      client_.put_register(profile_end, terminate);
      put_mode(automatic);
      verify(chamber_rest.value(), std::chrono::milliseconds(80));
    }
  }

  void write(const Chamber::Setpoint& setpoint) override {
    put_set_point(setpoint.temperature.value());
    put_mode(setpoint.run ? automatic : off);
    if (setpoint.run) {
      verify(setpoint.temperature.value(), std::chrono::milliseconds(500));
    }
  }

  // The first alarm, which makers of chambers give to the air, at each reading; the others in turn.
  ChamberReading read() override {
    refuse_alarm(1);
    if (parameters_.alarms > 1) {
      next_alarm_ = next_alarm_ < parameters_.alarms ? next_alarm_ + 1 : 2;
      refuse_alarm(next_alarm_);
    }
    const float air = client_.read_float(at(process_value), order_);
    const double set = client_.read_float(at(active_set_point), order_);
    const std::uint16_t mode = client_.holding(at(mode_actual), 1).front();
    return {.temperature = Celsius{air}, .set = Celsius{set}, .run = mode == automatic, .valid = is_temperature(air)};
  }

  [[nodiscard]] ChamberRatings ratings() const override {
    return {.lowest = parameters_.lowest,
            .highest = parameters_.highest,
            .uncertainty = {.absolute = parameters_.uncertainty.value()}};
  }

 private:
  [[nodiscard]] std::uint16_t at(Register r) const {
    return static_cast<std::uint16_t>(r + per_loop * (parameters_.loop - 1));
  }

  std::string read_part_number() {
    std::string name;
    for (const std::uint16_t word : client_.holding(part_number, part_number_length)) {
      if (word > ' ' && word <= '~') {
        name += static_cast<char>(word);
      }
    }
    const std::string wanted = parameters_.part_number.empty() ? "F4T" : parameters_.part_number;
    if (!name.starts_with(wanted)) {
      throw_mismatch("a controller whose part number begins with " + wanted, "'" + name + "'",
                     "mend `part_number`, `unit` or `endpoint` in the bench file");
    }
    return name;
  }

  void check_units() {
    const std::uint16_t units = client_.holding(temperature_unit, 1).front();
    if (units != celsius) {
      throw_mismatch("temperatures in degC (15)", units == fahrenheit ? "degF (30)" : std::to_string(units),
                     "set the units of its communications to degC in the controller's menu");
    }
  }

  // The air may be unknown, its sensor broken; the set-point is always a temperature.
  void check_word_order() {
    for (const Register r : {user_set_point, process_value}) {
      const auto words = client_.holding(at(r), 2);
      const float value = modbus::float_of(words, order_);
      if (std::isfinite(value) && !is_temperature(value)) {
        throw_mismatch("a temperature from -100 to 250 degC at address " + std::to_string(at(r)),
                       "the registers " + std::to_string(words[0]) + " and " + std::to_string(words[1]),
                       "is `low_word_first` set as in the controller's menu?");
      }
    }
  }

  // With an alarm standing, the chamber no longer does what it is told.
  void refuse_alarm(int alarm) {
    const auto address = static_cast<std::uint16_t>(alarm_state + per_alarm * (alarm - 1));
    const std::uint16_t state = client_.holding(address, 1).front();
    if (state != alarm_none && state != alarm_inactive && state != alarm_start_up) {
      reject("its alarm " + std::to_string(alarm) + " stands (state " + std::to_string(state) + ")",
             "look at the controller's panel");
    }
  }

  void put_set_point(double degc) {
    client_.put_float(at(user_set_point), static_cast<float>(degc), order_);
    const double back = client_.read_float(at(user_set_point), order_);
    if (!(std::abs(back - degc) <= same_set_point)) {
      reject("the set-point " + degrees(degc) + " reads back as " + degrees(back),
             "is it within the set-point limits of the controller's menu?");
    }
  }

  void put_mode(Word mode) {
    client_.put_register(at(mode_set), mode);
    // The control loop takes it over in its next cycle, 100 ms at most.
    const WallTime until = WallTime::clock::now() + std::chrono::milliseconds(100);
    std::uint16_t actual = 0;
    do {
      actual = client_.holding(at(mode_actual), 1).front();
      if (actual == mode) {
        return;
      }
    } while (WallTime::clock::now() < until);
    reject("its control mode is " + std::to_string(actual) + " and does not become " + std::to_string(mode),
           "10 is automatic, 54 manual, 62 off: is an alarm or a limit holding it?");
  }

  [[nodiscard]] bool follows(double degc, WallTime::duration within) {
    const WallTime until = WallTime::clock::now() + within;
    do {
      active_ = client_.read_float(at(active_set_point), order_);
      if (std::abs(active_ - degc) <= same_set_point) {
        return true;
      }
    } while (WallTime::clock::now() < until);
    return false;
  }
  void verify(double degc, WallTime::duration within) {
    if (!follows(degc, within)) {
      reject("it took the set-point " + degrees(degc) + " but controls to " + degrees(active_),
             "is a profile running, or a ramp set in its menu? The rig makes its ramps itself");
    }
  }

  [[noreturn]] void reject(const std::string& what, const std::string& hint) const {
    throw LinkError(LinkTrouble::rejected, what, parameters_.endpoint.text, hint);
  }
  [[noreturn]] void throw_mismatch(const std::string& expected, const std::string& found, const std::string& hint) {
    throw LinkError(LinkTrouble::mismatch, "expected " + expected + ", found " + found, parameters_.endpoint.text,
                    hint);
  }

  Parameters parameters_;
  WordOrder order_;
  Client client_;
  double active_ = 0.0;
  int next_alarm_ = 1;
};

}  // namespace
}  // namespace rig

template <>
struct rig::Fields<rig::WatlowF4t::Parameters> {
  static void declare(Mapping<WatlowF4t::Parameters>& m) {
    using P = WatlowF4t::Parameters;
    declare_wire(m);
    m.optional("unit", &P::unit, {.help = "Modbus unit id", .minimum = 0, .maximum = 255});
    m.optional("loop", &P::loop, {.help = "control loop of the air temperature", .minimum = 1, .maximum = 4});
    m.optional(
        "alarms", &P::alarms,
        {.help = "so many alarms it has: a chamber with one that stands is not used", .minimum = 1, .maximum = 14});
    m.optional("low_word_first", &P::low_word_first,
               "order of the two words of a float, as set in the controller; it leaves the factory with low first");
    m.optional("part_number", &P::part_number, "how its part number begins; default F4T");
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
RIG_WIRED_CHAMBER(WatlowF4t, "watlow.f4t", "Watlow F4T chamber controller: Modbus TCP, port 502")
RIG_BOX_FAMILY(WatlowF4t, "watlow.f4t", "chamber", "tcp", {{"F4T", "as the chamber", "0.1 K", "0.5 K"}})
}  // namespace rig

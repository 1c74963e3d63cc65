#include <array>
#include <cmath>
#include <optional>
#include <thread>

#include "drivers/scpi/power_model.hpp"
#include "drivers/scpi/text.hpp"
#include "drivers/transport/printable.hpp"
#include "rig/instrument/wired.hpp"

// ITECH IT8500 and IT8500+ (BK 8500 is the same): frames of 26 bytes on a serial line, 9600 8N1 from the factory. Each
// request is answered, reads with the same command, all else with a status. Programming guide; libsigrok itech-it8500.
namespace rig {
namespace {

// Ranges from memory; connecting compares the box's own with them. Uncertainty 0.05 % + 0.025 % and 0.05 % + 0.1 % of
// full scale from memory; take the calibration certificate. The line counts in 1 mV, 0.1 mA and 1 mW.
constexpr PowerModel model(std::string_view name, double volts, double amps, double watts) {
  return {.name = name,
          .volts = volts,
          .amps = amps,
          .watts = watts,
          .volt_step = 0.001,
          .amp_step = 0.0001,
          .watt_step = 0.001,
          .volt_uncertainty = {0.00025 * volts, 0.0005},
          .amp_uncertainty = {0.001 * amps, 0.0005}};
}
constexpr std::array models{model("IT8511+", 120, 30, 150),    model("IT8512+", 120, 30, 300),
                            model("IT8513C+", 120, 120, 600),  model("IT8514C+", 120, 240, 1500),
                            model("IT8516C+", 120, 240, 3000), model("IT8518C+", 120, 240, 5000)};

using Frame = std::array<std::byte, 26>;

enum Command : std::uint8_t {
  limits_of_box = 0x01,
  answer_status = 0x12,
  set_remote = 0x20,
  set_input = 0x21,
  set_highest_volts = 0x22,
  set_highest_amps = 0x24,
  set_highest_watts = 0x26,
  set_mode = 0x28,
  get_mode = 0x29,
  set_amps = 0x2A,
  set_volts = 0x2C,
  set_watts = 0x2E,
  set_function = 0x5D,
  get_function = 0x5E,
  get_state = 0x5F,
  get_model = 0x6A
};

constexpr unsigned status_done = 0x80;

std::byte sum_of(const Frame& frame) {
  unsigned sum = 0;
  for (std::size_t i = 0; i < 25; ++i) {
    sum += std::to_integer<unsigned>(frame[i]);
  }
  return static_cast<std::byte>(sum & 0xFFU);
}

void put_u32(Frame& frame, std::size_t at, std::uint32_t value) {
  for (std::size_t i = 0; i < 4; ++i) {
    frame[at + i] = static_cast<std::byte>(value >> (8 * i) & 0xFFU);
  }
}
std::uint32_t u32(const Frame& frame, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    value |= std::to_integer<std::uint32_t>(frame[at + i]) << (8 * i);
  }
  return value;
}
std::uint8_t u8(const Frame& frame, std::size_t at) { return std::to_integer<std::uint8_t>(frame[at]); }
std::string hex_of(unsigned value) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  return {'0', 'x', digits[value >> 4U & 15U], digits[value & 15U]};
}

// Bits of the demand state that mean that a protection has switched the input off.
constexpr std::array<std::pair<unsigned, const char*>, 5> trips{
    {{0, "reverse voltage"}, {1, "over-voltage"}, {2, "over-current"}, {3, "over-power"}, {4, "over-temperature"}}};

class ItechIt8500 final : public LoadBox {
 public:
  struct Parameters : WireParameters {
    std::string model;
    int address = 0;
  };
  ItechIt8500(const Parameters& p, Transport& link)
      : parameters_(p), model_(*find_model(models, p.model)), link_(link), timeout_(p.timeout.count()) {}

  Identity connect() override {
    begin();
    Identity identity = identify();
    check_limits();
    tell_u8(set_remote, 1);
    read();  // refuses when something has tripped
    return identity;
  }

  // The limits that it keeps by itself: it sinks no more than these whatever is set.
  void arm(const ArmLimits& limits) override {
    const double amps = limits.over_current > 0 ? std::min(limits.over_current, model_.amps) : model_.amps;
    tell_set_point(set_highest_volts, model_.volts, 1e3);
    tell_set_point(set_highest_amps, amps, 1e4);
    tell_set_point(set_highest_watts, model_.watts, 1e3);
    tell_u8(set_function, 0);  // FIXED: neither a list nor its battery test nor a short
    if (u8(ask(get_function), 3) != 0) {
      reject("it does not go back to its fixed mode");
    }
  }

  void make_safe() override {
    begin();
    tell_u8(set_remote, 1);
    tell_u8(set_input, 0);
    confirm(false);
  }

  void shout_off() override {
    shout_u8(set_remote, 1);
    std::this_thread::sleep_for(between_shouts);
    shout_u8(set_input, 0);
  }

  void release() override { tell_u8(set_remote, 0); }
  [[nodiscard]] SupplyRatings ratings() const override { return ratings_of(model_); }

  // One exchange has it all.
  LoadReading read() override {
    const Frame state = ask(get_state);
    const unsigned operation = u8(state, 15);
    const unsigned demand = u8(state, 16) | static_cast<unsigned>(u8(state, 17)) << 8U;
    for (const auto& [number, name] : trips) {
      if ((demand >> number & 1U) != 0) {
        reject(std::string("its protection has tripped: ") + name);
      }
    }
    if ((operation >> 2U & 1U) == 0) {
      reject("it is in local mode: its front panel has taken it");
    }
    on_ = (operation >> 3U & 1U) != 0;
    const Regulation regulation = (demand >> 7U & 1U) != 0   ? Regulation::constant_voltage
                                  : (demand >> 8U & 1U) != 0 ? Regulation::constant_power
                                                             : Regulation::constant_current;
    return {.voltage = Volts{u32(state, 3) / 1e3},
            .current = Amps{u32(state, 7) / 1e4},
            .regulation = on_ ? regulation : Regulation::off,
            .input = on_};
  }

  void write(const ElectronicLoad::Setpoint& setpoint) override {
    if (!setpoint.input && on_) {
      tell_u8(set_input, 0);
      confirm(false);
    }
    put_mode(setpoint);
    if (setpoint.input && !on_) {
      tell_u8(set_input, 1);
      confirm(true);
    }
  }

 private:
  static constexpr std::chrono::milliseconds between_shouts{30};  // it answers each frame before it takes the next

  // Nothing is under way on the link, and nothing is known of the box.
  void begin() {
    dirty_ = false;
    mode_.reset();
    level_.reset();
  }

  [[nodiscard]] Frame request(Command command) const {
    Frame frame{};
    frame[0] = std::byte{0xAA};
    frame[1] = static_cast<std::byte>(parameters_.address);
    frame[2] = static_cast<std::byte>(command);
    return frame;
  }

  // One request and its answer, complete and meant for it, or LinkError.
  enum class Wanted : std::uint8_t { data, status };
  Frame exchange(Frame frame, Wanted wanted) {
    if (dirty_) {
      throw LinkError(LinkTrouble::closed, "the last exchange failed and the link was not cleared since",
                      parameters_.endpoint.text);
    }
    dirty_ = true;  // until the answer is complete
    frame[25] = sum_of(frame);
    Frame answer{};
    if (const std::size_t count = link_.take_waiting(answer); count > 0) {
      garble(answer, count, "nothing before a request");  // an answer that came twice or too late
    }
    const WallTime deadline = WallTime::clock::now() + timeout_;
    link_.write(frame, deadline);
    std::size_t have = 0;
    while (have < answer.size()) {
      have += link_.read(std::span(answer).subspan(have), deadline);
      if (answer[0] != std::byte{0xAA}) {
        garble(answer, have, "a frame that begins with AA");
      }
    }
    if (answer[25] != sum_of(answer)) {
      garble(answer, have, "the checksum " + hex_of(std::to_integer<unsigned>(sum_of(answer))));
    }
    if (answer[1] != frame[1]) {
      garble(answer, have, "an answer of address " + std::to_string(parameters_.address));
    }
    // "Done" is no answer to a question: read as one it would say that everything is zero and off.
    const bool is_status = answer[2] == std::byte{answer_status};
    if (is_status ? wanted == Wanted::data && u8(answer, 3) == status_done
                  : wanted == Wanted::status || answer[2] != frame[2]) {
      garble(answer, have, "an answer to command " + hex_of(u8(frame, 2)));
    }
    dirty_ = false;
    if (is_status) {
      check_status(u8(frame, 2), u8(answer, 3));
    }
    return answer;
  }
  Frame ask(Command command) { return exchange(request(command), Wanted::data); }
  void tell(const Frame& frame) { exchange(frame, Wanted::status); }

  void check_status(unsigned command, unsigned status) const {
    if (status == status_done) {
      return;
    }
    const char* const meaning = status == 0x90   ? "it found a wrong checksum"
                                : status == 0xA0 ? "the value is out of its range"
                                : status == 0xB0 ? "it cannot do that now, or does not know it"
                                : status == 0xC0 ? "it calls the command invalid"
                                                 : "an unknown status";
    reject("command " + hex_of(command) + " was answered with " + hex_of(status) + ", " + meaning);
  }

  [[noreturn]] void garble(const Frame& answer, std::size_t have, const std::string& expected) const {
    throw LinkError(LinkTrouble::garbled,
                    "expected " + expected + ", found " + printable(text_of(std::span(answer).first(have))),
                    parameters_.endpoint.text, "are baud rate and address those of the box's menu?");
  }
  [[noreturn]] void reject(const std::string& what) const {
    throw LinkError(LinkTrouble::rejected, what, parameters_.endpoint.text, "look at the box's front panel");
  }

  Identity identify() {
    const Frame answer = ask(get_model);
    std::string name;
    for (std::size_t i = 3; i < 8; ++i) {
      if (const auto letter = static_cast<char>(answer[i]); letter > ' ') {
        name += letter;
      }
    }
    // The five letters hold "8514" or "8514C": the rest of the plate is not on the line. Another letter is another box.
    const std::string plate = without_plus(model_.name.substr(2));
    if (const std::string said = without_plus(name); said != plate && said != plate.substr(0, 4)) {
      throw LinkError(LinkTrouble::mismatch, "expected " + parameters_.model + ", found " + printable(name),
                      parameters_.endpoint.text, "mend `model`, `address` or `endpoint` in the bench file");
    }
    std::string serial;
    for (std::size_t i = 10; i < 20; ++i) {
      if (const auto letter = static_cast<char>(answer[i]); letter > ' ' && letter <= '~') {
        serial += letter;
      }
    }
    const std::string firmware = std::to_string(u8(answer, 9)) + "." + std::to_string(u8(answer, 8));
    return {.maker = "ITECH", .model = name, .serial = serial, .firmware = firmware};
  }

  static std::string without_plus(std::string_view name) { return std::string(name.substr(0, name.find('+'))); }

  // What it says of itself has to be the plate's, by a tenth: models of one number differ in the letter behind it.
  void check_limits() {
    const Frame limits = ask(limits_of_box);
    const double amps = u32(limits, 3) / 1e4;
    const double volts = u32(limits, 7) / 1e3;
    const double watts = u32(limits, 15) / 1e3;
    const auto same = [](double found, double plate) { return std::abs(found - plate) <= 0.1 * plate; };
    if (!same(volts, model_.volts) || !same(amps, model_.amps) || !same(watts, model_.watts)) {
      throw LinkError(LinkTrouble::mismatch,
                      "expected " + ratings_text(model_.volts, model_.amps, model_.watts) + " of an " +
                          parameters_.model + ", found " + ratings_text(volts, amps, watts),
                      parameters_.endpoint.text, "mend `model` in the bench file");
    }
  }
  static std::string ratings_text(double volts, double amps, double watts) {
    return scpi::format_fixed(volts, 0) + " V, " + scpi::format_fixed(amps, 1) + " A, " + scpi::format_fixed(watts, 0) +
           " W";
  }

  [[nodiscard]] Frame request_u8(Command command, std::uint8_t value) const {
    Frame frame = request(command);
    frame[3] = std::byte{value};
    return frame;
  }
  void tell_u8(Command command, std::uint8_t value) { tell(request_u8(command, value)); }
  // Sends and listens to nothing: only clearing the link makes it of use again.
  void shout_u8(Command command, std::uint8_t value) {
    constexpr auto within = std::chrono::milliseconds(50);
    dirty_ = true;
    Frame frame = request_u8(command, value);
    frame[25] = sum_of(frame);
    link_.write(frame, WallTime::clock::now() + within);
  }

  // In counts; each set-point has its query right behind it (0x2A set, 0x2B get) and is read back.
  void tell_set_point(Command command, double value, double counts_per_unit) {
    const auto counts = static_cast<std::uint32_t>(std::lround(value * counts_per_unit));
    Frame frame = request(command);
    put_u32(frame, 3, counts);
    tell(frame);
    const Frame back = ask(static_cast<Command>(command + 1));
    if (u32(back, 3) != counts) {
      reject("command " + hex_of(command) + " with " + std::to_string(counts) + " reads back as " +
             std::to_string(u32(back, 3)));
    }
  }

  void put_mode(const ElectronicLoad::Setpoint& s) {
    const std::uint8_t word = s.mode == LoadMode::constant_current ? 0 : s.mode == LoadMode::constant_voltage ? 1 : 2;
    const double level = word == 0 ? s.current.value() : word == 1 ? s.voltage.value() : s.power.value();
    if (mode_ == s.mode && level_ == level) {
      return;
    }
    level_.reset();
    // The level of a mode first, so that the mode does not begin at what was left there.
    tell_set_point(word == 0 ? set_amps : word == 1 ? set_volts : set_watts, level, word == 0 ? 1e4 : 1e3);
    if (mode_ != s.mode) {
      mode_.reset();
      tell_u8(set_mode, word);
      if (u8(ask(get_mode), 3) != word) {
        reject("it does not take the mode " + std::to_string(word));
      }
      mode_ = s.mode;
    }
    level_ = level;
  }

  void confirm(bool on) {
    const WallTime deadline = WallTime::clock::now() + std::chrono::milliseconds(on ? 500 : 60);
    do {
      const Frame state = ask(get_state);
      on_ = (u8(state, 15) >> 3U & 1U) != 0;
      if (on_ == on) {
        return;
      }
    } while (WallTime::clock::now() < deadline);
    reject(on ? "it does not switch on" : "it does not switch off");
  }

  Parameters parameters_;
  const PowerModel& model_;
  Transport& link_;
  WallTime::duration timeout_;
  bool on_ = false;
  bool dirty_ = false;
  std::optional<LoadMode> mode_;
  std::optional<double> level_;
};

}  // namespace
}  // namespace rig

template <>
struct rig::Fields<rig::ItechIt8500::Parameters> {
  static void declare(Mapping<ItechIt8500::Parameters>& m) {
    using P = ItechIt8500::Parameters;
    declare_wire(m);
    m.required("model", &P::model, "as the plate says it: IT8514C+");
    m.optional("address", &P::address, {.help = "as its menu says it", .minimum = 0.0, .maximum = 254.0});
    m.check([](const Node& node, const P& p, Diagnostics& d) { check_model(node, models, p.model, d); });
  }
};

namespace rig {
RIG_WIRED_LOAD(ItechIt8500, "itech.it8500", "ITECH IT8500 and IT8500+, frames of 26 bytes on a serial line")
RIG_BOX_FAMILY(ItechIt8500, "itech.it8500", "load", "serial", facts_of(models))
}  // namespace rig

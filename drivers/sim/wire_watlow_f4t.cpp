#include <bit>
#include <cstdlib>
#include <optional>

#include "drivers/sim/wire_chamber.hpp"
#include "drivers/sim/wire_modbus.hpp"

namespace rig::sim {
namespace {

// Registers of loop 1, counted from 0; F4T manual p 221 to 231.
enum Register : std::uint16_t {
  part_number = 16,    // 15 registers, a character each
  alarm_state = 1356,  // of alarm 1; the next is 100 further
  control_mode = 2730,
  lowest_set_point = 2774,
  highest_set_point = 2776,
  set_point = 2782,
  active_set_point = 2810,
  actual_mode = 2814,
  process_value = 2820,
  units = 6730,
  event_1 = 16594,
  profile_start = 16562,
  profile_hold = 16564,
  profile_end = 16566,
  profile_state = 16568
};
enum Word : std::uint16_t {
  automatic = 10,
  manual = 54,
  off = 62,
  on = 63,
  celsius = 15,
  fahrenheit = 30,
  none = 61,
  limit = 28
};

constexpr int alarms = 6;

// Watlow F4T over Modbus TCP: floats of two registers, low word first.
class WatlowF4t final : public ModbusBox {
 public:
  WatlowF4t(WireWorld& world, const WireBoxConfig& config)
      : ModbusBox(ModbusFraming::tcp, 1, std::chrono::milliseconds(6)),
        stage_(world, config.instrument),
        model_(config.text("model", "F4T1A1AAA1A1AAA")) {}
  void power_on(bool soaked) override {
    stage_.power_on(soaked);
    unit_ = celsius;
    event_ = off;
    alarm_ = 0;
  }
  bool fault(const std::string& kind, const std::vector<std::string>& arguments) override {
    if (kind == "trip") {  // the limit controller takes the power from the heaters; `trip 2`: by its second alarm
      const int alarm = arguments.empty() ? 1 : std::atoi(arguments.front().c_str());
      if (alarm < 1 || alarm > alarms) {
        return false;
      }
      alarm_ = alarm;
      stage_.run(false);
      return true;
    }
    if (kind == "stuck" || kind == "clear") {
      stage_.stick(kind == "stuck");
      alarm_ = kind == "clear" ? 0 : alarm_;
      ModbusBox::fault(kind, arguments);
      return true;
    }
    if (kind == "fahrenheit") {
      unit_ = fahrenheit;
      return true;
    }
    return ModbusBox::fault(kind, arguments);
  }

 private:
  bool read_bit(std::uint8_t, std::uint16_t) override { throw modbus_no_function; }
  void write_coil(std::uint16_t, std::uint16_t) override { throw modbus_no_function; }

  [[nodiscard]] double shown(double value) const noexcept { return unit_ == fahrenheit ? value * 1.8 + 32.0 : value; }
  [[nodiscard]] double meant(double value) const noexcept { return unit_ == fahrenheit ? (value - 32.0) / 1.8 : value; }

  // The float whose low word stands at `address`.
  [[nodiscard]] std::optional<double> number(std::uint16_t address) const {
    switch (address) {
      case set_point:
        return shown(stage_.set());
      case active_set_point:
        return shown(stage_.active());
      case process_value:
        return shown(stage_.air());
      case lowest_set_point:
        return shown(stage_.lowest());
      case highest_set_point:
        return shown(stage_.highest());
      default:
        return std::nullopt;
    }
  }
  std::uint16_t read_word(std::uint8_t, std::uint16_t address) override {
    if (const auto low = number(address)) {
      return static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(static_cast<float>(*low)) & 0xFFFF);
    }
    if (const auto high = number(static_cast<std::uint16_t>(address - 1))) {
      return static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(static_cast<float>(*high)) >> 16);
    }
    if (address >= part_number && address < part_number + 15u) {
      const std::size_t at = address - part_number;
      return at < model_.size() ? static_cast<std::uint16_t>(model_[at]) : std::uint16_t{0};
    }
    switch (address) {
      case control_mode:
      case actual_mode:
        return stage_.runs() ? automatic : off;
      case units:
        return unit_;
      case event_1:
        return event_;
      case profile_state:
        return off;
      default:
        // Registers that the box has and that say nothing here.
        if (address == control_mode + 1u || address == units + 1u || address == event_1 + 1u ||
            address == actual_mode + 1u) {
          return 0;
        }
        return alarm_word(address);
    }
  }
  [[nodiscard]] std::uint16_t alarm_word(std::uint16_t address) const {
    const int place = address - alarm_state;
    if (place < 0 || place >= 100 * alarms || place % 100 > 1) {
      throw modbus_no_address;
    }
    if (place % 100 != 0) {
      return 0;  // the high word of a state
    }
    return alarm_ == place / 100 + 1 ? limit : none;
  }
  void write_words(std::uint16_t address, std::span<const std::uint16_t> words) override {
    if (address == set_point) {
      if (words.size() != 2) {
        throw modbus_bad_value;  // half a float
      }
      const double value = meant(std::bit_cast<float>(static_cast<std::uint32_t>(words[1]) << 16 | words[0]));
      if (!(value >= stage_.lowest() && value <= stage_.highest())) {
        throw modbus_bad_value;
      }
      stage_.set(value);
      return;
    }
    const std::uint16_t word = words[0];
    if (address == control_mode && (word == automatic || word == off)) {
      if (word == automatic && alarm_ != 0) {
        throw modbus_device_failure;
      }
      stage_.run(word == automatic);
    } else if (address == units && (word == celsius || word == fahrenheit)) {
      unit_ = word;
    } else if (address == event_1 && (word == on || word == off)) {
      event_ = word;
    } else if (address == profile_end || address == profile_hold) {
      // No profile ever runs here: ending one is no mistake and changes nothing.
    } else {
      throw address == control_mode || address == units || address == event_1 ? modbus_bad_value : modbus_no_address;
    }
  }

  ChamberStage stage_;
  std::string model_;
  std::uint16_t unit_ = celsius;
  std::uint16_t event_ = off;
  int alarm_ = 0;  // the one that stands
};

RIG_WIRE_SIM(WatlowF4t, "watlow.f4t", "Watlow F4T: Modbus TCP")

}  // namespace
}  // namespace rig::sim

#include <bit>
#include <cmath>

#include "drivers/sim/wire_modbus.hpp"
#include "drivers/sim/wire_supply.hpp"

namespace rig::sim {
namespace {

// Registers and coils, counted from 0; EA's "Programming ModBus & SCPI".
enum Register : std::uint16_t {
  type_text = 1,  // 20 registers each, two characters a register
  maker_text = 21,
  nominal = 121,  // volts, amperes, watts: floats, high word first
  serial_text = 151,
  firmware_text = 191,
  remote_coil = 402,
  output_coil = 405,
  sink_watts = 498,
  sink_amps = 499,
  set_volts = 500,
  set_amps = 501,
  set_watts = 502,
  state = 505,  // 32 bits
  actual_volts = 507,
  actual_amps = 508,
  actual_watts = 509,
  over_voltage = 550,
  over_current = 553,
  over_power = 556
};
constexpr std::uint16_t text_length = 20;
constexpr double whole = 52428;                 // 0xCCCC is the nominal value
constexpr std::uint16_t highest_set = 0xD0E5;   // 102 %
constexpr std::uint16_t highest_trip = 0xE147;  // 110 %

// EA-PSB 9000/10000 over Modbus, TCP or RTU: reading is free, setting wants remote control.
class EaPsbModbus final : public ModbusBox {
 public:
  EaPsbModbus(WireWorld& world, const WireBoxConfig& config)
      : ModbusBox(config.text("framing", "tcp") == "rtu" ? ModbusFraming::rtu : ModbusFraming::tcp, unit_of(config),
                  std::chrono::milliseconds(5)),
        stage_(world, config.instrument, plate(config)) {}

  void power_on(bool) override {
    stage_.power_on();
    const PowerPlate& p = stage_.plate();
    stage_.over_voltage = 1.1 * p.volts;
    stage_.over_current = 1.1 * p.amps;
    stage_.over_power = 1.1 * p.watts;
    stage_.set_sink(p.amps);  // from the factory it sinks: set below the pack it empties it
    sink_watts_ = p.watts;
    remote_ = locked_ = false;
  }
  void turn(WallTime) override { stage_.watch(); }
  bool fault(const std::string& kind, const std::vector<std::string>& arguments) override {
    if (kind == "local") {
      locked_ = true;
      remote_ = false;
      return true;
    }
    if (kind == "trip") {
      const std::string why = arguments.empty() ? "ovp" : arguments.front();
      stage_.trip(why == "ocp" ? Trip::over_current : why == "ot" ? Trip::over_temperature : Trip::over_voltage);
      return true;
    }
    locked_ = locked_ && kind != "clear";
    return ModbusBox::fault(kind, arguments) || kind == "clear";
  }

 private:
  static std::uint8_t unit_of(const WireBoxConfig& config) {
    return static_cast<std::uint8_t>(std::atoi(config.text("unit", "0").c_str()));
  }
  static PowerPlate plate(const WireBoxConfig& config) {
    PowerPlate p{.maker = "EA Elektro-Automatik GmbH & Co. KG",
                 .model = config.text("model", "PSB 9080-360 3U"),
                 .serial = "2830340017",
                 .firmware = "V2.26 13.10.2023",
                 .volts = 80,
                 .amps = 360,
                 .watts = 15000};
    if (p.model.starts_with("PSB 9080-120")) {
      p.amps = 120, p.watts = 5000;
    } else if (p.model.starts_with("PSB 9080-240")) {
      p.amps = 240, p.watts = 10000;
    }
    p.volt_step = p.volts / whole;
    p.amp_step = p.amps / whole;
    p.watt_step = p.watts / whole;
    return p;
  }
  [[nodiscard]] const PowerPlate& plate() const noexcept { return stage_.plate(); }
  static std::uint16_t raw(double value, double nominal_value) noexcept {
    return static_cast<std::uint16_t>(std::clamp<long>(std::lround(value / nominal_value * whole), 0, 0xFFFF));
  }

  bool read_bit(std::uint8_t, std::uint16_t address) override {
    switch (address) {
      case remote_coil:
        return remote_;
      case output_coil:
        return stage_.output();
      default:
        throw modbus_no_address;
    }
  }
  void write_coil(std::uint16_t address, std::uint16_t value) override {
    const bool on = value == 0xFF00;
    if (address == remote_coil) {
      if (on && locked_) {
        throw modbus_device_failure;
      }
      remote_ = on;
      return;
    }
    if (address != output_coil) {
      throw modbus_no_address;
    }
    if (!remote_ || !stage_.switch_output(on)) {
      throw modbus_device_failure;
    }
  }

  // Location of control, output, regulation, remote, alarms.
  [[nodiscard]] std::uint32_t state_bits() const {
    std::uint32_t bits = remote_ ? 1u << 11 : 0u;
    bits |= stage_.output() ? 1u << 7 : 0u;
    bits |= stage_.regulation() == Regulation::constant_current ? 2u << 9
            : stage_.regulation() == Regulation::constant_power ? 3u << 9
                                                                : 0u;
    const auto alarm = [&](Trip trip, unsigned bit) { bits |= stage_.trip() == trip ? 1u << bit | 1u << 15 : 0u; };
    alarm(Trip::over_voltage, 16);
    alarm(Trip::over_current, 17);
    alarm(Trip::over_power, 18);
    alarm(Trip::over_temperature, 19);
    return bits;
  }
  [[nodiscard]] const std::string* text_at(std::uint16_t address, std::uint16_t& first) const {
    const auto inside = [&](std::uint16_t begin) {
      first = begin;
      return address >= begin && address < begin + text_length;
    };
    return inside(type_text)       ? &plate().model
           : inside(maker_text)    ? &plate().maker
           : inside(serial_text)   ? &plate().serial
           : inside(firmware_text) ? &plate().firmware
                                   : nullptr;
  }
  std::uint16_t read_word(std::uint8_t, std::uint16_t address) override {
    std::uint16_t first = 0;
    if (const std::string* const text = text_at(address, first)) {
      const std::size_t at = 2u * static_cast<std::size_t>(address - first);
      const auto letter = [&](std::size_t i) {
        return i < text->size() ? static_cast<std::uint8_t>((*text)[i]) : std::uint8_t{0};
      };
      return static_cast<std::uint16_t>(letter(at) << 8 | letter(at + 1));
    }
    if (address >= nominal && address < nominal + 6) {
      const std::array<double, 3> values{plate().volts, plate().amps, plate().watts};
      const auto bits =
          std::bit_cast<std::uint32_t>(static_cast<float>(values.at(static_cast<std::size_t>(address - nominal) / 2)));
      return static_cast<std::uint16_t>((address - nominal) % 2 == 0 ? bits >> 16 : bits & 0xFFFF);
    }
    return read_number(address);
  }
  std::uint16_t read_number(std::uint16_t address) {
    switch (address) {
      case sink_watts:
        return raw(sink_watts_, plate().watts);
      case sink_amps:
        return raw(stage_.sink(), plate().amps);
      case set_volts:
        return raw(stage_.voltage(), plate().volts);
      case set_amps:
        return raw(stage_.current(), plate().amps);
      case set_watts:
        return raw(stage_.power(), plate().watts);
      case state:
        return static_cast<std::uint16_t>(state_bits() >> 16);
      case state + 1:
        return static_cast<std::uint16_t>(state_bits() & 0xFFFF);
      case actual_volts:
        return raw(stage_.measured_volts(), plate().volts);
      case actual_amps:
        return raw(std::abs(stage_.measured_amps()), plate().amps);
      case actual_watts:
        return raw(std::abs(stage_.measured_watts()), plate().watts);
      case over_voltage:
        return raw(stage_.over_voltage, plate().volts);
      case over_current:
        return raw(stage_.over_current, plate().amps);
      case over_power:
        return raw(stage_.over_power, plate().watts);
      default:
        throw modbus_no_address;
    }
  }
  void write_words(std::uint16_t address, std::span<const std::uint16_t> words) override {
    if (!remote_) {
      throw modbus_device_failure;
    }
    for (const std::uint16_t word : words) {
      write_word(address++, word);
    }
  }
  void write_word(std::uint16_t address, std::uint16_t word) {
    const bool protection = address >= over_voltage;
    if (word > (protection ? highest_trip : highest_set)) {
      throw modbus_bad_value;
    }
    const double share = word / whole;
    switch (address) {
      case sink_watts:
        sink_watts_ = share * plate().watts;
        break;
      case sink_amps:
        stage_.set_sink(share * plate().amps);
        break;
      case set_volts:
        stage_.set_voltage(share * plate().volts);
        break;
      case set_amps:
        stage_.set_current(share * plate().amps);
        break;
      case set_watts:
        stage_.set_power(share * plate().watts);
        break;
      case over_voltage:
        stage_.over_voltage = share * plate().volts;
        break;
      case over_current:
        stage_.over_current = share * plate().amps;
        break;
      case over_power:
        stage_.over_power = share * plate().watts;
        break;
      default:
        throw modbus_no_address;
    }
  }

  SupplyStage stage_;
  double sink_watts_ = 0.0;
  bool remote_ = false, locked_ = false;
};

RIG_WIRE_SIM(EaPsbModbus, "ea.psb_modbus", "EA-PSB 9000/10000 over Modbus, TCP or RTU")

}  // namespace
}  // namespace rig::sim

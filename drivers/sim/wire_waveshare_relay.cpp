#include <optional>

#include "drivers/sim/wire_io.hpp"
#include "drivers/sim/wire_modbus.hpp"

namespace rig::sim {
namespace {

constexpr int channels = 8;

// Waveshare Modbus POE ETH Relay / IO 8CH: RTU frames through its TCP port, or Modbus TCP when it was set up so (key
// `framing`). It times a pulse by itself, so that a rig that dies does not hold the button down.
class WaveshareRelay final : public ModbusBox {
 public:
  WaveshareRelay(WireWorld& world, const WireBoxConfig& config)
      : ModbusBox(config.text("framing", "rtu") == "tcp" ? ModbusFraming::tcp : ModbusFraming::rtu, 1,
                  std::chrono::milliseconds(5)),
        stage_(world, config) {}
  void power_on(bool) override {
    stage_.power_on();
    ends_ = {};
  }
  // The pulses run in the rig's time: they press a button of the world.
  void turn(WallTime) override {
    for (std::size_t i = 0; i < ends_.size(); ++i) {
      if (ends_.at(i) && stage_.world().now() >= ends_.at(i)->at) {
        stage_.put(static_cast<int>(i), ends_.at(i)->becomes);
        ends_.at(i).reset();
      }
    }
  }

 private:
  struct PulseEnd {
    TimePoint at;
    bool becomes;
  };
  bool read_bit(std::uint8_t function, std::uint16_t address) override {
    if (address >= channels) {
      throw modbus_no_address;
    }
    return function == 2 ? stage_.input(address) : stage_.output(address);
  }
  std::uint16_t read_word(std::uint8_t, std::uint16_t address) override {
    if (address == 0x8000) {
      return 200;  // software version 2.00
    }
    throw modbus_no_address;
  }
  void write_words(std::uint16_t, std::span<const std::uint16_t>) override { throw modbus_no_address; }
  void write_coil(std::uint16_t address, std::uint16_t value) override {
    if ((address & 0xFF00) == 0x0200 || (address & 0xFF00) == 0x0400) {
      pulse(address & 0xFF, (address & 0xFF00) == 0x0200, value);
    } else if (address == 0x00FF) {
      for (int i = 0; i < channels; ++i) {
        put(i, value);
      }
    } else {
      put(address, value);
    }
  }
  void put(int channel, std::uint16_t value) {
    if (channel >= channels) {
      throw modbus_no_address;
    }
    if (value != 0xFF00 && value != 0 && value != 0x5500) {
      throw modbus_bad_value;
    }
    ends_.at(static_cast<std::size_t>(channel)).reset();
    stage_.put(channel, value == 0x5500 ? !stage_.output(channel) : value != 0);
  }
  // "Flash": on, or off, for value times 100 ms.
  void pulse(int channel, bool on, std::uint16_t value) {
    if (channel >= channels) {
      throw modbus_no_address;
    }
    if (value > 0x7FFF) {
      throw modbus_bad_value;
    }
    stage_.put(channel, on);
    ends_.at(static_cast<std::size_t>(channel)) =
        PulseEnd{stage_.world().now() + value * Duration{std::chrono::milliseconds(100)}, !on};
  }

  IoStage stage_;
  std::array<std::optional<PulseEnd>, channels> ends_{};
};

RIG_WIRE_SIM(WaveshareRelay, "waveshare.relay", "Waveshare Modbus relay and IO: RTU over TCP, or Modbus TCP")

}  // namespace
}  // namespace rig::sim

#include "drivers/sim/wire_io.hpp"
#include "drivers/sim/wire_modbus.hpp"
#include "drivers/sim/wire_supply.hpp"

namespace rig::sim {
namespace {

constexpr int first_output = 16;
constexpr int input_word = 300, output_word = 302, module_name = 210;

// Advantech ADAM-6060, 6052 and 6050 over Modbus TCP: inputs and outputs are coils, even for reading. Its host watchdog
// is set by a utility, here by the key `host_idle`: without traffic for so long every output goes to its fail-safe
// value, off.
class Adam6060 final : public ModbusBox {
 public:
  Adam6060(WireWorld& world, const WireBoxConfig& config)
      : ModbusBox(ModbusFraming::tcp, 1, std::chrono::milliseconds(4)), stage_(world, config) {
    const std::string model = config.text("model", "ADAM-6060");
    inputs_ = model == "ADAM-6050" ? 12 : model == "ADAM-6052" ? 8 : 6;
    outputs_ = model == "ADAM-6052" ? 8 : 6;
    code_ = model == "ADAM-6050" ? 0x6050 : model == "ADAM-6052" ? 0x6052 : 0x6060;
    const double idle = config.quantity("host_idle", dimension::time, 0.0);
    watchdog_.armed = idle > 0;
    watchdog_.timeout = from_seconds(idle);
  }
  void power_on(bool) override { stage_.power_on(); }
  void turn(WallTime now) override {
    if (watchdog_.expired(now)) {
      for (int i = 0; i < outputs_; ++i) {
        stage_.put(i, false);
      }
    }
  }
  [[nodiscard]] std::size_t most_clients() const override { return 8; }

 private:
  void heard() override { watchdog_.feed(); }
  bool read_bit(std::uint8_t, std::uint16_t address) override {
    if (address < inputs_) {
      return stage_.input(address);
    }
    if (address >= first_output && address < first_output + outputs_) {
      return stage_.output(address - first_output);
    }
    throw modbus_no_address;
  }
  std::uint16_t read_word(std::uint8_t function, std::uint16_t address) override {
    if (address == module_name || address == module_name + 1) {
      return address == module_name ? code_ : std::uint16_t{0};
    }
    if (address != input_word && address != output_word) {
      throw modbus_no_address;
    }
    std::uint16_t word = 0;
    const int first = address == input_word ? 0 : first_output;
    const int count = address == input_word ? inputs_ : outputs_;
    for (int i = 0; i < count; ++i) {
      const bool on = read_bit(function, static_cast<std::uint16_t>(first + i));
      word = static_cast<std::uint16_t>(word | (on ? 1 : 0) << i);
    }
    return word;
  }
  void write_coil(std::uint16_t address, std::uint16_t value) override {
    if (address < first_output || address >= first_output + outputs_) {
      throw modbus_no_address;
    }
    if (value != 0xFF00 && value != 0) {
      throw modbus_bad_value;
    }
    stage_.put(address - first_output, value != 0);
  }
  void write_words(std::uint16_t address, std::span<const std::uint16_t> words) override {
    if (address != output_word || words.size() != 1) {
      throw modbus_no_address;
    }
    for (int i = 0; i < outputs_; ++i) {
      stage_.put(i, (words[0] >> i & 1) != 0);
    }
  }

  IoStage stage_;
  LinkWatchdog watchdog_;
  int inputs_ = 6, outputs_ = 6;
  std::uint16_t code_ = 0x6060;
};

RIG_WIRE_SIM(Adam6060, "advantech.adam6060", "Advantech ADAM-6060, 6052, 6050: Modbus TCP")

}  // namespace
}  // namespace rig::sim

#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "drivers/sim/wire_box.hpp"

// The server's side of Modbus: frames in, frames out. Registers are the model's.
namespace rig::sim {

enum class ModbusFraming : std::uint8_t { tcp, rtu };  // rtu: with CRC, on a serial line or through a TCP bridge

// Thrown by a model; becomes an exception answer.
struct ModbusFault {
  std::uint8_t code;  // 1 function, 2 address, 3 value, 4 device, 6 busy
};
inline constexpr ModbusFault modbus_no_function{1};
inline constexpr ModbusFault modbus_no_address{2};
inline constexpr ModbusFault modbus_bad_value{3};
inline constexpr ModbusFault modbus_device_failure{4};

class ModbusBox : public WireBox {
 public:
  std::unique_ptr<WireSession> connect() override;
  // A request without framing, to an answer without framing.
  std::vector<std::uint8_t> serve(std::span<const std::uint8_t> request);
  [[nodiscard]] std::uint8_t unit() const noexcept { return unit_; }
  [[nodiscard]] Duration busy() const noexcept { return busy_; }
  [[nodiscard]] bool has_units() const final { return true; }  // unit ids
  // "exception N": every request is refused with that code until "clear".
  bool fault(const std::string& kind, const std::vector<std::string>& arguments) override;

 protected:
  ModbusBox(ModbusFraming framing, std::uint8_t unit, Duration busy) : framing_(framing), unit_(unit), busy_(busy) {}
  // Of the model; addresses count from 0. Throw ModbusFault.
  virtual bool read_bit(std::uint8_t function, std::uint16_t address) = 0;
  virtual std::uint16_t read_word(std::uint8_t function, std::uint16_t address) = 0;
  // `value` as it stood in the request: FF00 and 0000, and what else a model understands.
  virtual void write_coil(std::uint16_t address, std::uint16_t value) = 0;
  virtual void write_words(std::uint16_t address, std::span<const std::uint16_t> words) = 0;
  virtual void heard() {}

 private:
  using Bytes = std::vector<std::uint8_t>;
  Bytes serve_checked(std::span<const std::uint8_t> request);
  Bytes read_bits(std::uint8_t function, std::uint16_t address, std::uint16_t count);
  Bytes read_words(std::uint8_t function, std::uint16_t address, std::uint16_t count);
  Bytes write_many(std::span<const std::uint8_t> request, std::uint16_t address, std::uint16_t count);

  ModbusFraming framing_;
  std::uint8_t unit_;
  Duration busy_;
  std::uint8_t refuses_ = 0;
};

// CRC-16/MODBUS, low byte first on the wire.
std::uint16_t modbus_crc(std::string_view bytes) noexcept;

}  // namespace rig::sim

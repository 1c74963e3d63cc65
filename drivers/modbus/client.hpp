#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "drivers/modbus/codec.hpp"
#include "drivers/modbus/frame.hpp"
#include "rig/instrument/transport.hpp"

namespace rig::modbus {

// Asks one unit over a link that it does not own: Modbus TCP, RTU, or RTU frames over TCP.
//
// One deadline holds for a whole exchange. An answer is taken only when its envelope, unit, function and counts are
// those of the request. Over TCP a late answer is known by its transaction id and thrown away, so a timeout spoils
// nothing; every other failure leaves the link dirty, and nothing is asked until it was cleared and start() called.
// All addresses count from 0, as they go over the wire.
class Client {
 public:
  Client(Transport& link, Framing framing, std::uint8_t unit, WallTime::duration timeout);

  // The link was opened or cleared: nothing is under way on it.
  void start();

  std::vector<bool> coils(std::uint16_t first, std::uint16_t count) { return bits(1, first, count); }
  std::vector<bool> inputs(std::uint16_t first, std::uint16_t count) { return bits(2, first, count); }
  std::vector<std::uint16_t> holding(std::uint16_t first, std::uint16_t count) { return words(3, first, count); }
  std::vector<std::uint16_t> input_registers(std::uint16_t first, std::uint16_t count) {
    return words(4, first, count);
  }
  void put_coil(std::uint16_t address, bool on) { put_coil_word(address, on ? 0xFF00 : 0x0000); }
  // Some boxes give meanings of their own to other values than on and off.
  void put_coil_word(std::uint16_t address, std::uint16_t value) { put_one(5, address, value); }
  // Sends, also over a link that is out of step, and listens to nothing: the client is dirty afterwards.
  void shout_coil(std::uint16_t address, bool on);
  void put_register(std::uint16_t address, std::uint16_t value) { put_one(6, address, value); }
  void put_coils(std::uint16_t first, const std::vector<bool>& values);
  void put_registers(std::uint16_t first, std::span<const std::uint16_t> values);

  float read_float(std::uint16_t address, WordOrder order) { return float_of(holding(address, 2), order); }
  void put_float(std::uint16_t address, float value, WordOrder order) {
    put_registers(address, words_of(value, order));
  }

 private:
  std::vector<bool> bits(std::uint8_t function, std::uint16_t first, std::uint16_t count);
  std::vector<std::uint16_t> words(std::uint8_t function, std::uint16_t first, std::uint16_t count);
  void put_one(std::uint8_t function, std::uint16_t address, std::uint16_t value);
  void expect_echo(const Bytes& request, const Bytes& answer);
  Bytes exchange(const Bytes& body);
  void refuse_unasked();
  void take_in(std::size_t count);
  void send(const Bytes& frame, WallTime deadline);
  [[nodiscard]] Bytes framed(const Message& message) const;
  Bytes ask(const Message& request, WallTime deadline);
  Message receive(const Bytes& request, WallTime deadline);
  void check(const Message& request, const Message& answer);
  [[nodiscard]] bool is_late(std::uint16_t transaction) const;
  [[noreturn]] void garble(const std::string& expected, std::span<const std::uint8_t> found);

  Transport& link_;
  Framing framing_;
  std::uint8_t unit_;
  WallTime::duration timeout_;
  WallTime::duration gap_{};  // silence between two frames of a serial line
  WallTime quiet_since_{};
  std::uint64_t asked_ = 0;  // its low 16 bits are the newest transaction id
  bool dirty_ = false;
  std::array<std::byte, 260> chunk_{};  // what the last read brought
  Bytes inbox_;
};

}  // namespace rig::modbus

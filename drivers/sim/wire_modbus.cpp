#include "drivers/sim/wire_modbus.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace rig::sim {
namespace {

std::uint16_t word_at(std::span<const std::uint8_t> bytes, std::size_t at) {
  return static_cast<std::uint16_t>(bytes[at] << 8 | bytes[at + 1]);
}
std::uint8_t byte_at(const std::string& text, std::size_t at) { return static_cast<std::uint8_t>(text[at]); }
std::vector<std::uint8_t> bytes_of(std::string_view text) { return {text.begin(), text.end()}; }
void put_word(std::vector<std::uint8_t>& out, std::uint16_t word) {
  out.push_back(static_cast<std::uint8_t>(word >> 8));
  out.push_back(static_cast<std::uint8_t>(word & 0xFF));
}

// Requests carry no length of their own in RTU: it follows from the function. 0: not known yet.
std::size_t rtu_length(const std::string& inbox) {
  if (inbox.size() < 2) {
    return 0;
  }
  const std::uint8_t function = byte_at(inbox, 1);
  if (function == 15 || function == 16) {
    return inbox.size() < 7 ? 0 : 9u + byte_at(inbox, 6);
  }
  return 8;
}

class ModbusTcpSession final : public WireSession {
 public:
  explicit ModbusTcpSession(ModbusBox& box) : box_(box) {}
  std::optional<Answer> take(std::string& inbox) override {
    constexpr std::size_t head = 7;
    if (inbox.size() < head) {
      return std::nullopt;
    }
    const std::size_t length = static_cast<std::size_t>(byte_at(inbox, 4)) << 8 | byte_at(inbox, 5);
    if (byte_at(inbox, 2) != 0 || byte_at(inbox, 3) != 0 || length < 2 || length > 254) {
      inbox.clear();  // no Modbus: nothing that could be answered
      return Answer{};
    }
    if (inbox.size() < 6 + length) {
      return std::nullopt;
    }
    const std::string frame = inbox.substr(0, 6 + length);
    inbox.erase(0, 6 + length);
    const std::uint8_t unit = byte_at(frame, 6);
    std::vector<std::uint8_t> reply;
    if (unit == box_.unit()) {
      reply = box_.serve(bytes_of(std::string_view(frame).substr(head)));
    } else {
      reply = {static_cast<std::uint8_t>(byte_at(frame, 7) | 0x80), 0x0B};  // no such unit behind this address
    }
    std::vector<std::uint8_t> out{byte_at(frame, 0), byte_at(frame, 1), 0, 0};
    put_word(out, static_cast<std::uint16_t>(reply.size() + 1));
    out.push_back(unit);
    out.insert(out.end(), reply.begin(), reply.end());
    return Answer{std::string(out.begin(), out.end()), box_.busy()};
  }
  [[nodiscard]] std::string with_wrong_unit(std::string bytes) const override {
    if (bytes.size() > 6) {
      bytes[6] = static_cast<char>(bytes[6] + 1);
    }
    return bytes;
  }

 private:
  ModbusBox& box_;
};

class ModbusRtuSession final : public WireSession {
 public:
  explicit ModbusRtuSession(ModbusBox& box) : box_(box) {}
  std::optional<Answer> take(std::string& inbox) override {
    const std::size_t length = rtu_length(inbox);
    if (length == 0 || inbox.size() < length) {
      return std::nullopt;
    }
    const std::string_view body = std::string_view(inbox).substr(0, length - 2);
    const std::uint16_t crc = modbus_crc(body);
    const bool whole = byte_at(inbox, length - 2) == (crc & 0xFF) && byte_at(inbox, length - 1) == crc >> 8;
    if (!whole || byte_at(inbox, 0) != box_.unit()) {
      inbox.clear();  // broken, or for somebody else: a bus is silent then
      return Answer{};
    }
    const auto reply = box_.serve(bytes_of(body.substr(1)));
    inbox.erase(0, length);
    std::string out(1, static_cast<char>(box_.unit()));
    out.append(reply.begin(), reply.end());
    return Answer{sealed(std::move(out)), box_.busy()};
  }
  [[nodiscard]] std::string with_wrong_unit(std::string bytes) const override {
    if (bytes.size() < 4) {
      return bytes;
    }
    bytes.resize(bytes.size() - 2);
    bytes[0] = static_cast<char>(bytes[0] + 1);
    return sealed(std::move(bytes));
  }

 private:
  static std::string sealed(std::string bytes) {
    const std::uint16_t crc = modbus_crc(bytes);
    bytes += static_cast<char>(crc & 0xFF);
    bytes += static_cast<char>(crc >> 8);
    return bytes;
  }
  ModbusBox& box_;
};

}  // namespace

std::uint16_t modbus_crc(std::string_view bytes) noexcept {
  std::uint16_t crc = 0xFFFF;
  for (const char byte : bytes) {
    crc = static_cast<std::uint16_t>(crc ^ static_cast<std::uint8_t>(byte));
    for (int bit = 0; bit < 8; ++bit) {
      crc = static_cast<std::uint16_t>((crc & 1) != 0 ? crc >> 1 ^ 0xA001 : crc >> 1);
    }
  }
  return crc;
}

std::unique_ptr<WireSession> ModbusBox::connect() {
  if (framing_ == ModbusFraming::rtu) {
    return std::make_unique<ModbusRtuSession>(*this);
  }
  return std::make_unique<ModbusTcpSession>(*this);
}

bool ModbusBox::fault(const std::string& kind, const std::vector<std::string>& arguments) {
  if (kind == "exception") {
    unsigned code = 4;
    if (!arguments.empty()) {
      std::from_chars(arguments[0].data(), arguments[0].data() + arguments[0].size(), code);
    }
    refuses_ = static_cast<std::uint8_t>(code);
    return true;
  }
  refuses_ = kind == "clear" ? std::uint8_t{0} : refuses_;
  return kind == "clear";
}

std::vector<std::uint8_t> ModbusBox::serve(std::span<const std::uint8_t> request) {
  heard();
  try {
    if (refuses_ != 0) {
      throw ModbusFault{refuses_};
    }
    return serve_checked(request);
  } catch (const ModbusFault& fault) {
    return {static_cast<std::uint8_t>(request[0] | 0x80), fault.code};
  }
}

std::vector<std::uint8_t> ModbusBox::serve_checked(std::span<const std::uint8_t> request) {
  if (request.size() < 5) {
    throw modbus_bad_value;
  }
  const std::uint8_t function = request[0];
  const std::uint16_t address = word_at(request, 1);
  const std::uint16_t value = word_at(request, 3);
  switch (function) {
    case 1:
    case 2:
      return read_bits(function, address, value);
    case 3:
    case 4:
      return read_words(function, address, value);
    case 5:
      write_coil(address, value);
      return {request.begin(), request.begin() + 5};
    case 6:
      write_words(address, std::array<std::uint16_t, 1>{value});
      return {request.begin(), request.begin() + 5};
    case 15:
    case 16:
      return write_many(request, address, value);
    default:
      throw modbus_no_function;
  }
}

std::vector<std::uint8_t> ModbusBox::read_bits(std::uint8_t function, std::uint16_t address, std::uint16_t count) {
  if (count < 1 || count > 2000) {
    throw modbus_bad_value;
  }
  Bytes out{function, static_cast<std::uint8_t>((count + 7) / 8)};
  out.resize(2u + out[1]);
  for (std::uint16_t i = 0; i < count; ++i) {
    if (read_bit(function, static_cast<std::uint16_t>(address + i))) {
      out[2u + i / 8u] = static_cast<std::uint8_t>(out[2u + i / 8u] | 1u << (i % 8));
    }
  }
  return out;
}

std::vector<std::uint8_t> ModbusBox::read_words(std::uint8_t function, std::uint16_t address, std::uint16_t count) {
  if (count < 1 || count > 125) {
    throw modbus_bad_value;
  }
  Bytes out{function, static_cast<std::uint8_t>(2 * count)};
  for (std::uint16_t i = 0; i < count; ++i) {
    put_word(out, read_word(function, static_cast<std::uint16_t>(address + i)));
  }
  return out;
}

std::vector<std::uint8_t> ModbusBox::write_many(std::span<const std::uint8_t> request, std::uint16_t address,
                                                std::uint16_t count) {
  const std::size_t bytes = request[0] == 15 ? (count + 7u) / 8u : 2u * count;
  if (count < 1 || request.size() != 6 + bytes || request[5] != bytes) {
    throw modbus_bad_value;
  }
  if (request[0] == 15) {
    for (std::uint16_t i = 0; i < count; ++i) {
      const bool on = (request[6u + i / 8u] >> (i % 8) & 1) != 0;
      write_coil(static_cast<std::uint16_t>(address + i), on ? 0xFF00 : 0);
    }
  } else {
    std::vector<std::uint16_t> words;
    for (std::size_t i = 0; i < count; ++i) {
      words.push_back(word_at(request, 6 + 2 * i));
    }
    write_words(address, words);
  }
  return {request.begin(), request.begin() + 5};
}

}  // namespace rig::sim

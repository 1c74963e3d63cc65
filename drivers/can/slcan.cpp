#include "drivers/can/slcan.hpp"

#include <algorithm>

namespace rig::slcan {
namespace {

constexpr std::string_view digits = "0123456789ABCDEF";

int value_of(char digit) noexcept {
  if (digit >= '0' && digit <= '9') {
    return digit - '0';
  }
  if (digit >= 'A' && digit <= 'F') {
    return digit - 'A' + 10;
  }
  return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

std::optional<std::uint32_t> number(std::string_view text) noexcept {
  std::uint32_t out = 0;
  for (const char digit : text) {
    const int value = value_of(digit);
    if (value < 0) {
      return std::nullopt;
    }
    out = out << 4U | static_cast<std::uint32_t>(value);
  }
  return out;
}

void put(Line& line, std::uint32_t value, unsigned count) noexcept {
  while (count > 0) {
    line.text[line.length++] = digits[value >> (4 * --count) & 15U];
  }
}

bool is_word(std::string_view line) noexcept {
  return std::all_of(line.begin(), line.end(), [](char c) { return c > ' ' && c <= '~'; });
}

}  // namespace

Line encode(const Frame& frame) noexcept {
  const CanFrame& can = frame.can;
  const auto length = std::min<std::uint8_t>(can.length, 8);
  Line line;
  line.text[line.length++] = frame.remote ? (can.extended ? 'R' : 'r') : (can.extended ? 'T' : 't');
  put(line, can.id, can.extended ? 8 : 3);
  put(line, length, 1);
  for (std::size_t i = 0; !frame.remote && i < length; ++i) {
    put(line, can.data[i], 2);
  }
  line.text[line.length++] = '\r';
  return line;
}

std::optional<Frame> decode(std::string_view line) noexcept {
  if (line.empty()) {
    return std::nullopt;
  }
  const char kind = line.front();
  Frame frame;
  frame.remote = kind == 'r' || kind == 'R';
  frame.can.extended = kind == 'T' || kind == 'R';
  if (kind != 't' && !frame.remote && !frame.can.extended) {
    return std::nullopt;
  }
  const std::size_t id_digits = frame.can.extended ? 8 : 3;
  if (line.size() < 2 + id_digits) {
    return std::nullopt;
  }
  const auto id = number(line.substr(1, id_digits));
  const int length = value_of(line[1 + id_digits]);
  if (!id || *id > (frame.can.extended ? 0x1FFFFFFFU : 0x7FFU) || length < 0 || length > 8) {
    return std::nullopt;
  }
  frame.can.id = *id;
  frame.can.length = static_cast<std::uint8_t>(length);
  const std::string_view rest = line.substr(2 + id_digits);
  const std::size_t data_digits = frame.remote ? 0 : 2 * static_cast<std::size_t>(length);
  // Behind the data nothing, or a time stamp of four digits.
  if ((rest.size() != data_digits && rest.size() != data_digits + 4) || !number(rest)) {
    return std::nullopt;
  }
  for (std::size_t i = 0; i < data_digits / 2; ++i) {
    frame.can.data[i] = static_cast<std::uint8_t>(value_of(rest[2 * i]) << 4 | value_of(rest[2 * i + 1]));
  }
  if (rest.size() > data_digits) {
    frame.stamp = static_cast<std::uint16_t>(*number(rest.substr(data_digits)));
  }
  return frame;
}

std::optional<std::uint8_t> decode_flags(std::string_view line) noexcept {
  const auto value = line.size() == 3 && line.front() == 'F' ? number(line.substr(1)) : std::nullopt;
  return value ? std::optional(static_cast<std::uint8_t>(*value)) : std::nullopt;
}

Said Parser::take(char byte) noexcept {
  if (byte == '\a') {
    // An answer of its own, and never a part of a line: what stood before it is lost.
    reset();
    return Said::error;
  }
  if (byte == '\r') {
    const Said said = finish();
    reset();
    return said;
  }
  if (size_ == line_.size()) {
    too_long_ = true;
    return Said::nothing;
  }
  line_[size_++] = byte;
  return Said::nothing;
}

Said Parser::finish() noexcept {
  said_ = size_;
  if (too_long_) {
    return Said::garbage;
  }
  const std::string_view line{line_.data(), size_};
  if (line.empty() || line == "z" || line == "Z") {
    return Said::ok;
  }
  if (const auto frame = decode(line)) {
    frame_ = *frame;
    return Said::frame;
  }
  const bool looks_like_a_frame = std::string_view("tTrR").find(line.front()) != std::string_view::npos;
  return is_word(line) && !looks_like_a_frame ? Said::text : Said::garbage;
}

}  // namespace rig::slcan

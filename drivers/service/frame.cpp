#include "drivers/service/frame.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "rig/core/error.hpp"

namespace rig::service {
namespace {

constexpr std::size_t head_digits = 12;  // VER ADR CID1 CID2 LENGTH
constexpr std::size_t sum_digits = 4;

// Two's complement of the sum of the three digits of LENID, in four bits: of a sum of 0 it is 0 and has one digit.
unsigned length_sum(unsigned digits) {
  return (~((digits & 15U) + (digits >> 4 & 15U) + (digits >> 8 & 15U)) + 1) & 15U;
}

unsigned sum_of(std::string_view text) {
  unsigned sum = 0;
  for (const char c : text) {
    sum += static_cast<unsigned char>(c);
  }
  return (~sum + 1) & 0xFFFFU;
}

int digit(char c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  if (c >= 'A' && c <= 'F') {
    return c - 'A' + 10;
  }
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

unsigned number(std::string_view text, const char* what) {
  unsigned value = 0;
  for (const char c : text) {
    const int d = digit(c);
    if (d < 0) {
      throw RigError(fmt::format("{}: expected hexadecimal digits, found '{}'", what, text));
    }
    value = value * 16 + static_cast<unsigned>(d);
  }
  return value;
}

}  // namespace

std::string encode(const Frame& frame) {
  if (frame.info.size() > most_info) {
    throw RigError(fmt::format("a frame holds {} bytes at most, not {}", most_info, frame.info.size()));
  }
  const auto digits = static_cast<unsigned>(2 * frame.info.size());
  std::string text = fmt::format("{:02X}{:02X}{:02X}{:02X}{:X}{:03X}", frame.version, frame.address, frame.kind,
                                 frame.code, length_sum(digits), digits);
  for (const std::uint8_t byte : frame.info) {
    text += fmt::format("{:02X}", byte);
  }
  return frame_begin + text + fmt::format("{:04X}", sum_of(text)) + frame_end;
}

Frame decode(std::string_view text) {
  if (!text.empty() && text.front() == frame_begin) {
    text.remove_prefix(1);
  }
  if (!text.empty() && text.back() == frame_end) {
    text.remove_suffix(1);
  }
  if (text.size() < head_digits + sum_digits) {
    throw RigError(fmt::format("a frame has at least {} digits, found {}", head_digits + sum_digits, text.size()));
  }
  const unsigned length = number(text.substr(8, 4), "LENGTH");
  const unsigned digits = length & 0xFFFU;
  if (length >> 12 != length_sum(digits)) {
    throw RigError(
        fmt::format("LENGTH: expected checksum {:X} of {:03X}, found {:X}", length_sum(digits), digits, length >> 12));
  }
  if (text.size() != head_digits + digits + sum_digits) {
    throw RigError(
        fmt::format("LENGTH: expected {} digits of INFO, found {}", digits, text.size() - head_digits - sum_digits));
  }
  if (digits % 2 != 0) {
    throw RigError(fmt::format("LENGTH: INFO is made of whole bytes, found {} digits", digits));
  }
  const std::string_view summed = text.substr(0, text.size() - sum_digits);
  const unsigned found = number(text.substr(summed.size()), "CHKSUM");
  if (found != sum_of(summed)) {
    throw RigError(fmt::format("CHKSUM: expected {:04X}, found {:04X}", sum_of(summed), found));
  }
  const auto byte = [&](std::size_t at, const char* what) {
    return static_cast<std::uint8_t>(number(text.substr(at, 2), what));
  };
  Frame frame{byte(0, "VER"), byte(2, "ADR"), byte(4, "CID1"), byte(6, "CID2"), {}};
  for (std::size_t at = head_digits; at < summed.size(); at += 2) {
    frame.info.push_back(byte(at, "INFO"));
  }
  return frame;
}

std::string return_code_text(std::uint8_t code) {
  static constexpr std::array<std::pair<std::uint8_t, const char*>, 14> texts{{{0x00, "done"},
                                                                               {0x01, "version"},
                                                                               {0x02, "checksum"},
                                                                               {0x03, "checksum of the length"},
                                                                               {0x04, "command unknown"},
                                                                               {0x05, "format"},
                                                                               {0x06, "data"},
                                                                               {0x07, "no data"},
                                                                               {0x09, "operation or write error"},
                                                                               {0x90, "address"},
                                                                               {0x91, "link between the packs"},
                                                                               {0xE1, "CID1"},
                                                                               {0xE2, "not executed"},
                                                                               {0xE4, "not permitted"}}};
  for (const auto& [number, text] : texts) {
    if (number == code) {
      return fmt::format("return code {:02X}: {}", code, text);
    }
  }
  return fmt::format("return code {:02X}", code);
}

void InfoCursor::need(std::size_t bytes, const char* what) const {
  if (left() < bytes) {
    throw RigError(
        fmt::format("the answer ends before `{}`: {} bytes are missing at byte {}", what, bytes - left(), at_));
  }
}

std::uint8_t InfoCursor::byte(const char* what) {
  need(1, what);
  return info_[at_++];
}

std::uint16_t InfoCursor::word(const char* what) {
  need(2, what);
  const unsigned high = info_[at_], low = info_[at_ + 1];
  at_ += 2;
  return static_cast<std::uint16_t>(high << 8 | low);
}

std::int16_t InfoCursor::signed_word(const char* what) { return static_cast<std::int16_t>(word(what)); }

std::uint32_t InfoCursor::triple(const char* what) {
  need(3, what);
  const std::uint32_t high = info_[at_++];
  return high << 16 | word(what);
}

void InfoCursor::skip(std::size_t bytes, const char* what) {
  need(bytes, what);
  at_ += bytes;
}

}  // namespace rig::service

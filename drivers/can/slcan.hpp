#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "rig/instrument/frame_batch.hpp"

// The ASCII language of slcan adapters (Lawicel CAN232): frames to bytes and back. No link, no time, no memory.
namespace rig::slcan {

struct Frame {
  CanFrame can;
  bool remote = false;                 // a request: it has a length but no data
  std::optional<std::uint16_t> stamp;  // milliseconds of the adapter's clock, 0..59999; read only
};

// "T1ABCDEF08" and eight bytes and CR.
struct Line {
  std::array<char, 27> text{};
  std::size_t length = 0;
  [[nodiscard]] std::string_view view() const noexcept { return {text.data(), length}; }
};

// Ends with CR. A length beyond 8 is sent as 8.
Line encode(const Frame& frame) noexcept;

// A line without its CR, with or without the four digits of a time stamp behind it. Nothing when it is no frame.
std::optional<Frame> decode(std::string_view line) noexcept;

// What an adapter answers to F: bits that stand since it was asked last. "FA4" without its CR; nothing when it is none.
std::optional<std::uint8_t> decode_flags(std::string_view line) noexcept;
namespace flag {
inline constexpr unsigned receive_full = 0x01, warning = 0x04, overrun = 0x08, passive = 0x20, bus_error = 0x80;
}  // namespace flag

// What one byte from the adapter completed.
enum class Said : std::uint8_t {
  nothing,  // not yet
  frame,    // frame() has it
  ok,       // acknowledged: CR alone, or z or Z and CR for a frame that went out
  error,    // BEL: refused
  text,     // another answer, such as V1013; text() has it
  garbage   // a line that is none of these, or one without end
};

// Cuts what arrives, in whatever parts, into frames and answers. Garbage costs the line it stands in, no more.
class Parser {
 public:
  Said take(char byte) noexcept;
  [[nodiscard]] const Frame& frame() const noexcept { return frame_; }
  // Of the last `text`; until the next take().
  [[nodiscard]] std::string_view text() const noexcept { return {line_.data(), said_}; }
  void reset() noexcept { size_ = 0, too_long_ = false; }

 private:
  Said finish() noexcept;
  std::array<char, 32> line_{};  // the longest line has 31 characters: T frame, 8 bytes, time stamp, CR
  std::size_t size_ = 0;
  std::size_t said_ = 0;
  bool too_long_ = false;
  Frame frame_;
};

}  // namespace rig::slcan

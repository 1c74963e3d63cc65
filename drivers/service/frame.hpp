#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// The framing of YD/T 1363 as PACE, Pylontech and Seplos boards use it: `~` VER ADR CID1 CID2|RTN LENGTH INFO CHKSUM
// `\r`, everything between the ends as hexadecimal digits.
namespace rig::service {

struct Frame {
  std::uint8_t version = 0;
  std::uint8_t address = 0;
  std::uint8_t kind = 0x46;  // CID1, 46: LFP battery
  std::uint8_t code = 0;     // CID2 of a command, return code of an answer
  std::vector<std::uint8_t> info;
  friend bool operator==(const Frame&, const Frame&) = default;
};

inline constexpr char frame_begin = '~';
inline constexpr char frame_end = '\r';
// LENID has twelve bits.
inline constexpr std::size_t most_info = 0xFFF / 2;

// With both ends.
std::string encode(const Frame& frame);
// `text` with or without its ends. Throws RigError that says which field is wrong, what was expected and found.
Frame decode(std::string_view text);

// What the texts of the makers call it, by number; "return code 5: format".
std::string return_code_text(std::uint8_t code);

// The bytes of an answer one after the other; throws RigError that says what is missing.
class InfoCursor {
 public:
  explicit InfoCursor(const std::vector<std::uint8_t>& info) : info_(info) {}
  std::uint8_t byte(const char* what);
  std::uint16_t word(const char* what);  // high byte first
  std::int16_t signed_word(const char* what);
  std::uint32_t triple(const char* what);
  void skip(std::size_t bytes, const char* what);
  [[nodiscard]] std::size_t left() const noexcept { return info_.size() - at_; }

 private:
  void need(std::size_t bytes, const char* what) const;
  const std::vector<std::uint8_t>& info_;
  std::size_t at_ = 0;
};

}  // namespace rig::service

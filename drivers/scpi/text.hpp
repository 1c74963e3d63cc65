#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rig/instrument/box.hpp"

// What boxes say and are told, as text. Only from_chars and to_chars: a decimal comma in the user's locale must not
// turn 56.2 V into 56 V.
namespace rig::scpi {

// A number as a box sends it; valid = false when it sent its word for "no value" (9.9E37, OVLD).
struct Measured {
  double value = 0.0;
  bool valid = true;
};

// "56.20 V", "+5.620000E+01", "5.00A": nothing when it is no number or has another unit than `unit`. An answer without
// a unit is accepted: most boxes send none. The prefixes m and k count.
std::optional<Measured> parse_measured(std::string_view text, std::string_view unit = {});
// ON, OFF, 1, 0, +1: both ways occur, within one brand too.
std::optional<bool> parse_boolean(std::string_view text);
std::optional<long> parse_integer(std::string_view text);
// At commas outside quotes; blanks around the parts go.
std::vector<std::string> split_list(std::string_view text, char separator = ',');
std::string_view trimmed(std::string_view text);
bool same_word(std::string_view a, std::string_view b);  // without case, without blanks

// With so many decimals and never with an exponent: boxes count characters.
std::string format_fixed(double value, int decimals);

// An entry of an error queue: -222,"Data out of range". Code 0 is "no error".
struct ErrorEntry {
  long code = 0;
  std::string text;
  friend bool operator==(const ErrorEntry&, const ErrorEntry&) = default;
};
std::optional<ErrorEntry> parse_error(std::string_view text);

// The four fields of *IDN?.
std::optional<Identity> parse_identity(std::string_view text);

}  // namespace rig::scpi

#include "drivers/scpi/text.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace rig::scpi {
namespace {

constexpr double no_value = 9.9e37;  // SCPI 1999, 7.2.1.5: 9.9E37 is infinity, 9.91E37 not a number

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

// What `suffix` multiplies a number by when it is `unit`; nothing when it is another unit.
std::optional<double> factor_of(std::string_view suffix, std::string_view unit) {
  if (suffix.empty() || same_word(suffix, unit)) {
    return 1.0;
  }
  if (!unit.empty() && suffix.size() == unit.size() + 1 && same_word(suffix.substr(1), unit)) {
    return suffix.front() == 'm' ? std::optional(1e-3) : suffix.front() == 'k' ? std::optional(1e3) : std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks{" \t\r\n\0", 5};
  const std::size_t begin = text.find_first_not_of(blanks);
  return begin == std::string_view::npos ? std::string_view{}
                                         : text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

bool same_word(std::string_view a, std::string_view b) {
  std::size_t i = 0;
  std::size_t j = 0;
  while (true) {
    while (i < a.size() && a[i] == ' ') {
      ++i;
    }
    while (j < b.size() && b[j] == ' ') {
      ++j;
    }
    if (i == a.size() || j == b.size()) {
      return i == a.size() && j == b.size();
    }
    if (upper(a[i++]) != upper(b[j++])) {
      return false;
    }
  }
}

std::optional<Measured> parse_measured(std::string_view text, std::string_view unit) {
  text = trimmed(text);
  for (const std::string_view word : {"OVLD", "OVL", "OVER", "NAN", "INF", "+INF", "-INF"}) {
    if (same_word(text, word)) {
      return Measured{.value = 0.0, .valid = false};
    }
  }
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) {
      return std::nullopt;
    }
  }
  double value = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || !std::isfinite(value)) {
    return std::nullopt;
  }
  const auto factor = factor_of(trimmed(text.substr(static_cast<std::size_t>(end - text.data()))), unit);
  if (!factor) {
    return std::nullopt;
  }
  if (std::abs(value) >= no_value) {
    return Measured{.value = 0.0, .valid = false};
  }
  return Measured{.value = value * *factor, .valid = true};
}

std::optional<bool> parse_boolean(std::string_view text) {
  text = trimmed(text);
  if (same_word(text, "ON") || text == "1" || text == "+1") {
    return true;
  }
  if (same_word(text, "OFF") || text == "0" || text == "+0") {
    return false;
  }
  return std::nullopt;
}

std::optional<long> parse_integer(std::string_view text) {
  text = trimmed(text);
  if (text.starts_with('+')) {
    text.remove_prefix(1);
  }
  long value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc{} && end == text.data() + text.size()) {
    return value;
  }
  const auto real = parse_measured(text);  // some registers come as "+2.56000000E+02"
  if (!real || !real->valid || real->value != std::floor(real->value) || std::abs(real->value) > 4e9) {
    return std::nullopt;
  }
  return static_cast<long>(real->value);
}

std::vector<std::string> split_list(std::string_view text, char separator) {
  std::vector<std::string> out;
  bool quoted = false;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i == text.size() || (text[i] == separator && !quoted)) {
      out.emplace_back(trimmed(text.substr(begin, i - begin)));
      begin = i + 1;
    } else if (text[i] == '"') {
      quoted = !quoted;
    }
  }
  return out;
}

std::string format_fixed(double value, int decimals) {
  std::array<char, 64> buffer{};
  const auto [end, error] =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed, decimals);
  std::string out(buffer.data(), error == std::errc{} ? end : buffer.data());
  const bool is_zero = out.find_first_of("123456789") == std::string::npos;
  return is_zero && out.starts_with('-') ? out.substr(1) : out;  // "-0.00" is refused by some boxes
}

std::optional<ErrorEntry> parse_error(std::string_view text) {
  text = trimmed(text);
  const std::size_t comma = text.find(',');
  const auto code = parse_integer(text.substr(0, comma));
  if (!code) {
    return std::nullopt;
  }
  std::string_view words = comma == std::string_view::npos ? std::string_view{} : trimmed(text.substr(comma + 1));
  if (words.size() >= 2 && words.front() == '"' && words.back() == '"') {
    words = words.substr(1, words.size() - 2);
  }
  return ErrorEntry{.code = *code, .text = std::string(words)};
}

std::optional<Identity> parse_identity(std::string_view text) {
  std::vector<std::string> fields = split_list(text);
  if (fields.size() < 4 || fields[0].empty() || fields[1].empty()) {
    return std::nullopt;
  }
  for (std::size_t i = 4; i < fields.size(); ++i) {
    fields[3] += ", " + fields[i];
  }
  return Identity{.maker = fields[0], .model = fields[1], .serial = fields[2], .firmware = fields[3]};
}

}  // namespace rig::scpi

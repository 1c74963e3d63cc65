// The texts of SCPI: headers against patterns, parameters, numbers.
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "drivers/sim/wire_scpi.hpp"

namespace rig::sim {
namespace {

char upper(char c) noexcept { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }
std::string upper(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) { return upper(c); });
  return out;
}

// Does `word` say the mnemonic "VOLTage" in its short or its long form?
bool says(std::string_view mnemonic, std::string_view word) {
  std::string brief;
  for (const char c : mnemonic) {
    if (!(c >= 'a' && c <= 'z')) {
      brief += c;
    }
  }
  const std::string spoken = upper(word);
  return spoken == brief || spoken == upper(mnemonic);
}

struct Part {
  std::string_view mnemonic;
  bool optional = false;
};

std::vector<Part> parts_of(std::string_view pattern) {
  std::vector<Part> parts;
  bool optional = false;
  for (std::size_t at = 0; at < pattern.size();) {
    const char c = pattern[at];
    if (c == '[' || c == ']' || c == ':') {
      optional = c == '[' || (optional && c != ']');
      ++at;
      continue;
    }
    const auto end = std::min(pattern.find_first_of("[]:", at), pattern.size());
    parts.push_back({pattern.substr(at, end - at), optional});
    at = end;
  }
  return parts;
}

bool match(const std::vector<Part>& parts, std::size_t part, std::string_view header) {
  if (part == parts.size()) {
    return header.empty();
  }
  const auto colon = std::min(header.find(':'), header.size());
  if (!header.empty() && says(parts[part].mnemonic, header.substr(0, colon)) &&
      match(parts, part + 1, colon == header.size() ? std::string_view{} : header.substr(colon + 1))) {
    return true;
  }
  return parts[part].optional && match(parts, part + 1, header);
}

// What stands behind a number, as a factor to `unit`; below zero when it does not fit.
double factor_of(std::string_view suffix, std::string_view unit) {
  if (suffix.empty()) {
    return 1.0;
  }
  const std::string wanted = upper(unit);
  const std::string given = upper(suffix);
  struct Prefix {
    std::string_view text;
    double factor;
  };
  for (const auto& [text, factor] : {Prefix{"", 1.0}, Prefix{"M", 1e-3}, Prefix{"K", 1e3}, Prefix{"U", 1e-6}}) {
    if (given == std::string(text) + wanted) {
      return factor;
    }
  }
  return -1.0;
}

}  // namespace

bool scpi_matches(std::string_view pattern, std::string_view header) {
  if (pattern.starts_with('*')) {
    return upper(pattern) == upper(header);
  }
  return match(parts_of(pattern), 0, header);
}

const std::string& ScpiCall::parameter(std::size_t index) const {
  if (index >= parameters.size()) {
    throw ScpiFault{-109, "Missing parameter"};
  }
  return parameters[index];
}

double ScpiCall::number(std::size_t index, std::string_view unit, double lowest, double highest) const {
  std::string_view text = parameter(index);
  if (says("MINimum", text)) {
    return lowest;
  }
  if (says("MAXimum", text)) {
    return highest;
  }
  if (text.starts_with('+')) {
    text.remove_prefix(1);
  }
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc::invalid_argument) {
    throw ScpiFault{-104, "Data type error"};
  }
  std::string_view suffix = text.substr(static_cast<std::size_t>(end - text.data()));
  suffix.remove_prefix(std::min(suffix.find_first_not_of(' '), suffix.size()));
  const double factor = factor_of(suffix, unit);
  if (factor < 0) {
    throw ScpiFault{-131, "Invalid suffix"};
  }
  value *= factor;
  // A step of rounding is no sin: 1e-9 of the range.
  const double slack = 1e-9 * std::max(std::abs(lowest), std::abs(highest));
  if (error != std::errc{} || !(value >= lowest - slack && value <= highest + slack)) {
    throw scpi_out_of_range;
  }
  return value;
}

bool ScpiCall::boolean(std::size_t index) const {
  const std::string text = upper(parameter(index));
  if (text == "ON" || text == "1") {
    return true;
  }
  if (text == "OFF" || text == "0") {
    return false;
  }
  throw ScpiFault{-104, "Data type error"};
}

std::size_t ScpiCall::word(std::size_t index, const std::vector<std::string>& words) const {
  const std::string& text = parameter(index);
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (says(words[i], text)) {
      return i;
    }
  }
  throw ScpiFault{-224, "Illegal parameter value"};
}

std::string fixed(double value, int decimals) {
  std::array<char, 64> text{};
  const double shown = std::abs(value) < 0.5 * std::pow(10.0, -decimals) ? 0.0 : value;  // no "-0.00"
  const auto [end, error] =
      std::to_chars(text.data(), text.data() + text.size(), shown, std::chars_format::fixed, decimals);
  return error == std::errc{} ? std::string(text.data(), end) : "9.9E37";
}

}  // namespace rig::sim

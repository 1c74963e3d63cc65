#include "rig/core/quantity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <vector>

#include "rig/core/decimal.hpp"
#include "rig/core/diagnostic.hpp"

namespace rig {
namespace {

// base = number * 10^power * factor / divisor, kept apart so that no rounding creeps in.
struct Scale {
  int power = 0;
  std::uint32_t factor = 1;
  std::uint32_t divisor = 1;
  Dimension dimension{};
};

struct Unit {
  std::string_view name;
  int power;
  std::uint32_t factor;
  Dimension dimension;
};

constexpr std::array units{
    Unit{"V", 0, 1, dimension::voltage},
    Unit{"mV", -3, 1, dimension::voltage},
    Unit{"kV", 3, 1, dimension::voltage},
    Unit{"uV", -6, 1, dimension::voltage},
    Unit{"A", 0, 1, dimension::current},
    Unit{"mA", -3, 1, dimension::current},
    Unit{"kA", 3, 1, dimension::current},
    Unit{"W", 0, 1, dimension::power},
    Unit{"mW", -3, 1, dimension::power},
    Unit{"kW", 3, 1, dimension::power},
    Unit{"J", 0, 1, dimension::energy},
    Unit{"kJ", 3, 1, dimension::energy},
    Unit{"Wh", 0, 3600, dimension::energy},
    Unit{"kWh", 3, 3600, dimension::energy},
    Unit{"C", 0, 1, dimension::charge},
    Unit{"Ah", 0, 3600, dimension::charge},
    Unit{"mAh", -3, 3600, dimension::charge},
    Unit{"Ohm", 0, 1, dimension::resistance},
    Unit{"mOhm", -3, 1, dimension::resistance},
    Unit{"uOhm", -6, 1, dimension::resistance},
    Unit{"F", 0, 1, dimension::charge / dimension::voltage},
    Unit{"mF", -3, 1, dimension::charge / dimension::voltage},
    Unit{"uF", -6, 1, dimension::charge / dimension::voltage},
    Unit{"s", 0, 1, dimension::time},
    Unit{"ms", -3, 1, dimension::time},
    Unit{"us", -6, 1, dimension::time},
    Unit{"ns", -9, 1, dimension::time},
    Unit{"min", 0, 60, dimension::time},
    Unit{"h", 0, 3600, dimension::time},
    Unit{"d", 0, 86400, dimension::time},
    Unit{"K", 0, 1, dimension::temperature_difference},
    Unit{"mK", -3, 1, dimension::temperature_difference},
    Unit{"degC", 0, 1, dimension::temperature},
    Unit{"%", -2, 1, dimension::none},
    Unit{"Hz", 0, 1, dimension::frequency},
    Unit{"kHz", 3, 1, dimension::frequency},
    Unit{"1", 0, 1, dimension::none},
};

bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

// The signs that people type for what the table spells in ASCII.
std::string plain_name(std::string_view name) {
  std::string result(name);
  replace_all(result, "\u03a9", "Ohm");  // Greek omega
  replace_all(result, "\u2126", "Ohm");  // ohm sign
  replace_all(result, "\u00b5", "u");    // micro sign
  replace_all(result, "\u03bc", "u");    // Greek mu
  replace_all(result, "\u00b0", "deg");
  return result;
}

const Unit* find_unit(std::string_view name) {
  const std::string plain = plain_name(name);
  const auto* found = std::find_if(units.begin(), units.end(), [&](const Unit& u) { return u.name == plain; });
  return found == units.end() ? nullptr : found;
}

QuantityError unknown_unit(std::string_view name, std::size_t offset) {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> result;
    for (const Unit& unit : units) {
      result.emplace_back(unit.name);
    }
    return result;
  }();
  const std::string near = nearest(plain_name(name), names);
  return {"unknown unit '" + std::string(name.substr(0, 40)) + "'" +
              (near.empty() ? std::string() : ", did you mean '" + near + "'?"),
          offset};
}

// Multiplies one atom into the scale; false when the unit expression is larger than any sensible one.
bool combine(Scale& scale, const Unit& unit, bool below) {
  const std::uint64_t factor = std::uint64_t{scale.factor} * (below ? 1 : unit.factor);
  const std::uint64_t divisor = std::uint64_t{scale.divisor} * (below ? unit.factor : 1);
  constexpr std::uint64_t most = 1'000'000'000;
  const int next = scale.power + (below ? -unit.power : unit.power);
  if (factor > most || divisor > most || std::abs(next) > 60) {
    return false;
  }
  scale.factor = static_cast<std::uint32_t>(factor);
  scale.divisor = static_cast<std::uint32_t>(divisor);
  scale.power = next;
  scale.dimension = below ? scale.dimension / unit.dimension : scale.dimension * unit.dimension;
  return true;
}

// "V", "mV/s", "W / K"; the offsets in errors count from the begin of `text`.
std::variant<Scale, QuantityError> parse_scale(std::string_view text) {
  Scale scale;
  std::size_t at = 0;
  bool below = false;
  for (int atoms = 1;; ++atoms) {
    while (at < text.size() && is_blank(text[at])) {
      ++at;
    }
    std::size_t end = std::min(text.find_first_of("*/", at), text.size());
    const std::size_t next = end;
    while (end > at && is_blank(text[end - 1])) {
      --end;
    }
    const std::string_view name = text.substr(at, end - at);
    if (name.empty()) {
      return QuantityError{"a unit is missing here", at};
    }
    const Unit* unit = find_unit(name);
    if (unit == nullptr) {
      return unknown_unit(name, at);
    }
    if (unit->dimension.point) {
      if (atoms > 1 || next < text.size()) {
        return QuantityError{"degC is a point on the scale and stands alone; a difference or a rate is in K", at};
      }
      return Scale{unit->power, unit->factor, 1, unit->dimension};
    }
    if (atoms > 8 || !combine(scale, *unit, below)) {
      return QuantityError{"this unit is too long", at};
    }
    if (next == text.size()) {
      return scale;
    }
    below = text[next] == '/';
    at = next + 1;
  }
}

struct Number {
  Decimal decimal;
  std::size_t end = 0;
};

int parse_exponent(std::string_view text, std::size_t& at) {
  std::size_t i = at + 1;
  const bool negative = i < text.size() && text[i] == '-';
  if (i < text.size() && (text[i] == '-' || text[i] == '+')) {
    ++i;
  }
  if (i >= text.size() || !is_digit(text[i])) {
    return 0;  // no exponent after all: the 'e' begins the unit
  }
  int value = 0;
  for (; i < text.size() && is_digit(text[i]); ++i) {
    value = std::min(value * 10 + (text[i] - '0'), 100'000);
  }
  at = i;
  return negative ? -value : value;
}

std::variant<Number, QuantityError> parse_number(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size() && is_blank(text[at])) {
    ++at;
  }
  const std::size_t begin = at;
  const bool negative = at < text.size() && text[at] == '-';
  if (at < text.size() && (text[at] == '-' || text[at] == '+')) {
    ++at;
  }
  std::string digits;
  std::size_t point = std::string::npos;
  for (; at < text.size() && (is_digit(text[at]) || (text[at] == '.' && point == std::string::npos)); ++at) {
    if (text[at] == '.') {
      point = digits.size();
    } else {
      digits.push_back(text[at]);
    }
  }
  if (digits.empty()) {
    return QuantityError{"a number is missing here", begin};
  }
  if (digits.size() > 400) {
    return QuantityError{"this number has too many digits", begin};
  }
  if (at + 1 < text.size() && text[at] == ',' && is_digit(text[at + 1])) {
    return QuantityError{"a decimal is written with a point, not with a comma", at};
  }
  const int exponent = at < text.size() && (text[at] == 'e' || text[at] == 'E') ? parse_exponent(text, at) : 0;
  return Number{Decimal::of(negative, digits, std::min(point, digits.size()), exponent), at};
}

std::optional<double> in_base(const Decimal& number, const Scale& scale) {
  return number.shifted(scale.power).times(scale.factor).over(scale.divisor).to_double();
}

Decimal in_unit(const Decimal& base, const Scale& scale) {
  return base.shifted(-scale.power).times(scale.divisor).over(scale.factor);
}

// The fewest digits that still read back to the same double. Powers of ten only move the point; other factors need a
// search, from the true value: the shortest digits may lie on the border to the next double.
std::string shortest(double value, const Scale& scale) {
  if (scale.factor == 1 && scale.divisor == 1) {
    return in_unit(Decimal::shortest(value), scale).text();
  }
  const Decimal exact = in_unit(Decimal::precise(value), scale);
  for (std::size_t digits = 1; digits < exact.digits.size(); ++digits) {
    const Decimal candidate = exact.rounded(digits);
    if (in_base(candidate, scale) == value) {
      return candidate.text();
    }
  }
  return exact.text();
}

std::string_view everyday_unit_of_time(double seconds) {
  const double size = std::abs(seconds);
  constexpr std::array<std::pair<double, std::string_view>, 5> steps{
      {{3600.0, "h"}, {60.0, "min"}, {1.0, "s"}, {1e-3, "ms"}, {1e-6, "us"}}};
  for (const auto& [from, unit] : steps) {
    if (size >= from) {
      return unit;
    }
  }
  return size > 0 ? "ns" : "s";
}

// What a battery's charge and energy are spoken of in; nothing where the base unit is the everyday one.
std::string_view everyday_unit_of(Dimension dimension) {
  return dimension == dimension::charge ? "Ah" : dimension == dimension::energy ? "Wh" : "";
}

// A unit that does not fit the dimension is a mistake of the caller; the base unit is then the truth.
std::pair<std::string_view, Scale> scale_for(Dimension dimension, std::string_view unit) {
  if (!unit.empty()) {
    const auto parsed = parse_scale(unit);
    if (const Scale* scale = std::get_if<Scale>(&parsed); scale != nullptr && scale->dimension == dimension) {
      return {unit, *scale};
    }
  }
  return {base_unit(dimension), Scale{0, 1, 1, dimension}};
}

std::string with_unit(const std::string& number, std::string_view unit) {
  return unit.empty() || unit == "1" ? number : number + " " + std::string(unit);
}

std::string not_finite(double value) { return std::isnan(value) ? "nan" : value > 0 ? "inf" : "-inf"; }

}  // namespace

std::optional<UnitValue> parse_unit(std::string_view text) {
  const auto parsed = parse_scale(text);
  const Scale* scale = std::get_if<Scale>(&parsed);
  if (scale == nullptr) {
    return std::nullopt;
  }
  const Decimal one{false, "1", 1};
  return UnitValue{in_base(one, *scale).value_or(0.0), scale->dimension};
}

std::variant<QuantityValue, QuantityError> parse_quantity(std::string_view text) {
  while (!text.empty() && is_blank(text.back())) {
    text.remove_suffix(1);
  }
  auto parsed = parse_number(text);
  if (const auto* error = std::get_if<QuantityError>(&parsed)) {
    return *error;
  }
  const Number& number = std::get<Number>(parsed);
  Scale scale;
  if (number.end < text.size()) {
    const auto unit = parse_scale(text.substr(number.end));
    if (const auto* error = std::get_if<QuantityError>(&unit)) {
      return QuantityError{error->message, error->offset + number.end};
    }
    scale = std::get<Scale>(unit);
  }
  const std::optional<double> value = in_base(number.decimal, scale);
  if (!value) {
    return QuantityError{"this number is too large or too small to be held", 0};
  }
  return QuantityValue{*value, scale.dimension};
}

std::string format_quantity(double value, Dimension dimension, std::string_view unit) {
  if (dimension.boolean) {
    return value != 0 ? "true" : "false";
  }
  const auto [name, scale] = scale_for(dimension, unit);
  return with_unit(std::isfinite(value) ? shortest(value, scale) : not_finite(value), name);
}

std::string format_rounded(double value, Dimension dimension, int digits, std::string_view unit) {
  if (dimension.boolean) {
    return format_quantity(value, dimension);
  }
  if (unit.empty() && dimension == dimension::time && std::isfinite(value)) {
    unit = everyday_unit_of_time(value);
  }
  unit = unit.empty() ? everyday_unit_of(dimension) : unit;
  const auto [name, scale] = scale_for(dimension, unit);
  const auto significant = static_cast<std::size_t>(std::max(digits, 1));
  return with_unit(
      std::isfinite(value) ? in_unit(Decimal::shortest(value), scale).rounded(significant).text() : not_finite(value),
      name);
}

int places_of(double uncertainty) {
  constexpr int most = 9;
  if (!std::isfinite(uncertainty) || uncertainty <= 0) {
    return most;
  }
  int places = 0;
  // 0.0996 is shown as 0.10: what counts is the number after rounding to two digits.
  for (double scaled = uncertainty; scaled < 9.95 && places < most; scaled *= 10) {
    ++places;
  }
  return places;
}

std::string format_measured(double value, double uncertainty, Dimension dimension) {
  if (dimension.boolean || !std::isfinite(value) || !std::isfinite(uncertainty) || uncertainty <= 0) {
    return format_rounded(value, dimension);
  }
  Dimension difference = dimension;
  difference.point = false;
  const std::string_view everyday = everyday_unit_of(dimension);
  constexpr double seconds_of_hour = 3600;
  const double scale = everyday.empty() ? 1 : 1 / seconds_of_hour;
  const int places = places_of(uncertainty * scale);
  const auto text = [&](double number, Dimension of) {
    return with_unit(fmt::format("{:.{}f}", number * scale, places), everyday.empty() ? base_unit(of) : everyday);
  };
  return text(value, dimension) + " +-" + text(uncertainty, difference);
}

std::string units_of(Dimension dimension) {
  if (dimension == dimension::temperature_rate) {
    return "K/s, K/min, K/h";
  }
  if (dimension == dimension::voltage_rate) {
    return "V/s, mV/s, V/min";
  }
  if (dimension == dimension::current_rate) {
    return "A/s, mA/s, A/min";
  }
  std::string result;
  for (const Unit& unit : units) {
    if (unit.dimension == dimension && unit.name != "1") {
      result += (result.empty() ? "" : ", ") + std::string(unit.name);
    }
  }
  return result.empty() ? std::string(base_unit(dimension)) : result;
}

}  // namespace rig

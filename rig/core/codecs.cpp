#include "rig/core/codecs.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

namespace rig::detail {
namespace {

struct Phrase {
  Dimension dimension;
  std::string_view expected;
};
constexpr std::array phrases{
    Phrase{dimension::none, "a ratio such as \"97 %\" or 0.97"},
    Phrase{dimension::voltage, "a voltage such as \"12.5 V\""},
    Phrase{dimension::current, "a current such as \"5 A\""},
    Phrase{dimension::power, "a power such as \"250 W\""},
    Phrase{dimension::energy, "an energy such as \"5.12 kWh\""},
    Phrase{dimension::charge, "a charge such as \"100 Ah\""},
    Phrase{dimension::resistance, "a resistance such as \"2.5 mOhm\""},
    Phrase{dimension::time, "a time such as \"1.5 s\""},
    Phrase{dimension::frequency, "a frequency such as \"50 Hz\""},
    Phrase{dimension::voltage_rate, "a voltage rate such as \"10 mV/s\""},
    Phrase{dimension::current_rate, "a current rate such as \"2 A/s\""},
    Phrase{dimension::temperature_difference, "a temperature difference such as \"5 K\""},
    Phrase{dimension::temperature_rate, "a temperature rate such as \"1 K/min\""},
    Phrase{dimension::temperature, "a temperature such as \"25 degC\""},
};

std::string expected(Dimension dimension) {
  for (const Phrase& phrase : phrases) {
    if (phrase.dimension == dimension) {
      return "expected " + std::string(phrase.expected);
    }
  }
  return "expected a quantity such as \"1 " + std::string(base_unit(dimension)) + "\"";
}

std::string found(const Node& node) {
  return ", found " + (node.is_scalar() ? shown(node.scalar) : std::string(kind_name(node.kind)));
}

bool has_unit(std::string_view text) {
  const std::size_t last = text.find_last_not_of(" \t");
  return last != std::string_view::npos && !(text[last] >= '0' && text[last] <= '9') && text[last] != '.';
}

void wrong_dimension(const Node& node, Dimension wanted, Dimension got, Diagnostics& diagnostics) {
  if (!has_unit(node.scalar)) {
    diagnostics.error(node.mark, expected(wanted) + found(node), "add a unit: " + units_of(wanted));
    return;
  }
  diagnostics.error(node.mark, expected(wanted) + found(node) + ", which is " + describe(got),
                    "its unit is one of: " + units_of(wanted));
}

std::string without_blanks_around(const std::string& text) {
  const std::size_t first = text.find_first_not_of(" \t");
  return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace

std::string shown(std::string_view text) {
  constexpr std::size_t most = 60;
  return "\"" + std::string(text.substr(0, most)) + (text.size() > most ? "...\"" : "\"");
}

bool read_quantity(const Node& node, Dimension dimension, double& value, Diagnostics& diagnostics) {
  if (!node.is_scalar()) {
    diagnostics.error(node.mark, expected(dimension) + found(node));
    return false;
  }
  const auto parsed = parse_quantity(node.scalar);
  if (const auto* error = std::get_if<QuantityError>(&parsed)) {
    if (error->offset == 0) {
      diagnostics.error(node.mark, expected(dimension) + found(node), error->message);
    } else {
      diagnostics.error(node.mark.shifted(static_cast<int>(error->offset)), error->message, expected(dimension));
    }
    return false;
  }
  const auto& quantity = std::get<QuantityValue>(parsed);
  if (!(quantity.dimension == dimension)) {
    wrong_dimension(node, dimension, quantity.dimension, diagnostics);
    return false;
  }
  value = quantity.value;
  return true;
}

bool read_duration(const Node& node, Duration& value, Diagnostics& diagnostics) {
  double seconds = 0;
  if (!read_quantity(node, dimension::time, seconds, diagnostics)) {
    return false;
  }
  constexpr double longest = 9e9;  // what integer nanoseconds hold: 285 years
  if (std::abs(seconds) >= longest) {
    diagnostics.error(node.mark, "the time " + shown(node.scalar) + " is too long", "less than 285 years");
    return false;
  }
  value = from_seconds(seconds);
  if (value == Duration{} && seconds != 0) {
    diagnostics.error(node.mark, "the time " + shown(node.scalar) + " is too short", "the finest step is 1 ns");
    return false;
  }
  return true;
}

bool read_integer(const Node& node, std::int64_t& value, Diagnostics& diagnostics) {
  constexpr std::string_view wanted = "expected a whole number such as 16 or 0x1F";
  const std::string_view text = node.scalar;
  if (!node.is_scalar() || text.empty()) {
    diagnostics.error(node.mark, std::string(wanted) + found(node));
    return false;
  }
  if (node.quoted) {
    diagnostics.error(node.mark, std::string(wanted) + ", found the text " + shown(text), "leave out the quotes");
    return false;
  }
  const bool hexadecimal = text.starts_with("0x");
  const std::string_view digits = text.substr(hexadecimal ? 2 : text.starts_with('+') ? 1 : 0);
  const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), value, hexadecimal ? 16 : 10);
  if (end != digits.data() + digits.size() || code == std::errc::invalid_argument ||
      (digits.starts_with('-') && digits.size() != text.size())) {
    diagnostics.error(node.mark, std::string(wanted) + found(node));
    return false;
  }
  if (code != std::errc{}) {
    diagnostics.error(node.mark, "the number " + shown(text) + " is out of range");
    return false;
  }
  return true;
}

bool read_boolean(const Node& node, bool& value, Diagnostics& diagnostics) {
  static const std::vector<std::string> words{"true", "on", "yes", "false", "off", "no"};
  if (node.is_scalar() && !node.quoted) {
    const auto word = std::find(words.begin(), words.end(), node.scalar);
    if (word != words.end()) {
      value = word - words.begin() < 3;
      return true;
    }
  }
  const std::string near = node.is_scalar() ? nearest(node.scalar, words) : std::string();
  const bool only_quoted = node.quoted && near == node.scalar;
  diagnostics.error(node.mark, "expected true or false (also on, off, yes, no)" + found(node),
                    only_quoted    ? "leave out the quotes"
                    : near.empty() ? ""
                                   : "did you mean '" + near + "'?");
  return false;
}

bool read_string(const Node& node, std::string& value, Diagnostics& diagnostics) {
  if (!node.is_scalar()) {
    diagnostics.error(node.mark, "expected a text" + found(node));
    return false;
  }
  value = node.scalar;
  return true;
}

bool read_choice(const Node& node, const std::vector<std::string>& names, std::size_t& index,
                 Diagnostics& diagnostics) {
  if (!node.is_scalar()) {
    diagnostics.error(node.mark, "expected one word" + found(node), suggestion("", names));
    return false;
  }
  const auto name = std::find(names.begin(), names.end(), node.scalar);
  if (name == names.end()) {
    diagnostics.error(node.mark, "'" + node.scalar.substr(0, 60) + "' is not known here",
                      suggestion(node.scalar, names));
    return false;
  }
  index = static_cast<std::size_t>(name - names.begin());
  return true;
}

bool expect_kind(const Node& node, Node::Kind kind, Diagnostics& diagnostics) {
  if (node.kind == kind) {
    return true;
  }
  diagnostics.error(node.mark, "expected " + std::string(kind_name(kind)) + found(node));
  return false;
}

bool check_range(const Node& node, double value, Dimension dimension, const FieldOptions& options, Diagnostics& d) {
  const auto text = [&](double x) { return format_quantity(x, dimension); };
  const auto refuse = [&](std::string_view side, std::string_view most, double limit) {
    const bool percent_forgotten = dimension == dimension::none && !has_unit(node.scalar) && limit == 1 && value > 1;
    d.error(node.mark,
            shown(node.scalar) + " is " + std::string(side) + " " + text(limit) + ", the " + std::string(most) +
                " that is possible here",
            percent_forgotten ? "if it is a percentage: \"" + without_blanks_around(node.scalar) + " %\"" : "");
    return false;
  };
  if (options.minimum && !(value >= *options.minimum)) {
    return refuse("below", "least", *options.minimum);
  }
  if (options.maximum && !(value <= *options.maximum)) {
    return refuse("above", "most", *options.maximum);
  }
  return true;
}

Schema quantity_schema(Dimension dimension) {
  constexpr const char* number = "^ *[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)? *";
  std::string units;
  if (dimension == dimension::temperature) {
    units = "degC|\u00b0C";
  } else {
    const std::string listed = units_of(dimension);
    for (std::size_t at = 0; at < listed.size();) {
      const std::size_t comma = std::min(listed.find(", ", at), listed.size());
      units += listed.substr(at, comma - at) + "|";
      at = comma + 2;
    }
    if (dimension == dimension::resistance) {
      units += "m?\u03a9|";
    }
    units += ".*[*/].*";  // composites are spelled in many ways; the reader checks them
  }
  const bool ratio = dimension == dimension::none;
  nlohmann::json schema{{"pattern", number + ("(" + units + ")") + (ratio ? "?$" : "$")}};
  schema["type"] = ratio ? nlohmann::json{"number", "string"} : nlohmann::json("string");
  return schema;
}

}  // namespace rig::detail

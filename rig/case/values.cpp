#include "rig/case/values.hpp"

#include "rig/signal/expression_compiler.hpp"

namespace rig {

std::optional<QuantityValue> read_value(const MarkedText& text, Diagnostics& diagnostics) {
  if (text.text == "on" || text.text == "true") {
    return QuantityValue{1, dimension::boolean};
  }
  if (text.text == "off" || text.text == "false") {
    return QuantityValue{0, dimension::boolean};
  }
  const auto parsed = parse_quantity(text.text);
  if (const auto* wrong = std::get_if<QuantityError>(&parsed)) {
    const bool at_begin = wrong->offset == 0;
    diagnostics.error(text.mark.shifted(static_cast<int>(wrong->offset)),
                      at_begin ? "'" + text.text.substr(0, 60) + "' is no value" : wrong->message,
                      "a parameter is a quantity such as 5 A, or on, or off");
    return std::nullopt;
  }
  return std::get<QuantityValue>(parsed);
}

bool check_same_kind(const MarkedText& original, const MarkedText& value, Diagnostics& diagnostics) {
  Diagnostics reported_before;
  const auto wanted = read_value(original, reported_before);
  const auto given = read_value(value, diagnostics);
  if (!given) {
    return false;
  }
  if (wanted && !(wanted->dimension == given->dimension)) {
    diagnostics.error(value.mark, "'" + value.text + "' is " + with_article(given->dimension) + ", the parameter is " +
                                      with_article(wanted->dimension));
    return false;
  }
  return true;
}

std::optional<Dimension> dimension_of_return(const MarkedText& unit, Diagnostics& diagnostics) {
  if (unit.text == "truth") {
    return dimension::boolean;
  }
  const auto parsed = parse_quantity(unit.text == "1" ? unit.text : "1 " + unit.text);
  if (!std::holds_alternative<QuantityValue>(parsed)) {
    diagnostics.error(unit.mark, "'" + unit.text + "' is no unit", "such as V, mOhm or degC; 1 for a number, or truth");
    return std::nullopt;
  }
  return std::get<QuantityValue>(parsed).dimension;
}

}  // namespace rig

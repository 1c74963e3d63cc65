#pragma once
#include <string_view>
#include <vector>

namespace rig {

// One word of an expression. A number carries its unit: "3.5 V", "10 mV/s", "97 %".
struct ExpressionToken {
  enum class Kind { end, number, name, parameter, symbol, unknown };
  Kind kind = Kind::end;
  std::string_view text;   // of a parameter without the dollar
  std::size_t offset = 0;  // bytes from the expression's begin
  bool has_unit = false;
  [[nodiscard]] bool is(std::string_view symbol_or_name) const noexcept {
    return (kind == Kind::symbol || kind == Kind::name) && text == symbol_or_name;
  }
};

// Cuts an expression into words; the last one is `end`. Never fails: what fits nowhere is `unknown`.
std::vector<ExpressionToken> tokenize_expression(std::string_view text);

}  // namespace rig

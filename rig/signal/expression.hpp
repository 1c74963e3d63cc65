#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "rig/core/fields.hpp"
#include "rig/core/quantity.hpp"
#include "rig/signal/signal_table.hpp"

namespace rig {

// What names mean inside an expression.
struct ExpressionScope {
  const SignalTable* signals = nullptr;
  std::map<std::string, QuantityValue> parameters;  // "$approach_current", without the dollar
  std::map<std::string, std::string> aliases;       // plain name -> signal name: kept values, "trip_voltage"
  // Names whose definition was already reported as wrong: an expression that uses one fails without another message.
  std::set<std::string> reported;
  std::set<std::string>* used_parameters = nullptr;  // when set, collects which parameters were read
};

// An uncertainty that is not the one declared for the signal, such as that of a kept value.
struct KnownUncertainty {
  SignalId signal{};
  double expanded = 0.0;  // k = 2, base units
};

struct Evaluation {
  double value = 0.0;               // base units; a truth value is 0 or 1
  Quality quality = Quality::good;  // the worst of the inputs that mattered
  TimePoint time{};                 // the oldest input's own time
  [[nodiscard]] bool is_true() const noexcept { return quality == Quality::good && value != 0.0; }
};

// An expression compiled to a flat program for a small stack machine; units are checked by dimension at compile time.
//
//   or, and, not; < <= > >= == !=; + -; * /; unary -; abs() min() max(); ( ); numbers with units (3.5 V, 97 %),
//   on/off/true/false, signal names, $parameters, kept values.
//
// `pack.voltage - 16 * 3.5 V > 100 mV and dut.soc < 97 %`. evaluate() neither allocates nor throws.
class Expression {
 public:
  // Mistakes go to `diagnostics` at their place inside the text; the result is then empty.
  static std::optional<Expression> compile(const MarkedText& text, const ExpressionScope& scope,
                                           Diagnostics& diagnostics);

  [[nodiscard]] Evaluation evaluate(const SignalTable& signals) const noexcept;
  // Expanded uncertainty of the value now: the inputs' U(x) carried through by first-order propagation, inputs taken as
  // independent (root sum of squares). 0 for truth values. What `known` names goes before the signal's declaration.
  [[nodiscard]] double uncertainty(const SignalTable& signals,
                                   std::span<const KnownUncertainty> known = {}) const noexcept;
  [[nodiscard]] Dimension dimension() const noexcept { return dimension_; }
  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  [[nodiscard]] const std::vector<SignalId>& inputs() const noexcept { return inputs_; }
  // False when no input was written since the table's changed bits were cleared: what evaluate() said then still holds.
  [[nodiscard]] bool moved(const SignalTable& signals) const noexcept {
    for (const SignalId id : inputs_) {
      if (signals.changed(id)) {
        return true;
      }
    }
    return false;
  }
  // True when the expression has no signal in it.
  [[nodiscard]] bool is_constant() const noexcept { return inputs_.empty(); }

  enum class Op : std::uint8_t {
    push_constant,
    push_signal,
    add,
    subtract,
    multiply,
    divide,
    negate,
    absolute,
    minimum,
    maximum,
    less,
    less_equal,
    greater,
    greater_equal,
    equal,
    not_equal,
    logical_and,
    logical_or,
    logical_not
  };
  struct Instruction {
    Op op;
    std::uint32_t signal = 0;
    double constant = 0.0;
  };
  static constexpr std::size_t max_depth = 32;
  // In the order of the stack machine, for those who look at an expression without values (expression_bounds.hpp).
  [[nodiscard]] std::span<const Instruction> program() const noexcept { return program_; }
  // The result of one operator on plain numbers; unary ones look at `a` alone.
  static double apply(Op op, double a, double b) noexcept;

 private:
  friend class ExpressionCompiler;
  [[nodiscard]] Evaluation evaluate_on_stack(const SignalTable& signals) const noexcept;

  std::vector<Instruction> program_;
  std::vector<SignalId> inputs_;
  Dimension dimension_{};
  std::string text_;
  // Shapes that need no stack: most expressions of a bench are one of them.
  enum class Shape : std::uint8_t {
    any,
    operand,      // a
    one,          // a op b, between numbers
    two_decided,  // a op b and c op d, or `or`
  };
  [[nodiscard]] static Shape shape_of(std::span<const Instruction> program) noexcept;
  Shape shape_ = Shape::any;
};

}  // namespace rig

#pragma once
#include <optional>
#include <string>
#include <vector>

#include "rig/signal/expression.hpp"
#include "rig/signal/expression_lexer.hpp"

namespace rig {

// Reads an expression word by word and writes the program of the stack machine as it goes; each sub-expression is an
// Operand that knows its dimension, its place in the text (for the caret) and its value when it is a constant.
class ExpressionCompiler {
 public:
  ExpressionCompiler(const MarkedText& text, const ExpressionScope& scope, Diagnostics& diagnostics);
  std::optional<Expression> compile();

 private:
  using Op = Expression::Op;
  using Token = ExpressionToken;

  struct Operand {
    Dimension dimension{};
    std::size_t offset = 0;                            // where it begins in the text
    std::size_t code = 0;                              // index of its first instruction
    std::optional<double> constant;                    // known before the run
    bool bare_number = false;                          // written without a unit
    std::string source;                                // as written, of a literal or a name
    const std::vector<std::string>* labels = nullptr;  // of an enumeration signal
    bool word = false;                                 // a plain word that may be a label of the other side
    bool bad = false;                                  // already reported; anything goes
  };
  struct SyntaxError {};  // thrown after it was reported: nothing behind it can be understood
  class Nesting;

  // expression_compiler.cpp: grammar
  Operand parse_or();
  Operand parse_and();
  Operand parse_not();
  Operand parse_comparison();
  Operand parse_sum();
  Operand parse_product();
  Operand parse_unary();
  Operand parse_primary();

  // expression_operands.cpp: what stands between the operators
  Operand parse_number(bool negative, std::size_t offset);
  Operand parse_name();
  Operand parse_parameter();
  Operand parse_call(const Token& name);
  Operand signal_operand(const Token& name, SignalId id);
  Operand plain_word(const Token& name);

  // expression_types.cpp: what fits what
  Operand compare(Operand a, const Token& sign, Operand b);
  Operand sum(Operand a, const Token& sign, Operand b);
  Operand product(Operand a, const Token& sign, Operand b);
  Operand extreme(Operand a, const Token& function, Operand b);
  Operand logic(Operand a, const Token& sign, Operand b);
  bool require_truth(Operand& operand, std::string_view what);
  bool require_quantity(Operand& operand, std::string_view what);
  bool same_dimension(const Operand& a, const Token& sign, const Operand& b, const std::string& verb,
                      const std::string& joint);
  bool match_label(Operand& enumeration, Operand& word);
  void reject_word(Operand& operand);

  Operand binary(Op op, Operand a, const Operand& b, Dimension dimension);
  Operand unary(Op op, Operand a, Dimension dimension);
  Operand constant(double value, Dimension dimension, std::size_t offset, std::string source);
  Operand poisoned(std::size_t offset);

  [[nodiscard]] const Token& peek() const { return tokens_[at_]; }
  Token take() { return tokens_[peek().kind == Token::Kind::end ? at_ : at_++]; }
  bool take_if(std::string_view word);
  void expect_closed(std::size_t opened, const std::string& after);
  void finish();
  void error(std::size_t offset, std::string message, std::string hint = {});
  [[nodiscard]] SourceMark place(std::size_t offset) const;
  [[nodiscard]] std::size_t stack_depth() const;

  const MarkedText& text_;
  const ExpressionScope& scope_;
  Diagnostics& diagnostics_;
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  std::size_t nesting_ = 0;
  std::size_t calls_ = 0;  // open functions, in which a comma separates arguments
  bool failed_ = false;
  Expression result_;
};

// "a voltage (V)", "an energy (J)", "a truth value".
std::string with_article(Dimension dimension);

}  // namespace rig

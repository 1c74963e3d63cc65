#pragma once
#include <initializer_list>
#include <vector>

#include "rig/core/math.hpp"
#include "rig/signal/expression.hpp"

namespace rig {

// The readings on both sides of a gap, and what an expression of them may have come to in it (across(), with their
// uncertainty).
class Neighbours {
 public:
  // Of the inputs of these expressions.
  Neighbours(std::initializer_list<const Expression*> expressions, const SignalTable& signals);
  // The present readings are those before a gap, if one comes now.
  void note(const SignalTable& signals) noexcept;
  // What the expression may have come to between the readings that were noted and the present ones.
  [[nodiscard]] Interval between(const Expression& expression, const SignalTable& signals) const noexcept;

 private:
  struct Reading {
    SignalId id;
    double value = 0.0;
    bool good = false;
  };
  [[nodiscard]] Interval bounds(SignalId id, const SignalTable& signals) const noexcept;
  std::vector<Reading> before_;
};

}  // namespace rig

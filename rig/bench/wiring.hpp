#pragma once
#include <optional>

#include "rig/core/diagnostic.hpp"
#include "rig/signal/expression.hpp"

namespace rig {

// The uncertainty to declare for a wired signal, U(x) = a + r|x|: absolute parts as root sum of squares times the
// factors with which they enter, relative parts added up. It bounds the true one as long as the sources do not drive
// current through each other (supply and load on at once, so that their difference is small beside either); a case that
// does that has to say so.
//
// Only sums of signals with constant factors have such a bound: nothing is returned for another expression of numbers.
// Truth values have none.
std::optional<Uncertainty> wired_uncertainty(const Expression& expression, const SignalTable& signals);

}  // namespace rig

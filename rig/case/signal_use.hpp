#pragma once
#include "rig/case/program.hpp"

namespace rig {

// Whether something that is evaluated reads the signal.
[[nodiscard]] bool uses(const Expression& expression, SignalId signal);
[[nodiscard]] bool uses(const Program& program, SignalId signal);
[[nodiscard]] bool uses(const AddedStep& step, SignalId signal);

}  // namespace rig

#pragma once
#include <exception>

#include "python/src/bindings.hpp"

namespace rig::python {

// Thrown into calls of other threads when the program ends. In Python it is SystemExit, which ends a thread silently.
class ProgramEnds : public std::exception {
 public:
  [[nodiscard]] const char* what() const noexcept override { return "the program ends"; }
};

// While C++ works without the GIL, Ctrl-C has to come through: lets Python run its signal handlers and throws what they
// raise, and ProgramEnds once leave() was called. For Session::Look.
void look_at_signals();

// A stretch of C++ in which the interpreter must not go: it would end the thread where it asks for the GIL, in the
// middle of destructors, and destroy what it works with. So leave() waits for all of them. Begins and ends with the
// GIL.
class InUse {
 public:
  InUse();
  ~InUse();
  InUse(const InUse&) = delete;
  InUse& operator=(const InUse&) = delete;
};

// A stretch without the GIL. Throws ProgramEnds in any other thread once leave() was called.
class Unlocked {
 public:
  Unlocked();

 private:
  InUse in_use_;  // until the GIL is back
  py::gil_scoped_release release_;
};

}  // namespace rig::python

#pragma once
#include <atomic>
#include <functional>

#include "python/src/bindings.hpp"

namespace rig::python {

// While C++ waits without the GIL, Ctrl-C has to come through: lets Python run its signal handlers and throws what they
// raise. For Session::Look.
inline void look_at_signals() {
  const py::gil_scoped_acquire gil;
  if (PyErr_CheckSignals() != 0) {
    throw py::error_already_set();
  }
}

}  // namespace rig::python

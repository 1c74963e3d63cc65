#include "python/src/looking.hpp"

#include <pthread.h>

#include <atomic>
#include <thread>

namespace rig::python {
namespace {

std::atomic<int> uses{0};
std::atomic<bool> leaving{false};
std::thread::id last_thread;  // the one that called leave(); written before `leaving`

void throw_if_leaving() {
  if (leaving && std::this_thread::get_id() != last_thread) {
    throw ProgramEnds();
  }
}

void leave() {
  last_thread = std::this_thread::get_id();
  leaving = true;
  while (uses > 0) {  // looked at with the GIL, with which uses begin and end
    const py::gil_scoped_release release;
    for (int count = uses; count > 0; count = uses) {
      uses.wait(count);
    }
  }
}

}  // namespace

InUse::InUse() { ++uses; }

InUse::~InUse() {
  --uses;
  uses.notify_all();
}

Unlocked::Unlocked() { throw_if_leaving(); }

void look_at_signals() {
  throw_if_leaving();  // first: the GIL may be gone for good soon
  const py::gil_scoped_acquire gil;
  if (PyErr_CheckSignals() != 0) {
    throw py::error_already_set();
  }
}

void bind_leaving(py::module_& module) {
  // The threads of the process that forked are not here.
  pthread_atfork(nullptr, nullptr, [] {
    uses = 0;
    leaving = false;
  });
  module.def("leave", &leave,
             "The program ends: calls in other threads come back with SystemExit, and this waits for them.");
}

}  // namespace rig::python

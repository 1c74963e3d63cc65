// C++ exceptions become the exceptions of gtxrig/errors.py. Those are written in Python, so that scripts and the
// package's own Python code can raise them too.
#include <pybind11/gil_safe_call_once.h>

#include <exception>

#include "python/src/bindings.hpp"
#include "python/src/looking.hpp"
#include "python/src/results.hpp"
#include "rig/core/diagnostic.hpp"
#include "rig/core/error.hpp"
#include "rig/engine/session.hpp"

namespace rig::python {
namespace {

py::dict as_dict(const Diagnostic& diagnostic) {
  py::dict dict;
  dict["severity"] = diagnostic.severity == Severity::error ? "error" : "warning";
  dict["file"] = shown(diagnostic.mark.source ? diagnostic.mark.source->name : std::string());
  dict["line"] = diagnostic.mark.line;
  dict["column"] = diagnostic.mark.column;
  dict["message"] = shown(diagnostic.message);
  dict["hint"] = shown(diagnostic.hint);
  return dict;
}

// Imported when it is first needed: gtxrig.errors belongs to the package that is just loading this module.
py::object error_class(const char* name) { return py::module_::import("gtxrig.errors").attr(name); }

void raise(const char* class_name, const py::tuple& arguments) {
  const py::object type = error_class(class_name);
  const py::object error = type(*arguments);
  PyErr_SetObject(type.ptr(), error.ptr());
}

void translate(std::exception_ptr pointer) {
  const InUse in_use;  // what is called here is Python, in the middle of which another thread may end the program
  try {
    if (pointer) {
      std::rethrow_exception(pointer);
    }
  } catch (const ProgramEnds&) {
    PyErr_SetNone(PyExc_SystemExit);
  } catch (const StepFailed& error) {
    raise("StepFailed", py::make_tuple(shown(error.message())));
  } catch (const SessionOver& error) {
    raise("SessionOver", py::make_tuple(shown(error.message()), way_name(error.way())));
  } catch (const InputError& error) {
    py::list diagnostics;
    for (const Diagnostic& diagnostic : error.diagnostics()) {
      diagnostics.append(as_dict(diagnostic));
    }
    raise("InputError", py::make_tuple(shown(error.what()), diagnostics));
  } catch (const RigError& error) {
    raise("RigError", py::make_tuple(shown(error.message()), shown(error.where()), shown(error.hint())));
  }
}

}  // namespace

void bind_errors(py::module_&) { py::register_local_exception_translator(&translate); }

}  // namespace rig::python

#include "python/src/bindings.hpp"
#include "rig/cli/cli.hpp"
#include "rig/core/files.hpp"

namespace rig::python {
namespace {

// The engine has one state for the whole process, and pybind11 waits for ever for the GIL of another interpreter.
bool in_main_interpreter() { return PyInterpreterState_Get() == PyInterpreterState_Main(); }

constexpr const char* one_interpreter =
    "gtxrig works in the main interpreter only, not in a subinterpreter; use a process of its own";

PyObject* refuse(PyTypeObject* type, PyObject*, PyObject*) {
  PyErr_Format(PyExc_TypeError, "%s: No constructor defined!", type->tp_name);
  return nullptr;
}

// What the engine alone makes. pybind11 refuses to call such a class, but its __new__ would give an object with nothing
// behind it.
void refuse_new(const py::module_& module) {
  for (const auto& item : module.attr("__dict__").cast<py::dict>()) {
    if (PyType_Check(item.second.ptr()) != 0) {
      auto* type = reinterpret_cast<PyTypeObject*>(item.second.ptr());
      if (Py_TYPE(item.second.attr("__init__").ptr()) == &PyWrapperDescr_Type) {  // pybind11's own, which only refuses
        type->tp_new = &refuse;
      }
    }
  }
}

}  // namespace
}  // namespace rig::python

// Python calls PyInit__core, which looks before pybind11 does anything; what pybind11 makes has another name.
#define PyInit__core gtxrig_init_core
PYBIND11_MODULE(_core, module) {
  if (!rig::python::in_main_interpreter()) {  // later versions of Python call PyInit__core in the main one
    throw pybind11::import_error(rig::python::one_interpreter);
  }
  rig::register_builtin_files();
  module.doc() = "The engine of gtxrig. Use it through the package gtxrig.";
  module.attr("__version__") = rig::cli::version();
  rig::python::bind_errors(module);
  rig::python::bind_leaving(module);
  rig::python::bind_record(module);
  rig::python::bind_dbc(module);
  rig::python::bind_requirements(module);
  rig::python::bind_units(module);
  rig::python::bind_checks(module);
  rig::python::bind_session(module);
  rig::python::bind_cases(module);
  rig::python::bind_virtual_pack(module);
  rig::python::bind_reference_model(module);
  rig::python::refuse_new(module);
}
#undef PyInit__core

// The name is Python's. NOLINTBEGIN(bugprone-reserved-identifier,readability-identifier-naming)
extern "C" PYBIND11_EXPORT PyObject* PyInit__core();
PyObject* PyInit__core() {
  if (!rig::python::in_main_interpreter()) {
    PyErr_SetString(PyExc_ImportError, rig::python::one_interpreter);
    return nullptr;
  }
  return gtxrig_init_core();
}
// NOLINTEND(bugprone-reserved-identifier,readability-identifier-naming)

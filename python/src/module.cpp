#include "python/src/bindings.hpp"
#include "rig/cli/cli.hpp"
#include "rig/core/files.hpp"

namespace rig::python {
namespace {

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

PYBIND11_MODULE(_core, module) {
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

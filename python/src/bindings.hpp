#pragma once
#include <pybind11/pybind11.h>
#include <pybind11/typing.h>

#include <string>

namespace rig::python {

namespace py = pybind11;

// Typed, so that the generated stubs say what is inside.
using AnyDict = py::typing::Dict<py::str, py::object>;

// A text that need not be UTF-8, such as one of a damaged record: what is none shows as U+FFFD.
inline py::str shown(const std::string& text) {
  return py::reinterpret_steal<py::str>(
      PyUnicode_DecodeUTF8(text.data(), static_cast<py::ssize_t>(text.size()), "replace"));
}

// The argument of a function that takes a path as open() does: a text or an os.PathLike.
struct PathArgument {
  std::string text;
};

// No class has a constructor for Python, functions make the objects: __new__ of a class with one gives out an object
// that was never constructed, and pybind11 lets it be used.
//
// One file per topic; module.cpp calls them in the order in which their types need each other.
void bind_errors(py::module_& module);
void bind_leaving(py::module_& module);
void bind_record(py::module_& module);
void bind_dbc(py::module_& module);
void bind_requirements(py::module_& module);
void bind_units(py::module_& module);
void bind_checks(py::module_& module);
void bind_session(py::module_& module);
void bind_cases(py::module_& module);
void bind_virtual_pack(py::module_& module);
void bind_reference_model(py::module_& module);

}  // namespace rig::python

template <>
struct pybind11::detail::type_caster<rig::python::PathArgument> {
  PYBIND11_TYPE_CASTER(rig::python::PathArgument, const_name("str | os.PathLike[str]"));

  // Throws what os.fspath() raises: it says better than pybind11 what is wrong.
  bool load(handle source, bool) {
    const auto path = reinterpret_steal<object>(PyOS_FSPath(source.ptr()));
    PyObject* bytes = nullptr;
    if (!path || PyUnicode_FSConverter(path.ptr(), &bytes) == 0) {
      throw error_already_set();
    }
    value.text = reinterpret_steal<pybind11::bytes>(bytes);
    return true;
  }
};

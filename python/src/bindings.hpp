#pragma once
#include <pybind11/pybind11.h>
#include <pybind11/typing.h>

namespace rig::python {

namespace py = pybind11;

// Typed, so that the generated stubs say what is inside.
using AnyDict = py::typing::Dict<py::str, py::object>;

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

#pragma once
#include <pybind11/pybind11.h>

namespace rig::python {

namespace py = pybind11;

// One file per topic; module.cpp calls them in the order in which their types need each other.
void bind_errors(py::module_& module);
void bind_record(py::module_& module);
void bind_dbc(py::module_& module);
void bind_requirements(py::module_& module);

}  // namespace rig::python

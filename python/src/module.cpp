#include "python/src/bindings.hpp"
#include "rig/cli/cli.hpp"
#include "rig/core/files.hpp"

PYBIND11_MODULE(_core, module) {
  rig::register_builtin_files();
  module.doc() = "The engine of gtxrig. Use it through the package gtxrig.";
  module.attr("__version__") = rig::cli::version();
  rig::python::bind_errors(module);
  rig::python::bind_record(module);
  rig::python::bind_dbc(module);
  rig::python::bind_requirements(module);
  rig::python::bind_units(module);
  rig::python::bind_checks(module);
  rig::python::bind_session(module);
  rig::python::bind_cases(module);
  rig::python::bind_virtual_pack(module);
  rig::python::bind_reference_model(module);
}

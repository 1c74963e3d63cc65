#pragma once
#include <pybind11/typing.h>

#include <span>

#include "python/src/bindings.hpp"
#include "rig/engine/run.hpp"

namespace rig::python {

using ResultDict = py::typing::Dict<py::str, py::object>;

// "full", "changes", "events" or "none"; RigError for anything else.
RecordLevel level_of(const std::string& name);

// Beside the records: run.json and can.log of each run, and report.html and junit.xml of them all in `folder`. Nothing
// with RecordLevel::none.
void write_results(const std::string& folder, std::span<const RunResult> results, RecordLevel level);

// A pack's profile as a script gives it; nothing for an empty text.
std::shared_ptr<const SourceText> profile_text(const std::string& text);

// "completed", "tripped" ...
const char* way_name(WayOut way);

// verdict, way out, sentence, findings, ticks, wall_seconds, record.
ResultDict result_dict(const RunResult& result);

}  // namespace rig::python

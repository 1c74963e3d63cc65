#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "rig/record/run_info.hpp"

namespace rig {

// Everything of RunInfo as JSON with stable keys in a stable order. Moments are seconds of rig time and their keys end
// in _s; wall-clock moments are ns since 1970 UTC; what is not known is null. "format" grows when a key changes.
nlohmann::ordered_json run_json(const RunInfo& info);
// The inverse; keys that are missing keep their defaults. Throws RigError naming `where` for what is no run.json.
RunInfo run_from_json(const nlohmann::ordered_json& json, const std::string& where);

void write_run_json(const RunInfo& info, const std::string& path);
RunInfo read_run_json(const std::string& path);

// JSON text in which bytes that are no UTF-8 are replaced: a pack's answer may hold anything.
std::string json_text(const nlohmann::ordered_json& json);

}  // namespace rig

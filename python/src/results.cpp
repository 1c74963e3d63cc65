#include "python/src/results.hpp"

#include <filesystem>

#include "reports/can_log.hpp"
#include "reports/html_report.hpp"
#include "reports/junit.hpp"
#include "reports/run_json.hpp"
#include "rig/core/error.hpp"
#include "rig/record/reader.hpp"

namespace rig::python {
namespace {
namespace fs = std::filesystem;
}  // namespace

const char* way_name(WayOut way) {
  switch (way) {
    case WayOut::completed:
      return "completed";
    case WayOut::diverged:
      return "diverged";
    case WayOut::tripped:
      return "tripped";
    case WayOut::refused:
      return "refused";
    case WayOut::not_ready:
      return "not_ready";
    case WayOut::overdue:
      return "overdue";
    case WayOut::record_failed:
      return "record_failed";
    case WayOut::aborted:
      return "aborted";
    case WayOut::broken:
      break;
  }
  return "broken";
}

RecordLevel level_of(const std::string& name) {
  const auto level = record_level_from(name);
  if (!level) {
    throw RigError("there is no record level '" + name + "'", "", "full, changes, events or none");
  }
  return *level;
}

void write_results(const std::string& folder, std::span<const RunResult> results, RecordLevel level) {
  if (level == RecordLevel::none) {
    return;
  }
  std::vector<RunForReport> pages;
  std::vector<RunInfo> infos;
  for (const RunResult& result : results) {
    if (result.record.empty() || !fs::exists(result.record)) {
      continue;
    }
    const fs::path beside = fs::path(result.record).parent_path();
    write_run_json(result.info, (beside / "run.json").string());
    RunReader reader(result.record);
    write_can_log(reader, (beside / "can.log").string());
    pages.push_back({result.info, result.record});
    infos.push_back(result.info);
  }
  write_html(pages, (fs::path(folder) / "report.html").string());
  write_junit(infos, (fs::path(folder) / "junit.xml").string());
}

ResultDict result_dict(const RunResult& result) {
  py::list findings;
  for (const Finding& finding : result.findings) {
    py::dict entry;
    entry["kind"] = std::string(finding_kind_name(finding.kind));
    entry["verdict"] = std::string(verdict_name(finding.verdict));
    entry["time"] = to_seconds(finding.time);
    entry["rule"] = finding.rule;
    entry["step"] = finding.step;
    entry["sentence"] = finding.sentence;
    findings.append(entry);
  }
  ResultDict dict;
  dict["verdict"] = std::string(verdict_name(result.verdict));
  dict["way_out"] = way_name(result.way);
  dict["sentence"] = result.info.sentence;
  dict["case"] = result.info.case_name;
  dict["row"] = result.info.row;
  dict["findings"] = findings;
  dict["ticks"] = result.ticks;
  dict["wall_seconds"] = result.wall_seconds;
  dict["record"] = result.record;
  return dict;
}

std::shared_ptr<const SourceText> profile_text(const std::string& text) {
  return text.empty() ? nullptr : std::make_shared<const SourceText>(SourceText{"profile given by Python", text});
}

}  // namespace rig::python

#pragma once
#include <string>
#include <vector>

#include "reports/left_out.hpp"
#include "rig/record/run_info.hpp"

namespace rig {

// One run as the report needs it. Without a record (level none, or a run that never began) there are no plots.
struct RunForReport {
  RunInfo info;
  std::string record;  // path of run.sqlite, or empty
};

// One self-contained page for all runs of a session: verdicts, then for each case its findings, plots, rules,
// measures and identification. Nothing is loaded from elsewhere; the page is complete without JavaScript. A record
// that cannot be read is named in its case, never a reason not to have a report.
std::string html_report(const std::vector<RunForReport>& runs, const std::vector<LeftOut>& left_out = {});
// Throws RigError when the file cannot be written.
void write_html(const std::vector<RunForReport>& runs, const std::string& path,
                const std::vector<LeftOut>& left_out = {});

}  // namespace rig

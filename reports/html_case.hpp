#pragma once
#include <string>

#include "reports/html_report.hpp"

namespace rig {

// Parts of the page; html_report.cpp puts them together.

// The tables and lists of one run: findings, rules, measures, identification, events.
std::string findings_html(const RunInfo& info);
std::string rules_html(const RunInfo& info);
std::string measures_html(const RunInfo& info);
std::string identification_html(const RunInfo& info);
std::string events_html(const RunInfo& info);
// What the case verifies, with the manual's sections; where the pack refused a direction.
std::string verifies_html(const RunInfo& info);
std::string trips_html(const RunInfo& info);

// All plots of one run; `id` makes their names unique on the page.
std::string plots_html(const RunForReport& run, const std::string& id);

// "pass" with its sign and colour.
std::string verdict_html(const std::string& verdict);
// The manual section of the first finding; of a case that passed those of the requirements that it verifies.
std::string manual_section(const RunInfo& info);

std::string style_sheet();
std::string script();

}  // namespace rig

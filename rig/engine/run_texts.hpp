#pragma once
#include <string>
#include <vector>

#include "rig/engine/engine.hpp"
#include "rig/engine/judgement.hpp"
#include "rig/judge/decision.hpp"
#include "rig/record/run_info.hpp"

namespace rig {

// The texts and tables of a run, made after the loop.

// What happened that no monitor saw: the way out, the script's faults, the clock.
std::vector<Finding> findings_of_way_out(WayOut way, const Engine& engine, const Supervisor& supervisor,
                                         const SignalTable& signals, const std::string& exception);
std::vector<Finding> findings_of_script(const Script& script);
// A link that failed during the run: the reason of a trip, else readings that were not good for a while.
Finding finding_of_link(const ConnectResult& instrument, WayOut way, TimePoint time);
// The pack's frames are not those of a known dialect, or contradict each other: what was judged may mean something
// else.
Finding finding_of_dialect(const std::string& trouble, TimePoint time);
// Missed ticks that left open what the flow of a case hangs on.
inline constexpr const char* clock_rule = "clock";
Finding finding_of_gap(const Gap& gap, std::string step, std::string sentence);
// "p50 0.06 ms, p99 ... of 1000 ticks 2 late, 3 missed, 0 of them while something hung on it"
std::string lateness_text(const Lateness& lateness, std::int64_t late, std::int64_t missed, std::int64_t mattered);
// So many of the missed ticks left something unjudged.
std::int64_t missed_that_mattered(const std::vector<Finding>& findings);
// The measures of a program as taken by the script. A measure that was not taken because the steps had failed before is
// no finding of its own.
std::vector<MeasureResult> decide_measures(const Program& program, const SignalTable& signals);

FindingRow finding_row(const Finding& finding);
MeasureRow measure_row(const MeasureResult& measure);
RuleRow rule_row(const RuleResult& rule);
std::vector<StepRow> step_rows(const Moments& moments, const Program& program, TimePoint end);
std::vector<TripRow> trip_rows(const Moments& moments);
std::vector<LimitRow> limit_rows(const BenchConfig& bench, const Requirements& requirements, const Program& program,
                                 const SignalTable& signals);
std::vector<KeptRow> kept_rows(const Program& program, const SignalTable& signals);
std::vector<EventRow> event_rows(WayOut way, const Engine& engine, const Moments& moments, const Program& program);
// ns since 1970 UTC.
std::int64_t unix_now();
// Steps that a judge could only name by number get their name.
void name_steps(std::vector<Finding>& findings, const Program& program);
// Why a run that passed by the reference alone says nothing of what it is for: none of the rows that it verifies came
// to a decision. Empty when one did.
std::string nothing_exercised(const RunInfo& run);
// The cause in one sentence, or what was shown.
std::string summary(Verdict verdict, const std::vector<Finding>& findings, const RunInfo& info);

}  // namespace rig

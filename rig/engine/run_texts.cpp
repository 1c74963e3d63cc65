#include "rig/engine/run_texts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "rig/core/quantity.hpp"

namespace rig {
namespace {

Finding finding_at(TimePoint time, FindingKind kind, Verdict verdict, std::string rule, std::string sentence) {
  Finding finding;
  finding.kind = kind;
  finding.verdict = verdict;
  finding.time = finding.since = time;
  finding.rule = std::move(rule);
  finding.sentence = std::move(sentence);
  return finding;
}

// Numbers of a truth value have no unit to show.
std::string unit_of(Dimension dimension) { return dimension.boolean ? "" : std::string(base_unit(dimension)); }

std::optional<double> if_finite(double value) {
  return std::isfinite(value) ? std::optional<double>(value) : std::nullopt;
}

FindingKind kind_of(ScriptFaultKind kind) {
  switch (kind) {
    case ScriptFaultKind::timeout:
    case ScriptFaultKind::case_timeout:
      return FindingKind::timeout;
    case ScriptFaultKind::refused:
      return FindingKind::refused;
    case ScriptFaultKind::stale:
    case ScriptFaultKind::undecided:
    case ScriptFaultKind::stopped:
      break;
  }
  return FindingKind::stale;
}

Verdict verdict_of(ScriptFaultKind kind) {
  switch (kind) {
    case ScriptFaultKind::timeout:
    case ScriptFaultKind::case_timeout:
      return Verdict::fail;
    case ScriptFaultKind::refused:
      return Verdict::error;
    case ScriptFaultKind::stale:
    case ScriptFaultKind::undecided:
    case ScriptFaultKind::stopped:
      break;
  }
  return Verdict::invalid;
}

DecisionRule rule_of(DecisionWord word) {
  switch (word) {
    case DecisionWord::guard_band:
      return DecisionRule::guard_band;
    case DecisionWord::non_binary:
      return DecisionRule::non_binary;
    case DecisionWord::simple:
      break;
  }
  return DecisionRule::simple;
}

std::string trip_text(const TripRow& trip) {
  return std::isfinite(trip.value)
             ? trip.label + " at " + format_measured(trip.value, trip.uncertainty, dimension::voltage)
             : trip.label;
}

std::string way_name(WayOut way) {
  switch (way) {
    case WayOut::completed:
      return "the steps are over";
    case WayOut::diverged:
      return "stopped at the divergence";
    case WayOut::tripped:
      return "the bench tripped";
    case WayOut::refused:
      return "a set-point was refused";
    case WayOut::not_ready:
      return "the bench did not become ready";
    case WayOut::overdue:
      return "the case did not end";
    case WayOut::record_failed:
      return "the record failed";
    case WayOut::aborted:
      return "stopped by the user";
    case WayOut::broken:
      break;
  }
  return "an error ended the run";
}

}  // namespace

std::vector<Finding> findings_of_way_out(WayOut way, const Engine& engine, const Supervisor& supervisor,
                                         const SignalTable& signals, const std::string& exception) {
  std::vector<Finding> result = supervisor.findings();
  const auto add = [&](FindingKind kind, Verdict verdict, std::string rule, std::string sentence) {
    result.push_back(finding_at(engine.left_at(), kind, verdict, std::move(rule), std::move(sentence)));
  };
  switch (way) {
    case WayOut::not_ready:
      add(FindingKind::stale, Verdict::error, "watch",
          "Nothing was energised: the watched signals did not become good in time: " +
              supervisor.not_ready_text(signals) + ".");
      break;
    case WayOut::overdue:
      add(FindingKind::timeout, Verdict::error, "bound", "The case did not end in the time that its steps can take.");
      break;
    case WayOut::aborted:
      add(FindingKind::instrument, Verdict::aborted, "user",
          exception.empty() ? "The run was stopped by the user." : "The run was stopped: " + exception);
      break;
    case WayOut::record_failed:
      add(FindingKind::instrument, Verdict::error, "record", "The record could not be written: " + exception);
      break;
    case WayOut::broken:
      add(FindingKind::instrument, Verdict::error, "exception", "The run ended by an error: " + exception);
      break;
    case WayOut::completed:
    case WayOut::diverged:
    case WayOut::tripped:
    case WayOut::refused:
      break;
  }
  if (!engine.safe_confirmed()) {
    const std::vector<std::string>& names = engine.not_confirmed();
    add(FindingKind::instrument, Verdict::error, "safe",
        fmt::format(
            "The safe state was not confirmed: {} did not read back {} off, and may still be on; look before you "
            "touch the terminals.",
            names.empty() ? "the pack" : fmt::format("{}", fmt::join(names, ", ")),
            names.size() > 1 ? "that they are" : "that it is"));
  }
  return result;
}

Finding finding_of_link(const ConnectResult& instrument, WayOut way, TimePoint time) {
  const Verdict verdict = way == WayOut::tripped ? Verdict::error : Verdict::invalid;
  return finding_at(time, FindingKind::instrument, verdict, instrument.instrument,
                    fmt::format("The link to {} failed during the run: {}", instrument.instrument, instrument.trouble));
}

Finding finding_of_dialect(const std::string& trouble, TimePoint time) {
  return finding_at(time, FindingKind::instrument, Verdict::invalid, "dialect", trouble + ".");
}

std::string lateness_text(const Lateness& lateness, std::int64_t late, std::int64_t missed, std::int64_t mattered) {
  const auto ms = [](Duration d) { return to_seconds(d) * 1e3; };
  return fmt::format("p50 {:.2f} ms, p99 {:.2f} ms, p99.9 {:.2f} ms, max {:.2f} ms; of {} ticks {} late, {} missed{}",
                     ms(lateness.quantile(0.5)), ms(lateness.quantile(0.99)), ms(lateness.quantile(0.999)),
                     ms(lateness.max()), lateness.total(), late, missed,
                     missed == 0 ? "" : fmt::format(", {} of them while something hung on it", mattered));
}

std::int64_t missed_that_mattered(const std::vector<Finding>& findings) {
  std::vector<Gap> gaps;
  std::int64_t missed = 0;
  for (const Finding& finding : findings) {
    if (finding.gap && std::ranges::find(gaps, *finding.gap) == gaps.end()) {
      gaps.push_back(*finding.gap);
      missed += finding.gap->missed;
    }
  }
  return missed;
}

std::vector<Finding> findings_of_script(const Script& script) {
  std::vector<Finding> result;
  for (const ScriptFault& fault : script.faults()) {
    if (fault.kind == ScriptFaultKind::stopped) {
      continue;  // whoever stopped the script has the finding
    }
    const ScriptFaultText text = script.text(fault);
    Finding finding = finding_at(fault.time, kind_of(fault.kind), verdict_of(fault.kind), text.rule, text.sentence);
    finding.since = fault.since;
    finding.step = text.step;
    finding.expected = text.expected;
    finding.seen = text.seen;
    result.push_back(std::move(finding));
  }
  for (const ScriptDoubt& doubt : script.doubts()) {
    result.push_back(finding_of_gap(doubt.gap, script.program().steps[doubt.step].name, script.sentence(doubt)));
  }
  return result;
}

Finding finding_of_gap(const Gap& gap, std::string step, std::string sentence) {
  Finding finding = finding_at(gap.to, FindingKind::stale, Verdict::invalid, clock_rule, std::move(sentence));
  finding.since = gap.from;
  finding.step = std::move(step);
  finding.expected = "a look in time";
  finding.seen = gap_text(gap);
  finding.gap = gap;
  return finding;
}

std::vector<MeasureResult> decide_measures(const Program& program, const SignalTable& signals) {
  std::vector<MeasureResult> result;
  for (const CompiledMeasure& measure : program.measures) {
    const double uncertainty = measure.uncertainty.valid() ? signals[measure.uncertainty].value : 0.0;
    result.push_back(decide_measure(measure.id, signals.spec(measure.signal).dimension, signals[measure.signal],
                                    uncertainty, measure.limits, rule_of(measure.decision)));
  }
  return result;
}

void name_steps(std::vector<Finding>& findings, const Program& program) {
  for (Finding& finding : findings) {
    const bool is_number = !finding.step.empty() && std::all_of(finding.step.begin(), finding.step.end(),
                                                                [](char c) { return c >= '0' && c <= '9'; });
    const std::size_t index = is_number && finding.step.size() < 9 ? std::stoul(finding.step) : program.steps.size();
    if (is_number) {
      finding.step = index < program.steps.size() ? program.steps[index].name : "";
    }
  }
}

std::int64_t unix_now() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

FindingRow finding_row(const Finding& f) {
  return {.kind = std::string(finding_kind_name(f.kind)),
          .verdict = std::string(verdict_name(f.verdict)),
          .time = f.time,
          .since = f.since,
          .rule = f.rule,
          .signal = f.signal,
          .expected = f.expected,
          .seen = f.seen,
          .manual = f.manual,
          .causes = f.causes,
          .evidence = f.evidence,
          .step = f.step,
          .sentence = f.sentence,
          .consequential = f.consequential};
}

MeasureRow measure_row(const MeasureResult& m) {
  MeasureRow row;
  row.id = m.id;
  row.value = m.value.value_or(std::nan(""));
  row.uncertainty = m.uncertainty;
  row.unit = unit_of(m.dimension);
  if (m.limits) {
    row.lower = if_finite(m.limits->lo);
    row.upper = if_finite(m.limits->hi);
    row.decision = decision_rule_name(m.rule);
  }
  row.verdict = m.value ? std::string(verdict_name(m.decided.verdict)) : "not taken";
  return row;
}

RuleRow rule_row(const RuleResult& r) {
  RuleRow row;
  row.requirement = r.row;
  row.rule = r.rule;
  row.title = r.statement;
  row.manual = r.manual;
  row.verdict = r.tested ? std::string(verdict_name(r.verdict)) : "not tested";
  row.evidence = r.evidence;
  row.unit = r.unit.empty() ? r.margin_unit : r.unit;
  if (std::isfinite(r.found.lo) && std::isfinite(r.found.hi)) {
    row.parameter = "threshold";
    row.found_lower = r.found.lo;
    row.found_upper = r.found.hi;
  }
  if (r.allowed) {
    row.allowed_lower = if_finite(r.allowed->lo);
    row.allowed_upper = if_finite(r.allowed->hi);
  }
  row.margin = if_finite(r.margin);
  row.may_share = r.may_share;
  row.must_reached = r.tested;
  row.vacuity = r.vacuity;
  row.divergence = r.first_divergence;
  return row;
}

std::vector<StepRow> step_rows(const Moments& moments, const Program& program, TimePoint end) {
  std::vector<StepRow> rows;
  const auto& begins = moments.steps();
  for (std::size_t i = 0; i < begins.size(); ++i) {
    if (begins[i].step < program.steps.size()) {
      rows.push_back(
          {program.steps[begins[i].step].name, begins[i].time, i + 1 < begins.size() ? begins[i + 1].time : end});
    }
  }
  return rows;
}

std::vector<TripRow> trip_rows(const Moments& moments) {
  std::vector<TripRow> rows;
  for (const Moments::Refusal& refusal : moments.refusals()) {
    rows.push_back({refusal.time, "pack.voltage", refusal.charge ? "charging refused" : "discharging refused",
                    refusal.known ? refusal.voltage : std::nan(""), refusal.uncertainty, "V"});
  }
  return rows;
}

std::vector<KeptRow> kept_rows(const Program& program, const SignalTable& signals) {
  std::vector<KeptRow> rows;
  const auto add = [&](const std::string& name, SignalId signal) {
    const Sample& sample = signals[signal];
    const bool known = std::any_of(rows.begin(), rows.end(), [&](const KeptRow& r) { return r.name == name; });
    if (sample.good() && !known) {
      rows.push_back({name, sample.value, unit_of(signals.spec(signal).dimension), sample.time});
    }
  };
  for (const StepCode& step : program.steps) {
    if (step.outside) {
      for (const OutsideCode::Return& given : program.outside[*step.outside].returns) {
        add(given.name, given.signal);
      }
    }
    for (const KeepCode& keep : step.keeps) {
      add(keep.name, keep.signal);
    }
  }
  return rows;
}

std::vector<EventRow> event_rows(WayOut way, const Engine& engine, const Moments& moments, const Program& program) {
  std::vector<EventRow> rows;
  for (const StepRow& step : step_rows(moments, program, engine.now())) {
    rows.push_back({step.begin, "step", step.name});
  }
  for (const TripRow& trip : trip_rows(moments)) {
    rows.push_back({trip.time, "refused by the pack", trip_text(trip)});
  }
  for (const Gap& gap : moments.gaps()) {
    rows.push_back({gap.to, "missed ticks", gap_text(gap)});
  }
  rows.push_back(
      {engine.left_at(), "safe",
       way_name(way) + (engine.safe_confirmed() ? "; everything is off, read back" : "; off is not confirmed")});
  std::stable_sort(rows.begin(), rows.end(), [](const EventRow& a, const EventRow& b) { return a.time < b.time; });
  return rows;
}

std::string nothing_exercised(const RunInfo& run) {
  if (run.verdict != "pass") {
    return {};  // its findings say more
  }
  bool judged = false;
  for (const RuleRow& rule : run.rules) {
    const bool claimed = (", " + run.verifies + ",").find(" " + rule.requirement + ",") != std::string::npos;
    if (claimed && (rule.must_reached || rule.vacuity == "informative")) {
      return {};
    }
    judged = judged || claimed;
  }
  return judged ? "none of the rows that it verifies was exercised: " + run.verifies : std::string();
}

std::string summary(Verdict verdict, const std::vector<Finding>& findings, const RunInfo& info) {
  for (const Finding& finding : findings) {
    if (finding.verdict == verdict && !finding.consequential) {
      return finding.sentence;
    }
  }
  std::string text = "All checks held";
  for (const EventRow& event : info.events) {
    text += event.kind == "warning" ? ", but " + event.text : "";
  }
  for (const TripRow& trip : info.trips) {
    text += "; " + trip_text(trip);
    if (text.size() > 120) {
      break;
    }
  }
  return text + ".";
}

}  // namespace rig

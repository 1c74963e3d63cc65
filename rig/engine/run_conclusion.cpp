#include <fmt/format.h>

#include <algorithm>

#include "rig/core/error.hpp"
#include "rig/engine/run.hpp"
#include "rig/engine/run_texts.hpp"

// The part of a Run behind the loop: what was found, the verdict, the end of the record.
namespace rig {
namespace {

// "Keysight 34465A, serial MY1, firmware A.03, at tcp://...": what a box does not tell is left out.
std::string box_text(const LinkReport& link) {
  const Identity& box = link.identity;
  std::string text = box.maker + (box.maker.empty() || box.model.empty() ? "" : " ") + box.model;
  const auto add = [&](const std::string& what, const std::string& value) {
    text += value.empty() ? "" : (text.empty() ? "" : ", ") + what + " " + value;
  };
  add("serial", box.serial);
  add("firmware", box.firmware);
  add("at", link.endpoint);
  return text;
}

}  // namespace
// Everything that is made of codes and values after the loop: findings, verdict, tables, the end of the record.
void Run::conclude(RunResult& result, const std::string& trouble) {
  const Program& program = judgement_.program();
  const SignalTable& signals = bench_.signals();
  result.ticks = engine_->ticks();
  result.findings = findings_of_way_out(result.way, *engine_, *supervisor_, signals, trouble);
  const auto add = [&](std::vector<Finding> more) {
    std::move(more.begin(), more.end(), std::back_inserter(result.findings));
  };
  note_links(result);
  add(judgement_.judges().findings());
  add(findings_of_script(*script_));
  add(added_findings_);
  bool checked = judgement_.judges().own_decided();
  for (const MeasureResult& measure : decide_measures(program, signals)) {
    note_measure(measure, result, checked);
  }
  for (const MeasureResult& measure : added_measures_) {
    note_measure(measure, result, checked);
  }
  note_outside(result, checked);
  note_clock(result.findings);
  result.verdict = merge_verdict(result.findings, checked || judgement_.judges().any_decided(), engine_->now());
  name_steps(result.findings, program);
  fill_found(result);
  if (!checked) {
    note_unexercised();
  }
  info_.sentence = summary(result.verdict, result.findings, info_);
  finish_record(result, trouble);
  result.info = info_;
}

void Run::note_measure(const MeasureResult& measure, RunResult& result, bool& checked) {
  const bool taken = measure.value.has_value();
  checked = checked || (taken && measure.limits);
  if (measure.finding && (taken || !script_->failed())) {
    result.findings.push_back(*measure.finding);
  }
  info_.measures.push_back(measure_row(measure));
}

// What functions outside of the loop checked, and what went wrong with them.
void Run::note_outside(RunResult& result, bool& checked) {
  if (!outside_) {
    return;
  }
  outside_->close();
  for (const OutsideOutcome& outcome : outside_->outcomes()) {
    for (const MeasureResult& check : outcome.checks) {
      note_measure(check, result, checked);
    }
    if (outcome.failure) {
      checked = checked || outcome.failure->kind == FindingKind::expectation;
      result.findings.push_back(*outcome.failure);
    }
  }
  info_.documents.insert(info_.documents.end(), outside_->documents().begin(), outside_->documents().end());
}

// Who the boxes are, and which of them did not answer as it should.
void Run::note_links(RunResult& result) {
  for (const ConnectResult& instrument : bench_.links()) {
    info_.identification.push_back({instrument.instrument, box_text(*instrument.link)});
    if (!instrument.trouble.empty()) {
      result.findings.push_back(finding_of_link(instrument, result.way, engine_->left_at()));
    }
  }
  if (const std::string trouble = bench_.dialect_trouble(); !trouble.empty()) {
    result.findings.push_back(finding_of_dialect(trouble, engine_->left_at()));
  }
}

// A loop in real time says how well it kept it.
void Run::note_clock(const std::vector<Finding>& findings) {
  if (const Lateness* lateness = clock_->lateness()) {
    info_.identification.push_back({"time scale", fmt::format("{:g}", bench_.timeline().scale())});
    info_.identification.push_back({"lateness of the loop", lateness_text(*lateness, engine_->late(), engine_->missed(),
                                                                          missed_that_mattered(findings))});
    for (const std::string& text : not_real_time_) {
      info_.identification.push_back({"real time", text});
    }
  }
}

void Run::fill_found(const RunResult& result) {
  const Program& program = judgement_.program();
  info_.end = engine_->now();
  info_.verdict = verdict_name(result.verdict);
  for (const Finding& finding : result.findings) {
    info_.findings.push_back(finding_row(finding));
  }
  for (const RuleResult& rule : judgement_.judges().rule_results()) {
    info_.rules.push_back(rule_row(rule));
  }
  info_.steps = step_rows(engine_->moments(), program, info_.end);
  info_.trips = trip_rows(engine_->moments());
  info_.kept = kept_rows(program, bench_.signals());
  info_.events = event_rows(result.way, *engine_, engine_->moments(), program);
  info_.stopped_unix_ns = unix_now();
}

// The reference alone judged, and had nothing to say of what the case is for.
void Run::note_unexercised() {
  if (const std::string text = nothing_exercised(info_); !text.empty()) {
    info_.events.push_back({engine_->now(), "warning", text});
  }
}

// A record that cannot be ended is an error of the run; the verdict in memory then differs from nothing on disk, where
// the state stays "failed".
void Run::finish_record(RunResult& result, const std::string& trouble) {
  result.record = writer_->path();
  try {
    if (result.way == WayOut::record_failed) {
      writer_->abandon(trouble);
    } else {
      writer_->finish(info_);
    }
  } catch (const RigError& error) {
    writer_->abandon(error.what());
    result.way = WayOut::record_failed;
    result.verdict = worse(result.verdict, Verdict::error);
    Finding finding;
    finding.kind = FindingKind::instrument;
    finding.verdict = Verdict::error;
    finding.time = info_.end;
    finding.rule = "record";
    finding.sentence = std::string("The record could not be finished: ") + error.what();
    result.findings.push_back(finding);
    info_.findings.push_back(finding_row(finding));
    info_.verdict = verdict_name(result.verdict);
    info_.sentence = finding.sentence;
  }
}

}  // namespace rig

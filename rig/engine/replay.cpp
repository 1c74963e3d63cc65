#include "rig/engine/replay.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <memory>

#include "rig/core/error.hpp"
#include "rig/core/files.hpp"
#include "rig/engine/judgement.hpp"
#include "rig/engine/outside_answer.hpp"
#include "rig/engine/run.hpp"
#include "rig/engine/run_texts.hpp"
#include "rig/record/replay_cursor.hpp"

namespace rig {
namespace {

// The texts of a record are read like built-in files. The many folders in front keep "../" in their names below it.
constexpr const char* shelf = "builtin:replay/a/b/c/d/e/f/g/h/i/j/k/l/record.yaml";

std::string shelved(std::string name) {
  const std::string prefix = "builtin:";
  if (name.starts_with(prefix)) {
    name.erase(0, prefix.size());
  }
  name.erase(0, name.find_first_not_of('/'));
  return resolve_path(shelf, name);
}

std::shared_ptr<const SourceText> text_of(const RunInfo& info, const std::string& kind) {
  for (const DocumentRow& document : info.documents) {
    if (document.kind == kind) {
      return std::make_shared<const SourceText>(SourceText{document.name, document.text});
    }
  }
  return nullptr;
}

Case case_of(const RunInfo& info, Diagnostics& diagnostics) {
  if (const auto session = text_of(info, "session")) {
    return read_open_case(session, diagnostics);
  }
  std::string first;
  for (const DocumentRow& document : info.documents) {
    if (document.kind == "case") {
      const std::string name = shelved(document.name);
      register_builtin(name.substr(std::string("builtin:").size()), document.text);
      first = first.empty() ? name : first;
    }
  }
  if (first.empty()) {
    throw RigError("the record holds no case");
  }
  Case test = read_case(first, diagnostics);
  for (const DocumentRow& document : info.documents) {
    if (document.kind == "parameter") {
      override_parameter(test, document.text, diagnostics);
    }
  }
  return test;
}

Requirements requirements_of(const RunInfo& info, const ReplayOptions& options, Diagnostics& diagnostics) {
  const auto recorded = text_of(info, "requirements");
  const auto recorded_profile = text_of(info, "profile");
  if (!recorded && options.requirements.empty()) {
    throw RigError("the record holds no requirements");
  }
  Requirements requirements = options.requirements.empty() ? parse_requirements(recorded, diagnostics)
                                                           : read_requirements(options.requirements, diagnostics);
  if (!options.profile.empty() || recorded_profile) {
    const PackProfile profile = options.profile.empty() ? parse_profile(recorded_profile, diagnostics)
                                                        : read_profile(options.profile, diagnostics);
    diagnostics.throw_if_errors();
    requirements = apply_profile(std::move(requirements), profile, diagnostics);
  }
  for (const auto& [key, value] : info.identification) {
    if (key == "packs" && value != "1") {
      int packs = 0;
      const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), packs);
      if (error != std::errc{} || end != value.data() + value.size() || packs < 1) {
        throw RigError("the record says that " + value + " packs stood in parallel; expected a number from 1 on");
      }
      requirements = of_packs(std::move(requirements), packs);
    }
  }
  return requirements;
}

constexpr std::string_view wanted = "wanted.";
constexpr std::string_view admitted = "admitted.";

// The bench as the record knows it: inputs and set-points, no instrument.
void declare_recorded(const RunReader& reader, SignalTable& signals, CommandTable& commands) {
  for (const SignalSpec& spec : reader.columns()) {
    if (spec.name.starts_with(wanted)) {
      const std::string name = spec.name.substr(wanted.size());
      commands.declare({.name = name,
                        .dimension = spec.dimension,
                        .instrument = name.substr(0, name.rfind('.')),
                        .help = spec.help});
    } else if (!spec.name.starts_with(admitted) && spec.origin != Origin::model && spec.origin != Origin::judge) {
      signals.declare(spec);
    }
  }
  commands.seal();
}

bool same(const Sample& a, const Sample& b) noexcept {
  return std::bit_cast<std::uint64_t>(a.value) == std::bit_cast<std::uint64_t>(b.value) && a.time == b.time &&
         a.quality == b.quality;
}

// Compares the columns that are computed again, row by row; of each column only the first difference is kept.
class Comparison {
 public:
  Comparison(const RunReader& reader, const ReplayCursor& cursor, const SignalTable& signals, ReplayReport& report)
      : report_(report) {
    for (std::uint32_t i = 0; i < signals.size(); ++i) {
      const Origin origin = signals.specs()[i].origin;
      if (origin != Origin::model && origin != Origin::judge) {
        continue;
      }
      if (cursor.has({i})) {
        compared_.push_back({{i}, false});
      } else {
        report.not_compared.push_back(signals.specs()[i].name);
      }
    }
    for (const SignalSpec& spec : reader.columns()) {
      if ((spec.origin == Origin::model || spec.origin == Origin::judge) && !signals.find(spec.name)) {
        report.not_compared.push_back(spec.name);
      }
    }
    report.columns = compared_.size();
  }
  void look(const Tick& tick, const ReplayCursor& cursor, const SignalTable& signals) {
    for (Column& column : compared_) {
      if (!column.differs && !same(cursor.expected(column.id), signals[column.id])) {
        column.differs = true;
        report_.first.push_back(
            {tick.index, tick.start, signals.spec(column.id).name, cursor.expected(column.id), signals[column.id]});
      }
    }
  }

 private:
  struct Column {
    SignalId id;
    bool differs = false;
  };
  std::vector<Column> compared_;
  ReplayReport& report_;
};

// What the flow of the case brought about is not judged again.
bool belongs_to_flow(const FindingRow& row) {
  const bool of_clock = row.kind == finding_kind_name(FindingKind::stale) && row.rule == clock_rule;
  return of_clock || row.kind == finding_kind_name(FindingKind::timeout) ||
         row.kind == finding_kind_name(FindingKind::limit) || row.kind == finding_kind_name(FindingKind::instrument) ||
         row.kind == finding_kind_name(FindingKind::refused);
}

// Of a session also what its script expected and measured.
bool belongs_to_script(const FindingRow& row) {
  return row.kind == finding_kind_name(FindingKind::expectation) || row.kind == finding_kind_name(FindingKind::measure);
}

// What a function said is read again from its answer.
bool belongs_to_function(const Program& program, const FindingRow& row) {
  return std::ranges::any_of(program.outside, [&](const OutsideCode& code) { return code.call == row.rule; });
}

void judge_again(Judgement& judgement, const SignalTable& signals, ReplayReport& report) {
  report.findings = judgement.judges().findings();
  bool checked = judgement.judges().any_decided();
  for (const MeasureResult& measure : decide_measures(judgement.program(), signals)) {
    checked = checked || (measure.value && measure.limits);
    if (measure.finding && measure.value) {
      report.findings.push_back(*measure.finding);
    }
  }
  for (OutsideOutcome& outcome : recorded_outcomes(judgement.program(), report.recorded)) {
    for (const MeasureResult& check : outcome.checks) {
      checked = checked || check.limits;
    }
    checked = checked || (outcome.failure && outcome.failure->kind == FindingKind::expectation);
    std::ranges::move(outcome.findings(), std::back_inserter(report.findings));
  }
  const bool open = judgement.program().open;
  for (const MeasureRow& row : report.recorded.measures) {
    checked = checked || (open && (row.lower || row.upper));
  }
  for (const FindingRow& row : report.recorded.findings) {
    if ((belongs_to_flow(row) && !belongs_to_function(judgement.program(), row)) || (open && belongs_to_script(row))) {
      Finding finding;
      for (int v = 0; v <= static_cast<int>(Verdict::aborted); ++v) {
        finding.verdict =
            verdict_name(static_cast<Verdict>(v)) == row.verdict ? static_cast<Verdict>(v) : finding.verdict;
      }
      for (int k = 0; k <= static_cast<int>(FindingKind::nothing_checked); ++k) {
        finding.kind =
            finding_kind_name(static_cast<FindingKind>(k)) == row.kind ? static_cast<FindingKind>(k) : finding.kind;
      }
      finding.time = row.time;
      finding.rule = row.rule;
      finding.step = row.step;
      finding.sentence = row.sentence;
      report.findings.push_back(std::move(finding));
    }
  }
  report.verdict = merge_verdict(report.findings, checked, report.recorded.end);
  name_steps(report.findings, judgement.program());
  report.rules = judgement.judges().rule_results();
}

}  // namespace

ReplayReport replay(const std::string& path, const ReplayOptions& options) {
  RunReader reader(path);
  ReplayReport report;
  report.recorded = reader.info();
  if (reader.state() != "complete") {
    throw RigError("the run of this record did not end (state '" + reader.state() + "')", reader.path());
  }
  Diagnostics diagnostics;
  const Case test = case_of(report.recorded, diagnostics);
  const Requirements requirements = requirements_of(report.recorded, options, diagnostics);
  diagnostics.throw_if_errors();
  const auto row =
      std::find_if(test.rows.begin(), test.rows.end(), [&](const Row& r) { return r.name == report.recorded.row; });
  SignalTable signals;
  CommandTable commands;
  declare_recorded(reader, signals, commands);
  const Flow flow = text_of(report.recorded, "session") ? Flow::open : Flow::fixed;
  Judgement judgement(test, row == test.rows.end() ? nullptr : &*row, requirements, signals, commands, diagnostics,
                      flow);
  diagnostics.throw_if_errors();
  signals.seal();
  judgement.begin(signals);

  ReplayCursor cursor(reader, signals);
  Comparison comparison(reader, cursor, signals, report);
  for (Tick tick; cursor.next(tick, signals); ++report.ticks) {
    judgement.step(tick, signals);
    comparison.look(tick, cursor, signals);
    signals.clear_changed();
  }
  report.incomplete = cursor.incomplete() || !reader.damage().empty();
  judgement.judges().finish(report.recorded.end);
  judge_again(judgement, signals, report);
  return report;
}

}  // namespace rig

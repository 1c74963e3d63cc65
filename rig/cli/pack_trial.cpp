#include "rig/cli/pack_trial.hpp"

#include <algorithm>

#include "rig/cli/case_needs.hpp"
#include "rig/cli/session_runner.hpp"
#include "rig/core/error.hpp"
#include "rig/core/files.hpp"
#include "rig/engine/run.hpp"

namespace rig::cli {
namespace {

bool proves_a_defect(const Finding& finding) {
  switch (finding.kind) {
    case FindingKind::expectation:
    case FindingKind::timeout:
    case FindingKind::measure:
    case FindingKind::never:
    case FindingKind::divergence:
    case FindingKind::limit:
      return finding.verdict == Verdict::fail || finding.verdict == Verdict::aborted;
    case FindingKind::stale:
    case FindingKind::instrument:
    case FindingKind::refused:
    case FindingKind::nothing_checked:
      break;
  }
  return false;
}

CaseFailure failure_of(const RunResult& result, const Requirements& requirements, std::size_t index) {
  CaseFailure failure;
  failure.index = index;
  failure.verdict = result.verdict;
  const Finding* chosen = nullptr;
  for (const Finding& finding : result.findings) {
    const bool better = chosen == nullptr || (!failure.proves && proves_a_defect(finding));
    if (!finding.consequential && better) {
      chosen = &finding;
      failure.proves = proves_a_defect(finding);
    }
  }
  if (chosen == nullptr) {
    failure.sentence = result.info.sentence;
    return failure;
  }
  failure.kind = finding_kind_name(chosen->kind);
  failure.rule = chosen->rule;
  failure.sentence = chosen->sentence;
  if (requirements.find(chosen->rule) != nullptr) {
    failure.requirement = chosen->rule;
  }
  return failure;
}

RunResult run_case(const SuiteCase& wanted, const Setup& setup, const TrialPack& pack,
                   const std::atomic<int>& interrupts) {
  const RunOrder order{.setup = &setup,
                       .test = wanted.test,
                       .row = wanted.row,
                       .seed = pack.seed,
                       .level = RecordLevel::none,
                       .suite = wanted.theme,
                       .software = "gtxrig " + version()};
  Diagnostics diagnostics;
  Run run(order, diagnostics);
  diagnostics.throw_if_errors();
  return run.execute(interrupts);
}

}  // namespace

Suite::Suite(const std::vector<std::string>& paths, Diagnostics& diagnostics) {
  std::string texts;
  for (const std::string& path : find_cases(paths)) {
    texts += path + "\n" + read_text(path)->text;
    tests_.push_back(std::make_unique<Case>(read_case(path, diagnostics)));
    const Case& test = *tests_.back();
    std::vector<const Row*> rows;
    for (const Row& row : test.rows) {
      rows.push_back(&row);
    }
    rows.resize(std::max<std::size_t>(rows.size(), 1), nullptr);
    for (const Row* row : rows) {
      cases_.push_back(
          {.test = &test, .row = row, .path = path, .theme = theme_of(path), .name = test_name(test, row)});
    }
  }
  fingerprint_ = rig::fingerprint(texts);
}

std::vector<LeftOut> Suite::leave_out(BenchShelf& benches, Diagnostics& diagnostics) {
  std::vector<LeftOut> out;
  CaseNeeds needs;
  std::erase_if(cases_, [&](const SuiteCase& one) {
    const Setup* setup = benches.of(*one.test, diagnostics);
    const std::string lack = setup != nullptr ? needs.lack(*one.test, *setup) : "";
    if (!lack.empty() && (out.empty() || out.back().case_name != one.test->name.text)) {
      out.push_back({one.theme, one.test->name.text, lack});
    }
    return !lack.empty();
  });
  if (cases_.empty() && !out.empty()) {
    throw RigError("not one case that was found can run on this bench: " + out.front().case_name +
                   " is left out, since " + out.front().reason);
  }
  return out;
}

TrialResult try_pack(const Suite& suite, const TrialPack& pack, const std::vector<std::size_t>& order, Stop stop,
                     const std::atomic<int>& interrupts) {
  TrialResult result;
  Diagnostics diagnostics;
  const Setup setup = read_setup(pack.bench, pack.overrides, diagnostics);
  if (diagnostics.has_errors()) {
    result.impossible = diagnostics.all().front().message;
    return result;
  }
  BenchShelf benches(setup, pack.overrides);
  for (const std::size_t index : order) {
    if (interrupts.load(std::memory_order_relaxed) > 0) {
      return result;
    }
    try {
      const Setup* bench = benches.of(*suite.cases()[index].test, diagnostics);
      if (bench == nullptr) {
        result.impossible = diagnostics.all().back().message;
        return result;
      }
      const RunResult run = run_case(suite.cases()[index], *bench, pack, interrupts);
      ++result.runs;
      result.lengths.push_back(run.info.end - TimePoint{});
      if (run.verdict != Verdict::pass) {
        result.failures.push_back(failure_of(run, setup.requirements, index));
      }
    } catch (const RigError& error) {
      const std::string text = error.what();
      result.impossible = text.substr(0, text.find('\n'));
      return result;
    }
    if (interrupts.load(std::memory_order_relaxed) > 0) {
      return result;  // its last run was cut off
    }
    if (stop == Stop::at_proof && !result.failures.empty() && result.failures.back().proves) {
      break;
    }
  }
  result.complete = true;
  return result;
}

}  // namespace rig::cli

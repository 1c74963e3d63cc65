#include "rig/cli/mutant_hunt.hpp"

#include <algorithm>
#include <numeric>

#include "rig/cli/work_through.hpp"

namespace rig::cli {
namespace {

constexpr Duration short_case = std::chrono::minutes(10);  // of rig time: some hundredths of a second

std::string joined(const std::vector<std::string>& words, const char* between) {
  std::string text;
  for (const std::string& word : words) {
    text += (text.empty() ? "" : between) + word;
  }
  return text;
}

std::string verified_by(const Case& test) {
  std::vector<std::string> rows;
  for (const MarkedText& row : test.verifies) {
    rows.push_back(row.text);
  }
  return joined(rows, " ");
}

Finder finder_of(const Suite& suite, const TrialResult& trial) {
  Finder finder{.impossible = trial.impossible, .runs = trial.runs};
  for (const CaseFailure& failure : trial.failures) {
    if (failure.proves) {
      const SuiteCase& by = suite.cases()[failure.index];
      finder.found = true;
      finder.theme = by.theme;
      finder.test = by.name;
      finder.requirement = failure.requirement.empty() ? verified_by(*by.test) : failure.requirement;
      finder.kind = failure.kind;
      finder.rule = failure.rule;
      finder.sentence = failure.sentence;
      break;
    }
  }
  return finder;
}

}  // namespace

std::string_view outcome_name(MutantOutcome outcome) {
  switch (outcome) {
    case MutantOutcome::found:
      return "found";
    case MutantOutcome::survivor:
      return "survivor";
    case MutantOutcome::explained:
      return "explained";
    case MutantOutcome::impossible:
      break;
  }
  return "impossible";
}

bool DetectionCurve::inside_tolerance() const {
  return smallest && mutant.scale->basis.tolerance > 0 &&
         smallest->factor * std::abs(mutant.scale->step) < mutant.scale->basis.tolerance;
}

std::vector<CaseFailure> MutantHunt::measure_nominal(std::size_t jobs) {
  std::vector<CaseFailure> failures;
  std::mutex mutex;
  TrialPack pack{settings_.bench, settings_.overrides, settings_.seed};
  pack.overrides.insert(pack.overrides.end(), plan_.base.begin(), plan_.base.end());
  work_through(suite_.cases().size(), jobs, interrupts_, [&](std::size_t i) {
    const TrialResult trial = try_pack(suite_, pack, {i}, Stop::never, interrupts_);
    const std::lock_guard lock(mutex);
    if (!trial.impossible.empty()) {
      failures.push_back({.index = i, .verdict = Verdict::error, .sentence = trial.impossible});
    } else if (!trial.lengths.empty()) {
      suite_.cases()[i].length = trial.lengths.front();
      failures.insert(failures.end(), trial.failures.begin(), trial.failures.end());
    }
  });
  return failures;
}

bool MutantHunt::verifies(const SuiteCase& one, const Mutant& mutant) const {
  return std::any_of(one.test->verifies.begin(), one.test->verifies.end(), [&](const MarkedText& row) {
    return std::find(mutant.rows.begin(), mutant.rows.end(), row.text) != mutant.rows.end();
  });
}

// The cases that verify a violated row first, of these and of the others the shortest first.
std::vector<std::size_t> MutantHunt::order_for(const Mutant& mutant) const {
  std::vector<std::size_t> order(suite_.cases().size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const SuiteCase& left = suite_.cases()[a];
    const SuiteCase& right = suite_.cases()[b];
    return std::pair(!verifies(left, mutant), left.length) < std::pair(!verifies(right, mutant), right.length);
  });
  return order;
}

// The cases that would find it first: for a mutant that nobody expects to be found, but whose reason may be outdated.
std::vector<std::size_t> MutantHunt::likely_for(const Mutant& mutant) const {
  std::vector<std::size_t> order = order_for(mutant);
  std::erase_if(order, [&](std::size_t i) {
    return !verifies(suite_.cases()[i], mutant) && suite_.cases()[i].length > short_case;
  });
  return order;
}

// A smaller defect of the same number is found by the case that found the larger one, or by one that verifies its row.
std::vector<std::size_t> MutantHunt::related_to(const Mutant& mutant, const Finder& finder) const {
  std::vector<std::size_t> order = order_for(mutant);
  std::erase_if(order, [&](std::size_t i) {
    return !verifies(suite_.cases()[i], mutant) && suite_.cases()[i].name != finder.test;
  });
  return order;
}

std::optional<Finder> MutantHunt::find(const Mutant& mutant, const std::vector<std::size_t>& order,
                                       const std::string& key) const {
  if (auto known = ledger_.find(key)) {
    return known;
  }
  TrialPack pack{settings_.bench, settings_.overrides, settings_.seed};
  pack.overrides.insert(pack.overrides.end(), mutant.overrides.begin(), mutant.overrides.end());
  const TrialResult trial = try_pack(suite_, pack, order, Stop::at_proof, interrupts_);
  if (!trial.complete && trial.impossible.empty()) {
    return std::nullopt;
  }
  const Finder finder = finder_of(suite_, trial);
  ledger_.add(key, finder);
  return finder;
}

// What the plan says, else what follows from the bench: a field that it cannot decide, or a defect that cannot be as
// large as tolerance and uncertainty.
std::string MutantHunt::explanation(const Mutant& mutant) const {
  if (const ExplainedSurvivor* one = plan_.explanation_of(mutant.name)) {
    return one->reason;
  }
  if (mutant.scale && !mutant.scale->basis.unseen.empty()) {
    return "cannot be observed on this bench: " + mutant.scale->basis.unseen;
  }
  if (mutant.scale && mutant.size < 1.0) {
    return "below tolerance + U: its value cannot go further";
  }
  return {};
}

std::optional<MutantResult> MutantHunt::look_for(const Mutant& mutant) const {
  const std::string explained = explanation(mutant);
  const auto finder = explained.empty() && !settings_.quick
                          ? find(mutant, order_for(mutant), mutant.overrides.back())
                          : find(mutant, likely_for(mutant), "likely " + mutant.overrides.back());
  if (!finder) {
    return std::nullopt;
  }
  MutantResult result{.mutant = mutant, .finder = *finder};
  if (finder->found) {
    result.outcome = MutantOutcome::found;
  } else if (!finder->impossible.empty()) {
    result.outcome = MutantOutcome::impossible;
    result.reason = finder->impossible;
  } else {
    result.reason = explained;
    const ExplainedSurvivor* planned = plan_.explanation_of(mutant.name);
    const bool gap = planned != nullptr && planned->gap;
    result.outcome = explained.empty() || gap ? MutantOutcome::survivor : MutantOutcome::explained;
  }
  return result;
}

std::optional<DetectionCurve> MutantHunt::trace(const Mutant& mutant, const Finder& finder) const {
  constexpr double ladder[] = {1.5, 2.0, 3.0, 4.0, 6.0};
  constexpr double fine_enough = 0.1;
  DetectionCurve curve{.mutant = mutant};
  const auto order = related_to(mutant, finder);
  const auto try_size = [&](double factor) -> std::optional<bool> {
    const auto smaller = resized(mutant, factor);
    if (!smaller) {
      return false;
    }
    const auto found = find(*smaller, order, "curve " + smaller->overrides.back());
    if (!found) {
      return std::nullopt;
    }
    curve.points.push_back({factor, smaller->value, *found});
    return found->found;
  };
  double low = 0.0;
  double high = mutant.size;
  bool seen = finder.found;
  if (seen) {
    curve.points.push_back({mutant.size, mutant.value, finder});
  }
  for (std::size_t i = 0; !seen && i < std::size(ladder); ++i) {
    low = high;
    high = std::max(ladder[i], mutant.size);
    const auto answer = try_size(high);
    if (!answer) {
      return std::nullopt;
    }
    seen = *answer;
  }
  while (seen && high - low > fine_enough) {
    const double middle = (low + high) / 2;
    const auto answer = try_size(middle);
    if (!answer) {
      return std::nullopt;
    }
    (*answer ? high : low) = middle;
  }
  curve.largest_unseen = seen ? low : high;
  std::sort(curve.points.begin(), curve.points.end(), [](const auto& a, const auto& b) { return a.factor < b.factor; });
  for (const auto& point : curve.points) {
    if (seen && point.factor == high) {
      curve.smallest = point;
    }
  }
  return curve;
}

}  // namespace rig::cli

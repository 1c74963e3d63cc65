#pragma once
#include <optional>
#include <string>

#include "rig/core/math.hpp"
#include "rig/judge/verdict.hpp"

namespace rig {

// What a run says about one requirement row.
struct RuleResult {
  std::string row;   // "GTX-OV-01"
  std::string rule;  // "pack_ov"
  std::string statement;
  std::string manual;
  Verdict verdict = Verdict::pass;
  bool tested = false;   // a conforming pack had no choice at least once; else the verdict says nothing
  std::string vacuity;   // why it was not tested, empty when it was
  std::string evidence;  // independent, cross-checked, self-reported
  Interval parameter;    // where the pack's own threshold lies by requirement, profile and this run (base units)
  Interval found;        // by this run's trips alone; everything when there was none
  std::optional<Interval>
      allowed;               // where a conforming pack's threshold lies: the row's tolerance or what it characterises
  std::string unit;          // of all three
  double margin = infinity;  // smallest distance to a divergence, in `margin_unit`; infinity: none measured
  std::string margin_unit;
  double may_share = 0.0;        // share of the judged time in which both answers were right
  std::string first_divergence;  // sentence, empty when there is none

  // The same row of one pack, where this is of all of them: the worse verdict stands, and what one of them has tested
  // is tested. The numbers stay those of all.
  void add(const RuleResult& of_one) {
    verdict = worse(verdict, of_one.verdict);
    if (of_one.tested && !tested) {
      tested = true;
      vacuity.clear();
    }
    if (first_divergence.empty()) {
      first_divergence = of_one.first_divergence;
    }
  }
};

}  // namespace rig

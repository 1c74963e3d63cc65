#include "rig/judge/verdict.hpp"

namespace rig {

std::string_view verdict_name(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return "pass";
    case Verdict::invalid:
      return "invalid";
    case Verdict::fail:
      return "fail";
    case Verdict::error:
      return "error";
    case Verdict::aborted:
      return "aborted";
  }
  return "error";
}

std::string_view finding_kind_name(FindingKind kind) {
  switch (kind) {
    case FindingKind::expectation:
      return "expectation";
    case FindingKind::timeout:
      return "timeout";
    case FindingKind::measure:
      return "measure";
    case FindingKind::never:
      return "never";
    case FindingKind::divergence:
      return "divergence";
    case FindingKind::limit:
      return "limit";
    case FindingKind::stale:
      return "stale";
    case FindingKind::instrument:
      return "instrument";
    case FindingKind::refused:
      return "refused";
    case FindingKind::nothing_checked:
      return "nothing_checked";
  }
  return "expectation";
}

}  // namespace rig

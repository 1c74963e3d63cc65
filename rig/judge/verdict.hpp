#pragma once
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rig/core/gap.hpp"

namespace rig {

// The outcome of a case; the worse wins. `invalid` (missed or stale data on which a judgement hung) replaces only a
// pass. A case in which nothing was checked is an `error`: nothing checked is not a pass.
enum class Verdict : std::uint8_t { pass, invalid, fail, error, aborted };
std::string_view verdict_name(Verdict verdict);
constexpr Verdict worse(Verdict a, Verdict b) noexcept { return std::max(a, b); }

// What kind of thing a finding reports; `must_fail` files name it.
enum class FindingKind : std::uint8_t {
  expectation,     // an `expect` of a step did not come true
  timeout,         // an `until` did not come within its timeout
  measure,         // a measured value is outside its limits (or inside the guard band)
  never,           // an `always` / `never` / `whenever` was violated
  divergence,      // the pack showed what a conforming pack may not show (lockstep reference)
  limit,           // the supervisor tripped: a limit of the bench
  stale,           // data missing or too old where it was needed
  instrument,      // an instrument refused or failed
  refused,         // the case wanted a set-point that the bench does not allow
  nothing_checked  // no check of the case was ever decided
};
std::string_view finding_kind_name(FindingKind kind);

// One finding, as plain data; the sentence is made after the loop.
struct Finding {
  FindingKind kind = FindingKind::expectation;
  Verdict verdict = Verdict::fail;
  TimePoint time{};            // when it was established
  TimePoint since{};           // when the matter began, if known
  std::string rule;            // requirement id ("GTX-OV-01"), expectation text, limit name
  std::string signal;          // the signal concerned
  std::string expected;        // "charging stopped within 2.9 s above 56.2 V"
  std::string seen;            // "charging went on at 57.0 V, 5.00 A"
  std::string manual;          // "9.1-2d"
  std::string causes;          // remaining causes, "pack_ov or cell_ov"
  std::string evidence;        // independent, cross-checked, self-reported
  std::string step;            // name of the case's step
  std::string sentence;        // the whole in one sentence
  bool consequential = false;  // follows from an earlier finding
  std::optional<Gap> gap;      // the missed ticks for which it could not be judged
};

}  // namespace rig

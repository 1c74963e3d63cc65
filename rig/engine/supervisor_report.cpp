// The texts of the supervisor: made after the loop from codes and values.
#include <fmt/format.h>

#include "rig/core/quantity.hpp"
#include "rig/engine/supervisor.hpp"

namespace rig {
namespace {

std::string text_of(double value, Dimension dimension) {
  return dimension.boolean ? (value != 0.0 ? "on" : "off") : format_rounded(value, dimension);
}

std::string state_of(Quality quality) {
  switch (quality) {
    case Quality::never:
      return "has never come";
    case Quality::stale:
      return "is stale";
    case Quality::invalid:
      return "is invalid";
    case Quality::good:
      break;
  }
  return "is good";
}

}  // namespace

std::vector<Finding> Supervisor::findings() const {
  std::vector<Finding> result;
  if (trip_) {
    result.push_back(describe_trip());
  }
  if (refusal_) {
    result.push_back(describe_refusal());
  }
  return result;
}

// What the boxes said of themselves: mostly why a signal is no longer good.
std::string Supervisor::troubles_of_links() const {
  std::string text;
  for (const ConnectResult& link : bench_.links()) {
    if (!link.trouble.empty()) {
      const bool ended = link.trouble.ends_with('.') || link.trouble.ends_with('?');
      text += " " + link.instrument + ": " + link.trouble + (ended ? "" : ".");
    }
  }
  return text;
}

Finding Supervisor::describe_trip() const {
  Finding f;
  f.verdict = Verdict::aborted;
  f.time = f.since = trip_->time;
  const SignalTable& signals = bench_.signals();
  if (trip_->source == Source::stale) {
    const SignalSpec& spec = signals.spec(watched_[trip_->index]);
    f.kind = FindingKind::stale;
    f.rule = "watch " + spec.name;
    f.signal = spec.name;
    f.expected = spec.name + " is good while anything is energised";
    f.seen = spec.name + " " + state_of(trip_->seen.quality);
    f.since = trip_->seen.time;
    f.sentence = "The bench tripped: " + f.seen + " while energised." + troubles_of_links();
    return f;
  }
  f.kind = FindingKind::limit;
  if (trip_->source == Source::bench_limit) {
    const BenchLimit& limit = bench_.limits()[trip_->index];
    f.rule = limit.name;
    f.expected = "never " + limit.never.text();
    f.signal = limit.never.inputs().empty() ? "" : signals.spec(limit.never.inputs().front()).name;
    f.sentence = "The bench tripped on its limit '" + limit.name + "' (" + limit.never.text() + ")";
  } else {
    const CaseLimit& limit = case_limits_[trip_->index];
    const SignalSpec& spec = signals.spec(limit.signal);
    f.rule = "limit " + spec.name;
    f.expected = fmt::format("{} between {} and {}", spec.name, format_rounded(limit.range.lo, spec.dimension),
                             format_rounded(limit.range.hi, spec.dimension));
    f.signal = spec.name;
    f.sentence = "The case's own limit tripped: " + f.expected;
  }
  if (!f.signal.empty()) {
    f.seen = f.signal + " " + text_of(trip_->seen.value, signals.spec(signals.require(f.signal)).dimension);
    f.sentence += "; seen " + f.seen;
  }
  f.sentence += ".";
  return f;
}

Finding Supervisor::describe_refusal() const {
  Finding f;
  f.kind = FindingKind::refused;
  f.verdict = Verdict::error;
  f.time = f.since = refusal_->time;
  const CommandSpec& spec = bench_.commands().spec(refusal_->command);
  f.rule = f.signal = spec.name;
  const std::string value = text_of(refusal_->value, spec.dimension);
  switch (refusal_->reason) {
    case Reason::no_number:
      f.expected = "a finite number";
      f.seen = spec.name + " = " + fmt::format("{}", refusal_->value);
      break;
    case Reason::out_of_range:
      f.expected = fmt::format(
          "{} between {} and {} ({})", spec.name, text_of(spec.range.lo, spec.dimension),
          text_of(spec.range.hi, spec.dimension),
          bench_.is_fixture_bound(refusal_->command) ? "what the fixture stands" : "what the instrument can do");
      f.seen = value;
      break;
    case Reason::not_ready:
      f.expected = "nothing is energised before all watched signals are good";
      f.seen = spec.name + " " + value + " while " + bench_.signals().spec(watched_[refusal_->not_good]).name +
               " is not good";
      break;
  }
  f.sentence = "The bench refused " + spec.name + " " + value + ": expected " + f.expected + ".";
  return f;
}

std::string Supervisor::not_ready_text(const SignalTable& signals) const {
  std::string text;
  for (const SignalId id : watched_) {
    if (!signals[id].good()) {
      text += (text.empty() ? "" : ", ") + signals.spec(id).name + " " + state_of(signals[id].quality);
    }
  }
  return text;
}

}  // namespace rig

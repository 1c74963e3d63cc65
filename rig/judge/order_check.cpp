#include "rig/judge/order_check.hpp"

#include <algorithm>

namespace rig {
namespace {

// A current limit below this is a zero, A (as sent in steps of 0.1 A).
constexpr double zero_limit = 0.1;
// An alarm goes out again when the protection has stopped the current: it counts as seen before for so long, s.
constexpr double remembered = 60.0;
// And what comes later than this behind the other is another event's: a protection may stand for as long as it likes,
// s.
constexpr double longest_lag = 60.0;
// A pack that wakes beyond both thresholds (in the cold, say) counts both delays from the same moment: which of the two
// is longer decides then, and each has a row of its own. s from the first sight of both, longer than both delays.
constexpr double waking = 10.0;

Interval latency_of(const std::string& signal, const Latencies& latencies) {
  if (signal.ends_with("_limit")) {
    return latencies.limit.interval();
  }
  if (signal.starts_with("pack.")) {
    return latencies.path.interval();
  }
  return signal.starts_with("io.") ? latencies.contact.interval() : latencies.flag.interval();
}

}  // namespace

OrderCheck::OrderCheck(const RequirementRow& row, std::size_t index, const Latencies& latencies,
                       const SignalTable& table)
    : row_(index),
      direction_(static_cast<std::size_t>(row.direction)),
      first_(optional_signal(table, row.first)),
      then_(optional_signal(table, row.then)),
      first_is_limit_(row.first.ends_with("_limit")) {
  const Interval first = latency_of(row.first, latencies);
  const Interval then = latency_of(row.then, latencies);
  width_ = first.hi - then.lo;
  // A lead of 0.2 s cannot be told from frames that come each second.
  const double lead = row.range ? row.range->interval().lo : 0.0;
  undecidable_ = lead > 0.0 && first.width() + then.width() > lead;
}

void OrderCheck::observe(const Tick& tick, const SignalTable& s, DivergenceLog& log) noexcept {
  const Sample& first = s[first_];
  const Sample& then = s[then_];
  if (undecidable_ || !then.good() || !first.good()) {
    return;
  }
  const double now = to_seconds(tick.start);
  woken_ = std::min(woken_, now + waking);
  const bool first_is = first_is_limit_ ? first.value < zero_limit : first.value != 0.0;
  const bool then_is = then.value != 0.0;
  if (then_is && !then_was_ && first_is && !first_was_) {
    together_ = tick.start;
  }
  first_was_ = first_is;
  if (first_is) {
    first_time_ = now;
  }
  if (then_is && !then_was_) {
    then_since_ = now;
    const bool before = now - first_time_ < remembered;
    judged_ += before ? 1 : 0;
    due_ = before || now < woken_ ? infinity : to_seconds(then.time) + width_ + to_seconds(tick.step);
  }
  then_was_ = then_is;
  if (!then_is || now - then_since_ > longest_lag) {
    due_ = infinity;  // what has not come by now belongs to another event, or is missing: its own row tells
  }
  if (due_ == infinity || !first_is) {
    return;
  }
  if (to_seconds(first.time) > due_) {
    ++judged_;
    if (!diverged_) {
      diverged_ = true;
      log.add(tick,
              {.fault = Fault::order,
               .row = row_,
               .direction = direction_,
               .seen = to_seconds(first.time) - (due_ - width_)},
              s);
    }
  }
  due_ = infinity;
}

}  // namespace rig

#include "drivers/can/stamp_clock.hpp"

#include <algorithm>

namespace rig::can {
namespace {

using Span = StampClock::Span;
using namespace std::chrono_literals;

// Adapters without a crystal are trimmed on the frames of their host, which a full-speed host sends within 500 ppm (USB
// 2.0, 7.1.11); 100 ppm for the clock of this machine.
constexpr std::int64_t drift_per_million = 600;
// How long a frame may lie in the adapter before the first answer to a question bounds it from the other side.
constexpr Span longest_delay = 10ms;

}  // namespace

// The nearest moment to the last one that has these 32 bits: a frame may be stamped a little before an answer that came
// earlier.
Span StampClock::unwrap(std::uint32_t stamp) noexcept {
  if (!last_stamp_) {
    last_ = std::chrono::microseconds(stamp);
  } else {
    last_ += std::chrono::microseconds(static_cast<std::int32_t>(stamp - *last_stamp_));
  }
  last_stamp_ = stamp;
  return last_;
}

void StampClock::grow(WallTime now) noexcept {
  const Span passed = std::max<Span>(now - as_of_, Span::zero());
  low_ -= passed * drift_per_million / 1'000'000;
  high_ += passed * drift_per_million / 1'000'000;
  as_of_ = std::max(as_of_, now);
}

// Bounds that exclude what was known: the adapter's clock began anew.
void StampClock::learn(Span low, Span high) noexcept {
  if (!known_ || low > high_ || high < low_) {
    known_ = true;
    low_ = low;
    high_ = high;
    return;
  }
  low_ = std::max(low_, low);
  high_ = std::min(high_, high);
}

void StampClock::sync(std::uint32_t stamp, WallTime asked, WallTime answered, Span age) noexcept {
  const Span said = unwrap(stamp);
  grow(answered);
  learn(asked.time_since_epoch() - age - said, answered.time_since_epoch() - said);
}

StampClock::Moment StampClock::at(std::uint32_t stamp, WallTime arrival) noexcept {
  const Span said = unwrap(stamp);
  grow(arrival);
  // How long a frame was under way it does not say, so it bounds from one side only, unless nothing else is known.
  const Span high = arrival.time_since_epoch() - said;
  const bool alone = !known_ || high < low_;
  learn(alone ? high - longest_delay : low_, high);
  const WallTime time{said + low_ + (high_ - low_) / 2};
  latest_ = std::max(latest_, std::min(time, arrival));
  return {latest_, uncertainty()};
}

}  // namespace rig::can

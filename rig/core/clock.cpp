#include "rig/core/clock.hpp"

#include <cerrno>
#include <ctime>

namespace rig {

void WallClock::start(Duration base_step) {
  origin_ = std::chrono::steady_clock::now();
  step_ = base_step;
  late_ = 0;
}

std::int64_t WallClock::wait_until(TimePoint deadline) noexcept {
  const auto target = origin_ + deadline.time_since_epoch();
  const auto since_epoch = target.time_since_epoch();
  timespec when{};
  when.tv_sec = static_cast<std::time_t>(since_epoch.count() / 1'000'000'000);
  when.tv_nsec = static_cast<long>(since_epoch.count() % 1'000'000'000);
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &when, nullptr) == EINTR) {
  }
  const auto lateness = std::chrono::steady_clock::now() - target;
  if (2 * lateness > step_) {
    ++late_;
  }
  return lateness >= step_ ? lateness / step_ : 0;
}

}  // namespace rig

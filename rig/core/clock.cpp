#include "rig/core/clock.hpp"

#include <cerrno>
#include <ctime>

namespace rig {

void WallClock::start(Duration base_step) {
  step_ = Duration{static_cast<std::int64_t>(static_cast<double>(base_step.count()) / timeline_.scale())};
  late_ = 0;
  lateness_ = {};
  timeline_.begin(std::chrono::steady_clock::now());
}

std::int64_t WallClock::wait_until(TimePoint deadline) noexcept {
  const auto target = timeline_.wall(deadline);
  const auto since_epoch = target.time_since_epoch();
  timespec when{};
  when.tv_sec = static_cast<std::time_t>(since_epoch.count() / 1'000'000'000);
  when.tv_nsec = static_cast<long>(since_epoch.count() % 1'000'000'000);
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &when, nullptr) == EINTR) {
  }
  const Duration lateness = std::chrono::steady_clock::now() - target;
  lateness_.add(lateness);
  if (2 * lateness > step_) {
    ++late_;
  }
  // Arming may fail before start(): the way out then waits on a clock that knows no step yet.
  return step_ > Duration{} && lateness >= step_ ? lateness / step_ : 0;
}

}  // namespace rig

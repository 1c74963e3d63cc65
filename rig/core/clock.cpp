#include "rig/core/clock.hpp"

#include <cerrno>
#include <ctime>

namespace rig {

namespace {

using namespace std::chrono_literals;

// Not a busy machine but one that stood, or a process that was stopped. Its links' threads stood too: a tick at once
// would see the bench as it was before, with all that was said meanwhile still unread.
constexpr Duration stood_for = 200ms;
constexpr timespec to_catch_up{.tv_sec = 0, .tv_nsec = 20'000'000};

}  // namespace

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
  Duration lateness = std::chrono::steady_clock::now() - target;
  lateness_.add(lateness);
  if (step_ > Duration{} && lateness > stood_for) {
    clock_nanosleep(CLOCK_MONOTONIC, 0, &to_catch_up, nullptr);
    lateness = std::chrono::steady_clock::now() - target;
  }
  if (2 * lateness > step_) {
    ++late_;
  }
  // Arming may fail before start(): the way out then waits on a clock that knows no step yet.
  return step_ > Duration{} && lateness >= step_ ? lateness / step_ : 0;
}

}  // namespace rig

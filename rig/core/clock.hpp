#pragma once
#include <chrono>
#include <cstdint>

#include "rig/core/lateness.hpp"
#include "rig/core/time.hpp"
#include "rig/core/timeline.hpp"

namespace rig {

// The only thing that waits. Call order: start() once, then wait_for(tick.start) before each tick.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual void start(Duration base_step) = 0;
  // Returns how many whole base steps were missed while waiting for `deadline` (0 when on time).
  virtual std::int64_t wait_until(TimePoint deadline) noexcept = 0;
  // Ticks that began more than half a step late.
  [[nodiscard]] std::int64_t late() const noexcept { return late_; }
  // How late the ticks began, in wall time; nothing for a clock that does not wait.
  [[nodiscard]] virtual const Lateness* lateness() const noexcept { return nullptr; }

 protected:
  std::int64_t late_ = 0;
};

// Never waits: an hour of test takes as long as its arithmetic.
class LockstepClock final : public Clock {
 public:
  void start(Duration) override {}
  std::int64_t wait_until(TimePoint) noexcept override { return 0; }
};

// Sleeps to absolute deadlines on the monotonic clock. Late: more than half a step; missed: a whole step.
class WallClock final : public Clock {
 public:
  // start() begins the timeline, whose scale stands by then; it outlives the clock.
  explicit WallClock(Timeline& timeline) : timeline_(timeline) {}
  void start(Duration base_step) override;
  std::int64_t wait_until(TimePoint deadline) noexcept override;
  [[nodiscard]] const Lateness* lateness() const noexcept override { return &lateness_; }

 private:
  Timeline& timeline_;
  Duration step_{};  // in wall time
  Lateness lateness_;
};

}  // namespace rig

#pragma once
#include <cstdint>
#include <optional>

#include "rig/instrument/transport.hpp"

namespace rig::can {

// What the microseconds of an adapter's own clock (32 bits, they wrap after 71 minutes) are in wall time, and how far
// that may be from the truth.
//
// Nothing is averaged: everything that is known bounds the distance of the two clocks from one side. A frame arrives
// after it was stamped; an answer to the question for the time was stamped between question and answer. Between two
// looks the bounds grow by what the adapter's clock may run fast or slow.
class StampClock {
 public:
  using Span = WallTime::duration;
  struct Moment {
    WallTime time;
    Span uncertainty;  // the truth is at most so far away, before or after
  };

  // The adapter said `stamp` when it was asked; its answer may be as old as `age` when it leaves the adapter.
  void sync(std::uint32_t stamp, WallTime asked, WallTime answered, Span age) noexcept;
  // When a frame was on the bus that carries `stamp` and arrived at `arrival`. Later than its arrival never, and in the
  // order of the calls: frames do not overtake each other on a bus.
  Moment at(std::uint32_t stamp, WallTime arrival) noexcept;
  [[nodiscard]] Span uncertainty() const noexcept { return (high_ - low_) / 2 + resolution; }
  // The adapter was started anew.
  void reset() noexcept { *this = {}; }

 private:
  static constexpr Span resolution = std::chrono::microseconds(1);
  Span unwrap(std::uint32_t stamp) noexcept;
  void grow(WallTime now) noexcept;
  void learn(Span low, Span high) noexcept;

  std::optional<std::uint32_t> last_stamp_;
  Span last_{};  // the same, unwrapped
  bool known_ = false;
  Span low_{}, high_{};  // wall time minus adapter's time lies between them
  WallTime as_of_{};
  WallTime latest_{};  // that was given out
};

}  // namespace rig::can

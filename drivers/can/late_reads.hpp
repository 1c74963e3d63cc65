#pragma once
#include <optional>

#include "rig/instrument/transport.hpp"

namespace rig::can {

// Whether what a thread reads has been waiting for it. One that did not come to read (the machine stood, the process
// was stopped, a write was held up) finds frames that came long ago, and does until it finds nothing.
class LateReads {
 public:
  using Span = WallTime::duration;
  // `usual`: from one read to the next at most, while nothing is wrong.
  explicit LateReads(Span usual) : usual_(usual) {}
  void begin(WallTime now) noexcept {
    last_ = now;
    since_.reset();
  }
  // A read ended. Since when what it found may have been waiting; nothing when that is no longer than usual.
  std::optional<WallTime> read(WallTime now, bool found) noexcept {
    if (!since_ && now - last_ > usual_) {
      since_ = last_;
    }
    last_ = now;
    const std::optional<WallTime> since = since_;
    if (!found) {
      since_.reset();
    }
    return since;
  }
  [[nodiscard]] bool behind() const noexcept { return since_.has_value(); }

 private:
  Span usual_;
  WallTime last_{};
  std::optional<WallTime> since_;
};

}  // namespace rig::can

#pragma once
#include <algorithm>
#include <optional>

#include "rig/judge/divergence.hpp"
#include "rig/signal/signal_group.hpp"

namespace rig {

// Whether the pack could be heard. A stalled or unplugged adapter is the bench's fault: what a pack seemed not to send
// from the adapter's last sign of life until a full round of frames has come again says nothing about the pack. So it
// is when frames got lost on their way, or came late: nobody knows which.
class AdapterWatch {
 public:
  explicit AdapterWatch(const SignalTable& table) : link_(optional_signal(table, "dut.link")) {}
  void add_to(SignalGroup& group) const { group.add(link_); }
  void observe(const Tick& tick, const SignalTable& s) noexcept {
    if (!link_.valid() || !s.changed(link_)) {
      return;
    }
    const Sample& link = s[link_];
    const bool unheard = !link.good();
    if (unheard && !unheard_) {
      from_ = std::min(link.time, tick.start);
      until_ = TimePoint::max();
      ever_ = true;
    } else if (!unheard && unheard_) {
      until_ = tick.start + round;
    }
    unheard_ = unheard;
    if (link.quality == Quality::invalid && !first_) {
      first_ = std::min(link.time, tick.start);
    }
  }
  // Now.
  [[nodiscard]] bool unheard() const noexcept { return unheard_; }
  // Something that was found at `time` may be for want of frames.
  [[nodiscard]] bool covers(TimePoint time) const noexcept { return ever_ && time >= from_ && time <= until_; }
  // When it was first away, which spoils a run whatever was found.
  [[nodiscard]] std::optional<TimePoint> first() const noexcept { return first_; }

 private:
  // In that time every frame of the pack has come again, with its latency.
  static constexpr Duration round = std::chrono::seconds(3);
  SignalId link_;
  bool unheard_ = false, ever_ = false;
  TimePoint from_{}, until_{};
  std::optional<TimePoint> first_;
};

}  // namespace rig

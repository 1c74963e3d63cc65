#pragma once
#include <cstdint>

#include "rig/model/long_press.hpp"
#include "rig/model/measured.hpp"

namespace rig {

// Whether the pack is off, or may be on its way there: what it had decided is gone then, and what it shows is no
// statement. Seen from outside: a long press of the button, a long time without current, and the silence on CAN.
class PowerWatch {
 public:
  explicit PowerWatch(const Requirements& requirements);
  void declare(SignalTable& table);
  // `off`: the case begins with a pack that is off.
  void restart(bool off) noexcept;
  // Every tick. Nothing here is in a hurry but what the button and the pack tell: the rest is looked at ten times a
  // second.
  void update(double now, const Measured& m) noexcept {
    const auto tenth = static_cast<std::int64_t>(now * 10.0);
    changed_ = false;
    if (tenth != tenth_ || (m.button.value == Truth::yes) != press_.pressed() || m.online.value != told_) {
      tenth_ = tenth;
      told_ = m.online.value;
      look(now, m);
    }
  }
  void publish(const Tick& tick, SignalTable& table) noexcept {
    if (unpublished_) {
      unpublished_ = false;
      write_silent(tick, table);
    }
  }

  [[nodiscard]] bool off() const noexcept { return off_; }
  // It has been idle for so long that it may go to sleep at any moment.
  [[nodiscard]] bool may_sleep() const noexcept { return may_sleep_; }
  // off() has changed in this tick.
  [[nodiscard]] bool changed() const noexcept { return changed_; }

 private:
  void look(double now, const Measured& m) noexcept;
  void write_silent(const Tick& tick, SignalTable& table) const noexcept;
  [[nodiscard]] bool starts(double now, const Measured& m) const noexcept;
  [[nodiscard]] bool long_idle(double now, const Measured& m) noexcept;

  double sleeps_after_;  // s without current, from which on a pack may go to sleep
  SignalId silent_id_;
  bool off_ = false;
  bool excused_ = false;  // it has a reason to be silent
  bool may_sleep_ = false;
  bool changed_ = false;
  bool unpublished_ = true;
  std::int64_t tenth_ = -1;        // s / 10 of the last look
  Truth told_ = Truth::unknown;    // the answer to "does it speak" of the last look
  bool heard_ = false;             // in this run
  Truth online_ = Truth::unknown;  // when somebody last listened; unknown: nobody ever did
  LongPress press_;
  double stopping_ = -infinity;  // a long press ended, s
  double idle_since_ = 0.0;      // s
};

}  // namespace rig

#pragma once
#include "rig/model/measured.hpp"

namespace rig {

// Voltages of the terminals with the current of their time, from boxes that are never read at the same moment (decision
// 0026). A voltage counts once a current of its moment or later says what flowed then. What comes while one waits waits
// behind it: a box that is always a little late would else never say anything.
class VoltagePairs {
 public:
  struct Pair {
    Interval voltage;                // V, all since the pair before
    Interval current;                // A, all of their time
    double time = 0.0, since = 0.0;  // s, of the newest voltage, and of the one before the oldest
    // These were so in every tick from the first voltage of the pair until now.
    bool source_on = true, source_off = true, load_on = true, load_off = true;
    [[nodiscard]] bool rests() const noexcept { return source_off && load_off; }
  };
  void restart() noexcept { *this = {}; }
  // Once a tick in which something was read, with a voltage and a current that are good. True: there is a new pair.
  bool update(const Measured& measured) noexcept;
  // The newest; its current and what was switched on follow until the next one.
  [[nodiscard]] const Pair& newest() const noexcept { return newest_.pair; }
  // There is one, and no voltage has come since.
  [[nodiscard]] bool up_to_date() const noexcept { return newest_.any && !waiting_.any; }

 private:
  struct Slot {
    Pair pair;
    bool any = false;
    void add(const MeasuredValue& voltage) noexcept;
    void follow(const Measured& measured) noexcept;
  };
  Slot newest_, waiting_, behind_;
  Interval current_;  // where it has been since the newest pair
  bool has_current_ = false;
};

}  // namespace rig

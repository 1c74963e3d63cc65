#pragma once
#include <string>

#include "rig/core/math.hpp"
#include "rig/signal/signal_table.hpp"

namespace rig {

// Writes a sample only when it says something new.
inline void write_changed(SignalTable& table, SignalId id, double value, TimePoint time,
                          Quality quality = Quality::good) noexcept {
  const Sample& sample = table[id];
  if (sample.value != value || sample.quality != quality) {
    table.write(id, value, time, quality);
  }
}

// A number that the pack shows, and the interval that a conforming pack's value lies in: model.<signal>.lo and .hi.
class BoundsSignal {
 public:
  void declare(SignalTable& table, const std::string& signal, Dimension dimension);
  void restart() noexcept {
    value_ = {};
    pending_ = true;
  }
  void set(Interval value) noexcept {
    pending_ = pending_ || value != value_;
    value_ = value;
  }
  [[nodiscard]] Interval value() const noexcept { return value_; }
  void publish(const Tick& tick, SignalTable& table) noexcept {
    if (pending_) {
      write_changed(table, lo_, value_.lo, tick.start);
      write_changed(table, hi_, value_.hi, tick.start);
      pending_ = false;
    }
  }

 private:
  SignalId lo_, hi_;
  Interval value_;
  bool pending_ = true;
};

}  // namespace rig

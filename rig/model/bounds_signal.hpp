#pragma once
#include <string>

#include "rig/core/math.hpp"
#include "rig/model/measured_value.hpp"
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

// Bounds of a report that may have to wait for a measurement of its own moment: model.<signal>.at says which report the
// ends are about, by the time at which it came. One report waits at a time; those that come meanwhile are not compared,
// else a pack that reports oftener than the rig measures never would be.
class ReportBounds {
 public:
  void declare(SignalTable& table, const std::string& signal, Dimension dimension);
  void restart() noexcept {
    bounds_.restart();
    awaited_ = false;
    settled_ = false;
  }
  // A report came: nothing is known of it yet. Whether it is the one that waits now.
  bool open(const MeasuredValue& report) noexcept {
    if (awaited_ || !report.fresh || !report.good) {
      return false;
    }
    came_ = report.time;
    said_ = report.latest;
    awaited_ = true;
    return true;
  }
  [[nodiscard]] bool awaited() const noexcept { return awaited_; }
  [[nodiscard]] double came() const noexcept { return came_; }  // s
  [[nodiscard]] Interval said() const noexcept { return said_; }
  void settle(Interval value) noexcept {
    bounds_.set(value);
    awaited_ = false;
    settled_ = true;
  }
  // No measurement came in time: nothing can be said of the report.
  void drop() noexcept { settle({}); }
  void publish(const Tick& tick, SignalTable& table) noexcept {
    bounds_.publish(tick, table);
    if (settled_) {
      write_changed(table, at_, came_, tick.start);
      settled_ = false;
    }
  }

 private:
  BoundsSignal bounds_;
  SignalId at_;
  double came_ = 0.0;  // s
  Interval said_;
  bool awaited_ = false;
  bool settled_ = false;
};

}  // namespace rig

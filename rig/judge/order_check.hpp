#pragma once
#include <string>

#include "rig/judge/divergence.hpp"
#include "rig/requirement/requirement.hpp"
#include "rig/signal/signal_group.hpp"

namespace rig {

// One signal shows before another: an alarm before its protection, a zero limit before the current stops. Both come
// with a latency that nobody knows, so only an order is told that no pair of latencies can explain.
class OrderCheck {
 public:
  OrderCheck(const RequirementRow& row, std::size_t index, const Latencies& latencies, const SignalTable& table);
  [[nodiscard]] bool bound() const noexcept { return first_.valid() && then_.valid(); }
  void add_to(SignalGroup& group) const {
    group.add(first_);
    group.add(then_);
  }
  // Called when one of the signals was written, and while it waits.
  void observe(const Tick& tick, const SignalTable& signals, DivergenceLog& log) noexcept;
  [[nodiscard]] bool waits() const noexcept { return due_ < infinity; }

  // At this tick both had come since the one before.
  [[nodiscard]] bool came_together_at(TimePoint time) const noexcept { return together_ == time; }

  [[nodiscard]] std::size_t row() const noexcept { return row_; }
  [[nodiscard]] bool judged() const noexcept { return judged_ > 0; }
  // The latencies are wider than the lead that the row demands: nothing can be told.
  [[nodiscard]] bool undecidable() const noexcept { return undecidable_; }

 private:
  std::size_t row_;
  std::size_t direction_;
  SignalId first_, then_;
  bool first_is_limit_;
  double width_;  // s by which the two latencies may differ, the longest
  bool undecidable_;
  bool first_was_ = true;
  TimePoint together_ = TimePoint::min();
  bool then_was_ = true;           // what stands at the start tells no order
  double woken_ = infinity;        // s, from when on an order tells something
  double first_time_ = -infinity;  // when the first last showed, s
  double then_since_ = -infinity;  // s
  double due_ = infinity;          // of what comes later it is sure that it came behind, s
  int judged_ = 0;
  bool diverged_ = false;
};

}  // namespace rig

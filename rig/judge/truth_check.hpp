#pragma once
#include <string>

#include "rig/judge/direction_watch.hpp"

namespace rig {

// A truth that the pack shows against what it may and must show.
class TruthCheck {
 public:
  struct Spec {
    Output output = Output::path;
    std::size_t direction = 0;             // 0 charge, 1 discharge
    std::size_t row = no_row;              // the row of a contact or an alarm; else found by the cause
    std::array<std::uint32_t, 2> masks{};  // the protections that it speaks for, of both directions
    std::string signal;
    bool inverted = false;  // true means allowed
  };
  TruthCheck(Spec spec, const SignalTable& table);
  // The bench and the reference have the signals.
  [[nodiscard]] bool bound() const noexcept { return seen_.valid() && may_.valid(); }
  // `state` of the check's direction. Called when one of the signals was written.
  void observe(const Tick& tick, const SignalTable& signals, double state, std::size_t index,
               DivergenceLog& log) noexcept;
  void add_to(SignalGroup& group) const;
  // The answer may be another one than at the last observe(): a reading that only came again says nothing new.
  [[nodiscard]] bool moved(const SignalTable& s) const noexcept {
    const Sample& seen = s[seen_];
    return seen.value != last_value_ || seen.quality != last_quality_ || s.changed(may_) || s.changed(must_);
  }
  // Its reading is sampled by the bench, perhaps in each tick, and does not come with a frame.
  [[nodiscard]] bool sampled() const noexcept {
    return spec_.output == Output::path || spec_.output == Output::contact;
  }

  [[nodiscard]] const Spec& spec() const noexcept { return spec_; }
  [[nodiscard]] bool judged() const noexcept { return judged_; }
  [[nodiscard]] bool shown() const noexcept { return shown_; }      // when it was heard of last, in the sense "blocked"
  [[nodiscard]] bool forced() const noexcept { return forced_; }    // a conforming pack had no choice, once at least
  [[nodiscard]] bool was_due() const noexcept { return was_due_; }  // it had to be shown
  [[nodiscard]] bool undecided() const noexcept { return undecided_; }
  // At this tick the pack showed another answer than before.
  [[nodiscard]] bool turned_at(TimePoint time) const noexcept { return turned_ == time; }
  // The row of a divergence, from the causes when it came.
  [[nodiscard]] static std::size_t row_of(const Spec& spec, Fault fault, const Circumstances& at,
                                          const RuleTable& rules) noexcept;

 private:
  [[nodiscard]] Fault fault_of(bool shown, double state) const noexcept;

  Spec spec_;
  SignalId seen_, may_, must_;
  bool followed_ = false;  // has been seen blocked in the present event
  bool diverged_ = false;
  bool judged_ = false;
  bool forced_ = false;
  bool was_due_ = false;
  bool undecided_ = false;
  bool shown_ = false;
  TimePoint turned_ = TimePoint::min();
  double last_value_ = 0.0;
  Quality last_quality_ = Quality::never;
};

}  // namespace rig

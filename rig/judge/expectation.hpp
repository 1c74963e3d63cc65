#pragma once
#include <optional>
#include <string>

#include "rig/judge/monitor.hpp"
#include "rig/signal/expression.hpp"
#include "rig/signal/witness.hpp"

namespace rig {

// What an Expectation is told; times count from the tick in which its step began.
struct ExpectationSpec {
  std::string name;  // "expect.0"
  Expression that;
  std::optional<Duration> within;  // must become true no later than `after + within`
  std::optional<Duration> stays;   // must then stay true this long without a gap
  Duration after{};                // not looked at before
  std::uint32_t step = 0;          // armed while script.step is this
  std::string step_name;
};

// Judges one `expect` of a step. Armed in the tick in which script.step becomes its step, it looks from the next tick
// on, when what the step has set is in force.
//
//   neither within nor for   must be true at the first look
//   within D                 must be true at one look no later than after + D
//   for D                    must be true at the first look and stay so for D
//   within D, for E          an unbroken stretch of E must begin no later than after + D
//
// Data that is not good is no answer: looks go on, the state is `undecided`, and a stretch of `for` is broken. What
// could not be decided for that reason ends as `failed` with a finding of kind `stale` and verdict invalid; data that
// is good and false where it had to be true is a finding of kind `expectation`. Without `within`, bad data is waited
// for 1 s. A step that ends before the decision leaves the expectation undecided, without a finding.
//
// Ticks that were missed are looks that were not made. What is true behind them in time is true; where the answer hangs
// on one of these looks (the only one, the last one in time, one in the middle of a stretch) it is as with bad data,
// and the looks go on: what is false where it had to be true is still a finding of kind `expectation`.
class Expectation final : public Monitor {
 public:
  Expectation(ExpectationSpec spec, const SignalTable& signals);
  MonitorState observe(const Tick& tick, const SignalTable& signals) noexcept override;
  [[nodiscard]] std::vector<Finding> findings() const override;
  [[nodiscard]] bool decided() const noexcept override;
  [[nodiscard]] const std::string& name() const noexcept override { return spec_.name; }
  [[nodiscard]] const ExpectationSpec& spec() const noexcept { return spec_; }
  [[nodiscard]] MonitorState state() const noexcept { return state_; }
  // How long bad data is waited for where no `within` says it.
  static constexpr Duration patience = std::chrono::seconds(1);

 private:
  MonitorState look(TimePoint now, const SignalTable& signals) noexcept;
  void look_across(const Tick& tick, const SignalTable& signals) noexcept;
  MonitorState look_good_and_true(TimePoint now, const SignalTable& signals) noexcept;
  MonitorState look_false(TimePoint now, const SignalTable& signals) noexcept;
  MonitorState look_bad(TimePoint now, const SignalTable& signals) noexcept;
  MonitorState fail(bool stale, TimePoint now, const SignalTable& signals) noexcept;
  [[nodiscard]] TimePoint first_look() const noexcept { return armed_at_ + spec_.after; }
  [[nodiscard]] TimePoint deadline() const noexcept { return first_look() + spec_.within.value_or(Duration::zero()); }
  [[nodiscard]] std::string wording() const;

  ExpectationSpec spec_;
  SignalId step_signal_;
  Witness witness_;
  MonitorState state_ = MonitorState::idle;
  bool armed_ = false;
  bool looked_ = false;       // at good data
  bool in_stretch_ = false;   // true since stretch_begin_
  bool stale_ = false;        // the finding is that the data was bad
  bool late_ = false;         // it came true behind the deadline
  bool broke_ = false;        // it had been true and became false
  std::optional<Gap> doubt_;  // it may have been otherwise just then, and the answer hangs on it
  TimePoint armed_at_{};
  TimePoint stretch_begin_{};
  TimePoint failed_at_{};
};

}  // namespace rig

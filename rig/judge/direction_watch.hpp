#pragma once
#include "rig/judge/divergence.hpp"
#include "rig/judge/rule_table.hpp"
#include "rig/signal/signal_group.hpp"

namespace rig {

// What a run saw of one direction: the events that the reference adopted, how often it toggled, and whether the pack's
// parameters stay one number each.
class DirectionWatch {
 public:
  static constexpr double state_open = 1.0;
  static constexpr double state_blocked = 2.0;

  DirectionWatch(const RuleTable& rules, std::size_t direction, const SignalTable& table, std::size_t chatter_row);
  void add_to(SignalGroup& group) const {
    group.add(events_);
    group.add(parameter_signals_);
  }
  void observe(const Tick& tick, const SignalTable& signals, DivergenceLog& log) noexcept;
  void finish(TimePoint end) noexcept;

  [[nodiscard]] double state() const noexcept { return state_; }
  [[nodiscard]] std::uint32_t adopted_causes() const noexcept { return adopted_causes_; }  // of events in this run
  [[nodiscard]] std::uint32_t must_reached() const noexcept { return must_reached_; }      // rules, one bit each
  [[nodiscard]] std::uint32_t single_causes() const noexcept { return single_causes_; }
  [[nodiscard]] double may_share() const noexcept { return open_time_ > 0 ? may_time_ / open_time_ : 0.0; }
  [[nodiscard]] Interval parameter(std::size_t row) const noexcept;

 private:
  struct Parameter {
    std::size_t row;
    SignalId lo, hi;
    Interval value;
    bool diverged = false;
  };
  // Where a voltage has to come back to before its protection lets go, in V of the battery.
  struct Return {
    std::uint32_t cause;  // its bit
    Interval battery;
  };
  void count_time(TimePoint now) noexcept;
  void add_return(const RuleTable& rules, std::size_t protection);
  [[nodiscard]] bool may_let_go(const SignalTable& signals) const noexcept;
  void change(const Tick& tick, double state, std::uint32_t causes, const SignalTable& s, DivergenceLog& log) noexcept;
  void check_parameters(const Tick& tick, const SignalTable& s, DivergenceLog& log) noexcept;

  std::size_t direction_;
  std::size_t chatter_row_;
  double chatter_rate_ = infinity;
  SignalId state_id_, causes_id_, due_id_, battery_lo_id_, battery_hi_id_;
  SignalGroup events_, parameter_signals_;
  std::vector<Parameter> parameters_;
  std::vector<Return> returns_;
  std::uint32_t blocked_by_ = 0;  // what may be the cause of the block that lasts, or of the last one
  double state_ = 0.0;
  bool came_back_ = false;  // the voltage has, since the block began
  bool was_open_ = false;
  bool first_ = true;
  bool may_ = false;
  bool chatter_diverged_ = false;
  std::uint32_t adopted_causes_ = 0, must_reached_ = 0, single_causes_ = 0;
  TimePoint counted_{};
  double may_time_ = 0.0, open_time_ = 0.0;
  std::array<double, 8> transitions_{};  // times of the latest changes of state
  std::size_t transition_count_ = 0;
};

}  // namespace rig

#pragma once
#include <optional>
#include <string>
#include <vector>

#include "rig/judge/divergence.hpp"
#include "rig/judge/rule_table.hpp"
#include "rig/signal/signal_group.hpp"

namespace rig {

// A number that the pack shows against the interval that a conforming pack's lies in. Several rows may speak of one
// signal.
class NumberCheck {
 public:
  NumberCheck(std::string signal, std::size_t direction, const SignalTable& table);
  void add_row(std::size_t row, RowKind kind);
  [[nodiscard]] bool bound() const noexcept { return seen_.valid() && lo_.valid(); }
  void add_to(SignalGroup& group) const {
    group.add(seen_);
    if (at_.valid()) {
      group.add(at_);
    }
  }
  [[nodiscard]] bool written(const SignalTable& signals) const noexcept {
    return signals.changed(seen_) || (at_.valid() && signals.changed(at_));
  }
  void observe(const Tick& tick, const SignalTable& signals, std::size_t index, const RuleTable& rules,
               DivergenceLog& log) noexcept;

  [[nodiscard]] const std::string& signal() const noexcept { return signal_; }
  [[nodiscard]] bool concerns(std::size_t row) const noexcept;
  [[nodiscard]] bool judged() const noexcept { return judged_; }
  [[nodiscard]] double margin() const noexcept { return margin_; }
  // A limit that the pack changes with its state: at this tick came one that could not have stood before, or the one
  // before could not stand any more. Known when it is compared, perhaps some ticks later.
  [[nodiscard]] bool turned_at(TimePoint time) const noexcept { return turned_ == time; }
  // The reference has named this row as the one that bounds the number.
  [[nodiscard]] bool named(std::size_t row) const noexcept;

 private:
  // While one waits for its ends, others pass by.
  struct Awaited {
    double value = 0.0;
    TimePoint time{};
    TimePoint tick{};
  };
  void look(const Tick& tick, const SignalTable& signals) noexcept;
  [[nodiscard]] bool ends_are_about(const Awaited& number, const SignalTable& signals) const noexcept;
  [[nodiscard]] std::size_t row_of(double seen, Interval allowed, const SignalTable& signals,
                                   const RuleTable& rules) const noexcept;
  [[nodiscard]] static std::size_t named_row(SignalId hint, const SignalTable& signals) noexcept;
  [[nodiscard]] std::size_t of_kind(RowKind kind, const RuleTable& rules) const noexcept;

  std::string signal_;
  std::size_t direction_;
  std::vector<std::size_t> rows_;
  std::vector<bool> named_;  // in the order of rows_
  SignalId seen_, lo_, hi_;
  SignalId at_;               // which sample the ends are about, where they may come later than the number itself
  SignalId row_lo_, row_hi_;  // which row the reference names for each end, where several bound one signal
  std::optional<Awaited> awaited_;
  TimePoint last_ = TimePoint::min();  // what came last
  double last_value_ = 0.0;
  Interval last_allowed_;
  bool follows_state_ = false;  // a row says when it is zero
  TimePoint turned_ = TimePoint::min();
  bool diverged_ = false;
  bool judged_ = false;
  double margin_ = infinity;
};

}  // namespace rig

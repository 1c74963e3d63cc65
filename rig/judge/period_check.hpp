#pragma once
#include "rig/judge/divergence.hpp"
#include "rig/requirement/row.hpp"
#include "rig/signal/signal_group.hpp"

namespace rig {

// A cyclic frame that comes in time, evenly and without gaps. A row that names a dialect says nothing about a pack that
// speaks another one, or none that is known: such a pack may never send the frame.
class PeriodCheck {
 public:
  PeriodCheck(const RequirementRow& row, std::size_t index, const SignalTable& table);
  // With engineering defaults alone nothing can.
  [[nodiscard]] static bool can_fail(const RequirementRow& row);

  [[nodiscard]] bool bound() const noexcept { return period_.valid() && dialect_.known; }
  void add_to(SignalGroup& group) const;
  void observe(const Tick& tick, const SignalTable& signals, std::size_t index, DivergenceLog& log) noexcept;
  // Until then nobody listened, or frames got lost on their way: a silence counts from there. What came behind it has a
  // period when the port knows one.
  void nobody_heard(TimePoint until) noexcept { heard_from_ = until; }
  [[nodiscard]] std::size_t row() const noexcept { return row_; }
  // In a longer time more than one frame comes. Everything when only an engineering default says so.
  [[nodiscard]] Duration shortest() const noexcept {
    return range_.lo > 0.0 && range_.lo < 1e6 ? from_seconds(range_.lo) : Duration::max();
  }
  [[nodiscard]] bool judged() const noexcept { return judged_; }
  [[nodiscard]] double margin() const noexcept { return margin_; }

 private:
  struct SpokenDialect {
    SignalId spoken;      // not valid: the row is for all packs
    double wanted = 0.0;  // its label's number
    bool known = true;    // false: the table has no such dialect
  };
  struct AtMost {
    SignalId seen;
    double limit = infinity;
    bool diverged = false;
  };
  static SpokenDialect dialect_of(const RequirementRow& row, const SignalTable& table);
  static AtMost at_most(const std::optional<OriginNumber>& limit, const RequirementRow& row, const char* kind,
                        const SignalTable& table);
  [[nodiscard]] bool is_for_this_pack(const SignalTable& signals) const noexcept;
  void observe_period(const Tick& tick, const SignalTable& s, std::size_t index, DivergenceLog& log) noexcept;
  void observe(AtMost& what, Fault fault, const Tick& tick, const SignalTable& s, std::size_t index,
               DivergenceLog& log) const noexcept;

  std::size_t row_;
  SignalId period_;  // as measured between the last two frames
  Interval range_;
  AtMost jitter_, gaps_;
  SpokenDialect dialect_;
  SignalId silent_;  // the pack has a reason to say nothing
  TimePoint last_{};
  TimePoint heard_from_{};  // since then without interruption
  bool first_ = true;
  bool paused_ = false;
  bool diverged_ = false;
  bool judged_ = false;
  double margin_ = infinity;
};

}  // namespace rig

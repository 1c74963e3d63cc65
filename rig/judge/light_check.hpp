#pragma once
#include <vector>

#include "rig/judge/divergence.hpp"
#include "rig/requirement/requirement.hpp"
#include "rig/signal/light_words.hpp"

namespace rig {

// The front panel against what the reference allows: its pattern, its level, and the times of its flashes.
//
// A pattern that is not allowed has to be seen for some time in all before it diverges: what permits it (a flag, a
// report of SOC) may still be on its way. `unknown` is no evidence, for or against.
class LightCheck {
 public:
  LightCheck(const Requirements& requirements, const SignalTable& table, bool wanted);
  [[nodiscard]] bool bound() const noexcept { return panel_.valid() && may_.valid(); }
  // Every now and then: what it compares stands for longer.
  void observe(const Tick& tick, const SignalTable& signals, DivergenceLog& log) noexcept;

  [[nodiscard]] bool judged() const noexcept;
  // A conforming pack had no choice, once at least.
  [[nodiscard]] bool judged(std::size_t row) const noexcept;
  // Of the times of its flash; infinity when none was judged.
  [[nodiscard]] double margin(std::size_t row) const noexcept;

 private:
  struct Time {
    SignalId value, uncertainty;
    Interval allowed{};  // s; everything when it is only a default
    TimePoint last = TimePoint::min();
  };
  struct Row {
    std::size_t row = no_row;
    PanelPattern pattern = PanelPattern::unknown;  // unknown: the level
    Time on, off;
    bool judged = false, diverged = false;
    double margin = infinity;
  };
  void observe_pattern(const Tick& tick, const SignalTable& s, double dt, DivergenceLog& log) noexcept;
  void observe_level(const Tick& tick, const SignalTable& s, double dt, DivergenceLog& log) noexcept;
  void observe_time(const Tick& tick, const SignalTable& s, Row& row, Time& time, DivergenceLog& log) noexcept;
  void diverge(const Tick& tick, const SignalTable& s, Row& row, Divergence divergence, DivergenceLog& log) noexcept;
  [[nodiscard]] Row* row_of(std::uint32_t may, PanelPattern seen) noexcept;
  [[nodiscard]] Row* find(PanelPattern pattern) noexcept;

  SignalId panel_, run_, top_, color_, level_, may_, level_lo_, level_hi_;
  std::vector<Row> rows_;
  double last_ = 0.0;                           // s
  double pattern_off_ = 0.0, level_off_ = 0.0;  // so long it was not as it may be, s
  bool any_judged_ = false;
};

}  // namespace rig

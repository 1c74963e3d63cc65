#pragma once
#include <optional>
#include <string>

#include "rig/judge/monitor.hpp"
#include "rig/judge/neighbours.hpp"
#include "rig/signal/expression.hpp"
#include "rig/signal/witness.hpp"

namespace rig {

struct LimitSpec {
  enum class Kind : std::uint8_t { never, always, whenever };
  std::string name;  // "always.0"
  Kind kind = Kind::always;
  Expression condition;
  std::optional<Expression> then;  // of whenever
  Duration within{};               // of whenever: at once, or no later than this
};

// Watches one item of a case's `always` list from the first tick to the last, `finally` included.
//
//   never A                     A must be false at every tick
//   always A                    A must be true at every tick
//   whenever A then B within D  for every tick at which A is true, B is true then or no later than D afterwards
//
// Before the data has come for the first time nothing is judged. A gap in the data of up to 1 s is bridged; a longer
// one is a finding of kind `stale`, verdict invalid, because nobody can say that the rule held. Ticks that were missed
// are bridged as long, and only when the readings on both sides are clear of the rule (Neighbours); what a `whenever`
// owes across them counts from both ends. The first violation is final. A `whenever` whose A never came true was not
// tested: decided() is false.
class LimitMonitor final : public Monitor {
 public:
  LimitMonitor(LimitSpec spec, const SignalTable& signals);
  MonitorState observe(const Tick& tick, const SignalTable& signals) noexcept override;
  [[nodiscard]] std::vector<Finding> findings() const override;
  [[nodiscard]] bool decided() const noexcept override { return decided_; }
  [[nodiscard]] const std::string& name() const noexcept override { return spec_.name; }
  static constexpr Duration patience = std::chrono::seconds(1);

 private:
  MonitorState watch_simple(TimePoint now, const SignalTable& signals) noexcept;
  MonitorState watch_response(TimePoint now, const std::optional<Gap>& missed, const SignalTable& signals) noexcept;
  void look_across(const Gap& gap, const SignalTable& signals) noexcept;
  [[nodiscard]] bool may_hide(const Gap& gap, const SignalTable& signals) const noexcept;
  void close_debt(bool late, TimePoint now, const SignalTable& signals) noexcept;
  MonitorState bad_data(TimePoint now, const SignalTable& signals) noexcept;
  void note_gap(TimePoint since, TimePoint now, const SignalTable& signals) noexcept;
  MonitorState violated(TimePoint since, TimePoint now, const SignalTable& signals) noexcept;
  [[nodiscard]] std::string wording() const;

  LimitSpec spec_;
  Witness witness_;        // at the violation
  Witness stale_witness_;  // at the first long gap
  Neighbours last_look_;
  MonitorState state_ = MonitorState::idle;  // of the last look
  bool looked_ = false;
  bool seen_ = false;  // good data has come once
  bool decided_ = false;
  bool violated_ = false;
  bool open_ = false;    // whenever: A came, B has not yet
  bool unseen_ = false;  // B could not be seen at some tick since then
  bool gap_ = false;     // data is bad since gap_begin_
  bool long_gap_ = false;
  TimePoint open_since_{};
  TimePoint open_from_{};        // A may have come since then, where ticks were missed
  std::optional<Gap> debt_gap_;  // A came in it, or B may have
  std::optional<Gap> spoiled_;   // the first gap across which it could not be judged
  TimePoint gap_begin_{};
  TimePoint long_gap_at_{};
  TimePoint long_gap_since_{};
  TimePoint violated_at_{};
  TimePoint violated_since_{};
};

}  // namespace rig

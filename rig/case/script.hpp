#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "rig/case/event_value.hpp"
#include "rig/case/outside_port.hpp"
#include "rig/case/program.hpp"
#include "rig/core/gap.hpp"
#include "rig/signal/witness.hpp"

namespace rig {

// Why the steps ended early, apart from a failed expectation (its monitor has the finding).
enum class ScriptFaultKind : std::uint8_t {
  timeout,       // an `until` did not come true
  stale,         // it could not be seen whether it did, or a set-point could not be computed: the data was not good
  refused,       // a computed set-point is outside the instrument's range
  undecided,     // an expectation was never decided: its column does not move
  case_timeout,  // the case took longer than its `timeout`
  stopped        // stop() was called
};

struct ScriptFault {
  ScriptFaultKind kind = ScriptFaultKind::timeout;
  std::uint32_t step = 0;
  TimePoint time{};
  TimePoint since{};    // when the step began
  CommandId command{};  // of refused and stale set-points
  double value = 0.0;   // what was refused
};

// What missed ticks left open, although the steps went on.
struct ScriptDoubt {
  enum class About : std::uint8_t {
    until,     // it came, but perhaps behind its timeout
    kept,      // a value at the end of an `until` or at an event, of which nobody knows when it was
    measured,  // the same of a measure
    hold       // it lasted longer than the step says, by more than a tenth
  };
  About about = About::until;
  std::uint32_t step = 0;
  std::size_t value = 0;  // its place among those that the step keeps, or the number of the measure
  Gap gap;
};

struct ScriptFaultText {
  std::string step;
  std::string rule;  // the expression or the set-point
  std::string expected;
  std::string seen;
  std::string sentence;  // the whole
};

// Walks the steps of a program and writes what the case wants. README.md says what a step means, tick by tick.
//
// Order of calls: advance() once per tick, after the instruments were sampled and before model and judges. It reads
// judge.expect.<i> of the tick before, so these signals must be declared and the table sealed when it is made.
// advance() neither allocates nor throws.
//
// Of an open program (Program::open) it does one step at a time and waits for the next one in between.
class Script {
 public:
  // `outside` does the work that is not the loop's; it may be missing when the program has none.
  Script(const Program& program, const SignalTable& signals, const CommandTable& commands,
         OutsidePort* outside = nullptr);
  void advance(const Tick& tick, SignalTable& signals, CommandRow& wanted) noexcept;
  // Gives up the steps: `finally` runs from the next tick on.
  void stop() noexcept { stop_ = true; }

  // No step runs any more, nor will: what was expected in one stays open.
  void leave(TimePoint now, SignalTable& signals) const noexcept;

  // Of an open program: nothing is under way, and the set-points stay as they are. A step is over in the tick in which
  // it has nothing left to wait for.
  [[nodiscard]] bool waits() const noexcept { return phase_ == Phase::waiting && !taken_up_; }
  // While it waits, between two ticks: this step of the program begins in the next tick. Allocates.
  void take_up(std::uint32_t step, const SignalTable& signals);
  // How the step that was taken up last ended.
  [[nodiscard]] bool step_failed() const noexcept { return step_failed_; }
  // What the case asks of each command at this moment; an obedient PCS may hold it back.
  [[nodiscard]] std::span<const double> asked() const noexcept { return asked_; }

  // The last step and `finally` are over; nothing more will be wanted.
  [[nodiscard]] bool done() const noexcept { return phase_ == Phase::done; }
  // The steps ended before their end: a fault, or a failed expectation.
  [[nodiscard]] bool failed() const noexcept { return failed_; }
  [[nodiscard]] bool in_finally() const noexcept { return phase_ == Phase::finally; }
  [[nodiscard]] std::uint32_t step() const noexcept { return step_; }
  [[nodiscard]] const Program& program() const noexcept { return program_; }

  [[nodiscard]] std::span<const ScriptFault> faults() const noexcept { return {faults_.data(), fault_count_}; }
  [[nodiscard]] std::span<const ScriptDoubt> doubts() const noexcept { return doubts_; }
  [[nodiscard]] ScriptFaultText text(const ScriptFault& fault) const;  // after the loop
  [[nodiscard]] std::string sentence(const ScriptDoubt& doubt) const;  // after the loop

 private:
  enum class Phase : std::uint8_t { idle, steps, waiting, finally, done };
  enum class Progress : std::uint8_t { busy, finished, failed };
  struct RampState {
    double from = 0.0;
    double to = 0.0;
    bool done = false;
  };
  struct EventState {
    EventValue history;
    bool before = false;  // the event's truth at the tick before
    bool taken = false;
  };

  void run_step(const Tick& tick, SignalTable& signals) noexcept;
  void enter(std::uint32_t step, const Tick& tick, SignalTable& signals) noexcept;
  void enter_or_finish(std::uint32_t step, const Tick& tick, SignalTable& signals) noexcept;
  void leave_steps(const Tick& tick, SignalTable& signals) noexcept;
  void begin_steps(const Tick& tick, SignalTable& signals) noexcept;
  void go_on_waiting(const Tick& tick, SignalTable& signals) noexcept;
  bool begin_settings(const StepCode& code, const Tick& tick, const SignalTable& signals) noexcept;
  bool resolve(CommandId command, const Expression& value, const Tick& tick, const SignalTable& signals,
               double& out) noexcept;
  bool move_ramps(const StepCode& code, Duration elapsed) noexcept;
  Progress look_at_until(const StepCode& code, const Tick& tick, const SignalTable& signals) noexcept;
  Progress look_at_expectations(const StepCode& code, const Tick& tick, const SignalTable& signals) noexcept;
  Progress look_at_outside(const StepCode& code, const Tick& tick, SignalTable& signals) noexcept;
  void begin_events(const StepCode& code, const Tick& tick, const SignalTable& signals) noexcept;
  // The value beside the current, for the event to come.
  void remember(const KeepCode& code, EventValue& history, const Tick& tick, const SignalTable& signals) const noexcept;
  void watch_events(const StepCode& code, const Tick& tick, SignalTable& signals) noexcept;
  void take_values(const StepCode& code, const Tick& tick, SignalTable& signals) noexcept;
  void take_measure(const CompiledMeasure& measure, const Tick& tick, SignalTable& signals) noexcept;
  void know_companions(const Expression& value, const SignalTable& signals);
  void look_at_companions(const SignalTable& signals) noexcept;
  void keep(SignalId signal, SignalId uncertainty, double value, double expanded, TimePoint time,
            SignalTable& signals) noexcept;
  // Of ticks that were missed.
  void doubt(ScriptDoubt::About about, std::size_t value, const Gap& gap) noexcept;
  void look_across(const StepCode& code, const Gap& gap, bool until_came) noexcept;
  void note_gap(const Tick& tick) noexcept;
  [[nodiscard]] const Gap* gap_at_event(TimePoint seen, TimePoint now) const noexcept;
  [[nodiscard]] bool is_judged(SignalId kept) const noexcept;
  void report(ScriptFaultKind kind, const Tick& tick, const SignalTable& signals, CommandId command = {},
              double value = 0) noexcept;
  void want(const Tick& tick, const SignalTable& signals, CommandRow& wanted) noexcept;
  [[nodiscard]] const StepCode& code() const noexcept { return program_.steps[step_]; }

  const Program& program_;
  const CommandTable& commands_;
  OutsidePort* outside_;
  SignalId step_signal_, time_signal_;
  SignalId current_{};  // pack.current, if the bench has it
  std::vector<SignalId> judged_;
  std::vector<KnownUncertainty> known_;
  // Signals that tell their uncertainty in a companion `<name>.u`: its id, and the place in known_.
  std::vector<std::pair<SignalId, std::size_t>> companions_;
  std::vector<Witness> witnesses_;  // of each step's until
  std::vector<double> asked_;       // per set-point, before an obedient PCS holds it back
  bool asks_anew_ = true;           // these may have changed since the last tick
  std::vector<double> scratch_;
  std::vector<RampState> ramps_;
  std::vector<EventState> events_;
  std::vector<ScriptFault> faults_;
  std::size_t fault_count_ = 0;
  std::vector<ScriptDoubt> doubts_;
  std::array<Gap, 8> gaps_{};  // the last ones
  std::size_t gap_count_ = 0;
  bool uses_time_ = false;

  Phase phase_ = Phase::idle;
  std::uint32_t step_ = 0;
  TimePoint begin_{};
  TimePoint step_begin_{};
  TimePoint next_look_{};
  bool until_came_ = false;
  bool failed_ = false;
  bool step_failed_ = false;
  bool taken_up_ = false;
  bool stop_ = false;
};

// Holds what the case wants inside what the pack permits: CVL, CCL, DCL, and nothing at all where charging or
// discharging is not allowed or the pack's word is missing or old. One that charges on request holds the charge back
// until the pack asks for it.
class ObedientPcs {
 public:
  // `elapsed`: since the start of the case.
  static void limit(const PcsCode& pcs, Duration elapsed, const SignalTable& signals, CommandRow& wanted) noexcept;
};

}  // namespace rig

#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "rig/bench/bench.hpp"
#include "rig/case/program.hpp"
#include "rig/judge/verdict.hpp"
#include "rig/signal/signal_group.hpp"

namespace rig {

// Stands between what a case wants and what the bench gets. It trips on what it sees and refuses what it is asked; it
// never clips in silence.
//
// inspect(): limits of the bench, narrower limits of the case, and, while energised, the age of every watched signal. A
// trip is final: the bench is made safe at once and nothing can be energised again.
// admit(): a row with a number that is none, a set-point outside instrument or fixture, or an output switched on before
// all watched signals are good, is refused as a whole; what was in force stays.
// Both run inside the loop: no allocation, no exception.
class Supervisor {
 public:
  // The bench is sealed, and outlives the supervisor.
  Supervisor(Bench& bench, std::span<const CompiledLimit> case_limits);

  void inspect(const Tick& tick, const SignalTable& signals) noexcept;
  void admit(const Tick& tick, const CommandRow& wanted) noexcept;
  // From now on nothing is energised, whatever is wanted: the way out has begun.
  void hold_safe() noexcept;

  [[nodiscard]] const CommandRow& admitted() const noexcept { return admitted_; }
  [[nodiscard]] bool ready() const noexcept { return ready_; }  // every watched signal was good at the last look
  [[nodiscard]] bool energised() const noexcept { return energised_; }
  [[nodiscard]] bool tripped() const noexcept { return trip_.has_value(); }
  [[nodiscard]] bool refused() const noexcept { return refusal_.has_value(); }
  [[nodiscard]] TripCause cause() const noexcept { return trip_ ? trip_->cause : TripCause::other; }

  // After the loop.
  [[nodiscard]] std::vector<Finding> findings() const;
  // The watched signals that are not good now, for messages.
  [[nodiscard]] std::string not_ready_text(const SignalTable& signals) const;

 private:
  enum class Source : std::uint8_t { bench_limit, case_limit, stale };
  struct CaseLimit {
    SignalId signal;
    Interval range;
  };
  struct Trip {
    Source source;
    std::size_t index;  // of the limit or of the watched signal
    TripCause cause;
    TimePoint time;
    Sample seen;
  };
  enum class Reason : std::uint8_t { no_number, out_of_range, not_ready };
  struct Refusal {
    Reason reason;
    CommandId command;
    double value;
    TimePoint time;
    std::size_t not_good;  // of the watched signals
  };

  // True when a limit was violated for as long as it takes; the bench is safe then.
  bool look_at_limits(const Tick& tick, const SignalTable& signals) noexcept;
  void look_for_bad(const SignalTable& signals) noexcept;
  void watch_ages(const Tick& tick, const SignalTable& signals) noexcept;
  void trip(const Trip& trip) noexcept;
  bool refuse(Reason reason, CommandId command, double value, const Tick& tick) noexcept;
  [[nodiscard]] bool fits(const Tick& tick, const CommandRow& wanted) noexcept;
  [[nodiscard]] TripCause cause_of(const CaseLimit& limit, double value) const noexcept;
  [[nodiscard]] std::string troubles_of_links() const;
  [[nodiscard]] Finding describe_trip() const;
  [[nodiscard]] Finding describe_refusal() const;

  Bench& bench_;
  std::vector<std::optional<TimePoint>> violated_since_;  // of each limit of the bench
  std::vector<CaseLimit> case_limits_;
  std::vector<SignalId> watched_;
  SignalGroup looked_at_;       // all of the above
  bool written_later_ = false;  // one of them is, by script or model: after inspect(), which sees it in the next tick
  bool waits_ = true;  // a limit is violated, and not yet for as long as it takes; or nothing was looked at yet
  CommandRow safe_;
  CommandRow admitted_;
  CommandRow scratch_;
  std::uint64_t seen_version_ = 0;
  bool holds_ = false;
  bool ready_ = false;
  bool energised_ = false;
  std::size_t first_not_good_ = 0;
  std::optional<TimePoint> stale_since_;
  std::optional<Trip> trip_;
  std::optional<Refusal> refusal_;
};

}  // namespace rig

#pragma once
#include <array>
#include <string>
#include <vector>

#include "rig/judge/monitor.hpp"
#include "rig/judge/rule_result.hpp"
#include "rig/requirement/requirement.hpp"

namespace rig {

// The lockstep judge: compares what the pack showed with the envelopes that the reference published for the same tick
// (model.<output>.may/.must for truths, .lo/.hi for numbers). It only reads. The first divergence is the finding; those
// that come after it are marked consequential.
class Conformance final : public Monitor {
 public:
  struct Options {
    std::vector<std::string> outputs;  // signals to judge; empty = all
    bool stop_at_divergence = false;   // resync: stop
    std::string name = "conformance";
  };
  // Binds to the signals that the table has; rows whose signals the bench lacks are reported as not tested.
  Conformance(const Requirements& requirements, const SignalTable& table, Options options);

  MonitorState observe(const Tick& tick, const SignalTable& signals) noexcept override;
  [[nodiscard]] std::vector<Finding> findings() const override;
  [[nodiscard]] bool decided() const noexcept override { return judged_ > 0; }
  [[nodiscard]] const std::string& name() const noexcept override { return options_.name; }
  [[nodiscard]] bool stop_at_divergence() const noexcept { return options_.stop_at_divergence; }
  // One for each row of the requirements, in their order.
  [[nodiscard]] std::vector<RuleResult> results() const;

 private:
  static constexpr std::size_t no_row = static_cast<std::size_t>(-1);
  enum class Output : std::uint8_t { path, permission, contact, flag };
  enum class Fault : std::uint8_t {
    not_blocked,     // had to be blocked by now
    no_cause,        // blocked, and nothing permits it
    not_followed,    // the event was adopted, this output did not follow
    released_early,  // let go before any cause allows it
    not_released,    // all causes demand the release
    out_of_range,
    period,
    parameter,
    chatter
  };
  struct DirectionIds {
    SignalId state, causes;
    std::vector<std::size_t> protections;  // rows, in the order of the cause bits
    std::vector<SignalId> parameter_lo, parameter_hi;
    std::vector<Interval> parameters;  // as last published
    std::size_t permission_row = no_row;
    // What the run saw.
    std::uint32_t last_state = 0;
    bool was_open = false;
    std::uint32_t adopted_causes = 0;  // causes of events that began in this run
    double may_time = 0.0, open_time = 0.0;
    std::uint32_t must_reached = 0;
    std::array<double, 8> transitions{};  // times of the latest changes of state
    std::size_t transition_count = 0;
  };
  struct TruthCheck {
    Output output = Output::path;
    std::size_t direction = 0;  // 0 charge, 1 discharge
    std::size_t row = no_row;   // contact row, or no_row: by cause
    std::uint32_t mask = 0;     // causes that this output belongs to
    SignalId seen, may, must;
    bool inverted = false;  // true means allowed
    std::string signal;     // its name, for messages
    bool followed = false;  // has been seen blocked in the present event
    bool diverged = false;
    std::uint64_t forced = 0;  // ticks in which a conforming pack had no choice
  };
  struct NumberCheck {
    std::string signal;
    std::vector<std::size_t> rows;
    SignalId seen, lo, hi;
    TimePoint last{};
    bool any = false;
    bool diverged = false;
    std::uint64_t judged = 0;
    double margin = infinity;
    std::size_t direction = 0;
  };
  struct PeriodCheck {
    std::size_t row;
    SignalId seen;  // the period as measured between the last two frames
    Interval range;
    TimePoint last{};
    bool diverged = false;
    std::uint64_t judged = 0;
    double margin = infinity;
  };
  struct Divergence {
    Fault fault;
    std::size_t row;
    TimePoint time, since;
    std::size_t check;  // index in its list
    Output output = Output::path;
    std::size_t direction = 0;
    double seen = 0, lo = 0, hi = 0;
    double battery_lo = 0, battery_hi = 0, current = 0, voltage = 0;
    std::uint32_t causes = 0;
    double step = 0;
  };

  void bind_direction(std::size_t d, const SignalTable& table);
  void bind_truths(std::size_t d, const SignalTable& table);
  void bind_numbers(const SignalTable& table);
  [[nodiscard]] bool wanted(const std::string& signal) const;
  void observe_direction(const Tick& tick, std::size_t d, const SignalTable& s) noexcept;
  void observe_truth(const Tick& tick, TruthCheck& check, const SignalTable& s) noexcept;
  void observe_number(const Tick& tick, std::size_t index, const SignalTable& s) noexcept;
  void observe_period(const Tick& tick, std::size_t index, const SignalTable& s) noexcept;
  void diverge(const Tick& tick, Divergence divergence, const SignalTable& s) noexcept;
  [[nodiscard]] std::size_t number_row(const NumberCheck& check, double seen, double lo, double hi) const noexcept;
  [[nodiscard]] std::size_t truth_row(const TruthCheck& check, Fault fault, std::uint32_t causes) const noexcept;
  [[nodiscard]] bool says_blocked(const Divergence& divergence) const;
  [[nodiscard]] std::size_t protection_row(const Divergence& divergence) const;
  [[nodiscard]] std::size_t culprit(std::size_t index) const;
  [[nodiscard]] Finding describe(std::size_t index) const;
  [[nodiscard]] std::string causes_text(std::size_t direction, std::uint32_t causes) const;
  [[nodiscard]] Interval parameter_of(std::size_t row) const;
  void vacuity_of(std::size_t row, RuleResult& result) const;

  Requirements requirements_;
  Options options_;
  std::array<DirectionIds, 2> directions_;
  std::vector<TruthCheck> truths_;
  std::vector<NumberCheck> numbers_;
  std::vector<PeriodCheck> periods_;
  std::size_t chatter_row_ = no_row;
  double chatter_rate_ = infinity;
  std::array<bool, 2> chatter_diverged_{};
  std::array<std::uint32_t, 2> parameter_diverged_{};
  SignalId battery_lo_, battery_hi_, current_, voltage_, step_, soc_;
  std::vector<Divergence> divergences_;  // reserved
  std::uint64_t judged_ = 0;
  bool undecided_ = false;
};

}  // namespace rig

#pragma once
#include <string>
#include <vector>

#include "rig/judge/adapter_watch.hpp"
#include "rig/judge/beyond_watch.hpp"
#include "rig/judge/direction_watch.hpp"
#include "rig/judge/divergence.hpp"
#include "rig/judge/flag_log.hpp"
#include "rig/judge/light_check.hpp"
#include "rig/judge/link_watch.hpp"
#include "rig/judge/monitor.hpp"
#include "rig/judge/number_check.hpp"
#include "rig/judge/order_check.hpp"
#include "rig/judge/period_check.hpp"
#include "rig/judge/rule_result.hpp"
#include "rig/judge/rule_table.hpp"
#include "rig/judge/truth_check.hpp"

namespace rig {

// The lockstep judge: compares what the pack showed with the envelopes that the reference published for the same tick
// (model.<output>.may/.must for truths, .lo/.hi for numbers). It only reads, and only what was written in this tick.
// The first divergence is the finding; those that come after it are marked consequential.
//
// Ticks that were missed spoil the comparison when the pack changed an answer in them, so that nobody knows when, or
// when they are long enough for an event, or a frame, to have come and gone (decision 0022).
class Conformance final : public Monitor {
 public:
  struct Options {
    std::vector<std::string> outputs;  // signals to judge; empty = all
    std::string name = "conformance";
    SignalId system_error = {};  // of a pack among others: what the one that speaks tells of all
    PackNames names = {};        // of the pack, for the texts; the table's names are these while the judge binds to it
  };
  // Binds to the signals that the table has; rows whose signals the bench lacks are reported as not tested.
  Conformance(const Requirements& requirements, const SignalTable& table, Options options);

  MonitorState observe(const Tick& tick, const SignalTable& signals) noexcept override;
  void finish(TimePoint end) noexcept override;
  [[nodiscard]] std::vector<Finding> findings() const override;
  [[nodiscard]] bool decided() const noexcept override;
  [[nodiscard]] const std::string& name() const noexcept override { return options_.name; }
  // One for each row of the requirements, in their order.
  [[nodiscard]] std::vector<RuleResult> results() const;

 private:
  [[nodiscard]] bool wanted(const std::string& signal) const;
  void bind_truths(const SignalTable& table);
  void bind_flags(std::size_t direction, const SignalTable& table);
  void bind_shared(const SignalTable& table);
  void bind_rows(const SignalTable& table);
  void bind_number(std::size_t row, const SignalTable& table);
  void add_truth(TruthCheck::Spec spec, const SignalTable& table);
  void note_since() noexcept;
  void excuse() noexcept;
  [[nodiscard]] bool comes_with_a_frame(const Divergence& divergence) const noexcept;
  [[nodiscard]] const FlagLog::Entry* flag_beside(const Divergence& divergence) const;
  [[nodiscard]] const FlagLog::Entry* standing_fault(const Divergence& divergence) const;
  [[nodiscard]] std::uint32_t sharing(const FlagLog::Entry& flag, std::size_t direction, bool latched_only) const;
  [[nodiscard]] std::size_t flagged_row(const Divergence& divergence) const;
  void gather_rare();
  void observe_rare(const Tick& tick, const SignalTable& signals, bool patrols) noexcept;
  void observe_truths(const Tick& tick, const SignalTable& signals, bool rare) noexcept;
  void observe_numbers(const Tick& tick, const SignalTable& signals, bool rare) noexcept;
  void observe_truth(const Tick& tick, std::size_t index, const SignalTable& signals) noexcept;

  // Attribution and texts, after the loop.
  // Ticks that were missed: before the checks look, and what they then saw.
  void look_across(const Gap& gap, const SignalTable& signals) noexcept;
  void note_turns(const Gap& gap, const SignalTable& signals) noexcept;
  void note_turned_numbers(const Gap& gap, const SignalTable& signals) noexcept;
  [[nodiscard]] Finding describe_gap(std::size_t index) const;

  [[nodiscard]] std::size_t row_of(const Divergence& divergence) const;
  [[nodiscard]] bool says_blocked(const Divergence& divergence) const;
  [[nodiscard]] std::size_t culprit(std::size_t index) const;
  [[nodiscard]] Finding describe(std::size_t index) const;
  void describe_truth(const Divergence& divergence, const RequirementRow& row, Finding& finding) const;
  void describe_number(const Divergence& divergence, const RequirementRow& row, Finding& finding) const;
  void describe_other(const Divergence& divergence, const RequirementRow& row, Finding& finding) const;
  [[nodiscard]] std::string evidence_of(const RequirementRow& row, const Circumstances* at) const;
  void vacuity_of(std::size_t row, RuleResult& result) const;
  void vacuity_of_rule(std::size_t row, RuleResult& result) const;
  void vacuity_of_event(std::size_t row, RuleResult& result) const;
  void vacuity_of_timing(std::size_t row, RuleResult& result) const;
  void vacuity_of_lights(std::size_t row, RuleResult& result) const;
  void describe_lights(const Divergence& divergence, const RequirementRow& row, Finding& finding) const;
  void vacuity_of_number(std::size_t row, RuleResult& result) const;
  void add_parameter(std::size_t row, RuleResult& result) const;

  RuleTable rules_;
  Options options_;
  DivergenceLog log_;
  BeyondWatch beyond_;
  AdapterWatch adapter_;
  LinkWatch link_;
  std::size_t told_ = 0;     // divergences whose `since` is known
  bool any_proven_ = false;  // a divergence that lies with the pack
  std::size_t chatter_row_ = no_row;
  std::vector<DirectionWatch> directions_;
  std::vector<TruthCheck> truths_;
  std::size_t sampled_ = 0;  // so many of them, the first, are sampled by the bench
  SignalGroup any_truth_;    // envelopes, and readings that come with a frame
  FlagLog flag_log_;         // of protections
  std::vector<NumberCheck> numbers_;
  std::vector<std::size_t> sampled_numbers_;  // of what the bench samples, perhaps in each tick
  SignalGroup sent_numbers_;                  // of what comes with a frame
  std::vector<PeriodCheck> periods_;
  SignalGroup any_period_;
  std::vector<OrderCheck> orders_;
  SignalGroup any_order_;
  LightCheck lights_;
  SignalGroup states_;
  struct Parameter {
    std::size_t row;
    SignalId lo, hi;
  };
  std::vector<Parameter> flag_parameters_;  // of alarms and requests
  std::vector<Interval> flag_values_;
  SignalGroup any_parameter_;
  SignalGroup rare_;  // all of these: what moves with a frame or with an event, and not with each reading
  SignalId temperature_checked_, cells_checked_, cells_told_;
  bool temperature_was_checked_ = false, cells_were_checked_ = false, cells_were_told_ = false;
  // Why missed ticks spoilt the comparison; one of each gap.
  struct Spoilt {
    enum class Why : std::uint8_t { too_long, may_have_acted, truth_turned, number_turned, order };
    Why why;
    std::size_t index = 0;  // of the row, or of the check
    Gap gap;
    double step = -1;
  };
  void spoil(Spoilt::Why why, std::size_t index, const Gap& gap, const SignalTable& signals) noexcept;
  std::vector<Spoilt> spoilt_;
  std::optional<Gap> last_gap_;
  Duration longest_gap_;  // a pack shows nothing that comes and goes in less
  SignalId step_;
  bool first_ = true;
  bool undecided_ = false;
  MonitorState state_ = MonitorState::pending;  // at the last look
  TimePoint looked_{};                          // at what does not come
};

}  // namespace rig

#pragma once
#include <array>
#include <cstdint>
#include <vector>

#include "rig/model/history.hpp"
#include "rig/model/measured.hpp"
#include "rig/model/threshold_rule.hpp"

namespace rig {

// What a truth-valued output may and must be now: blocked is the truth.
struct Envelope {
  bool may = true;    // blocked is permitted
  bool must = false;  // blocked is demanded
};

// The outputs of one event, in the order of the arrays below. Flags follow from index first_flag on.
enum OutputIndex : std::size_t { out_path, out_permission, out_limit, out_contact, first_flag };
inline constexpr std::size_t max_outputs = 12;

// Whether charging (or discharging) is blocked, as far as a conforming pack can be told from outside.
//
// A block is one event with a decision time that nobody saw: it lies in a window [lo, hi]. Rules open the window (when
// the pack may decide, when it must have decided); each output that is seen to follow narrows it by the output's
// latency; and the window bounds when each other output may and must follow. The reference adopts an event when its
// first output is seen while a rule permits it; the release is the mirror image. Causes are kept as a set that later
// observations prune.
class DirectionModel {
 public:
  DirectionModel(std::vector<ThresholdRule> rules, const Latencies& latencies);

  enum class State : std::uint8_t { unknown, open, blocked };

  void restart(CellKnowledge knowledge) noexcept;
  // Call order per tick: watch() the inputs, then envelope() of each output is valid, then adopt() what was seen.
  void watch(const RuleInputs& in) noexcept;
  void adopt(const Measured::Outputs& outputs, Truth path_blocked, double path_time, const History& battery) noexcept;

  [[nodiscard]] Envelope envelope(std::size_t output) const noexcept { return envelopes_[output]; }
  [[nodiscard]] std::size_t outputs() const noexcept { return first_flag + flags_.size(); }
  [[nodiscard]] const std::vector<std::string>& flags() const noexcept { return flags_; }
  [[nodiscard]] State state() const noexcept { return state_; }
  // Bit i: rules()[i] may be (while blocked: has been) the cause.
  [[nodiscard]] std::uint32_t causes() const noexcept { return causes_; }
  [[nodiscard]] const std::vector<ThresholdRule>& rules() const noexcept { return rules_; }
  // Nothing blocks this direction for sure: no event is under way or may have begun.
  [[nodiscard]] bool surely_open() const noexcept;
  [[nodiscard]] std::uint32_t adopted() const noexcept { return adopted_; }  // blocks adopted in this run

 private:
  struct Window {
    double lo = infinity;
    double hi = infinity;
  };
  struct Seen {
    Truth blocked = Truth::unknown;
    double time = 0.0;
  };

  void watch_open(const RuleInputs& in) noexcept;
  void watch_blocked(const RuleInputs& in) noexcept;
  void update_envelopes() noexcept;
  void see(const Measured::Outputs& outputs, Truth path_blocked, double path_time) noexcept;
  void settle_start() noexcept;
  void enter(State state, Window window, std::uint32_t causes) noexcept;
  void learn(const History& battery) noexcept;
  // Nothing is seen between two ticks: a long tick adds to every latency.
  [[nodiscard]] Interval latency_of(std::size_t output) const noexcept {
    return {latency_[output].lo, latency_[output].hi + step_};
  }

  std::vector<ThresholdRule> rules_;
  std::vector<std::string> flags_;
  std::array<Interval, max_outputs> latency_{};
  std::array<std::uint32_t, max_outputs> masks_{};  // the rules that each output belongs to
  double longest_latency_ = 0.0;

  State state_ = State::unknown;
  double now_ = 0.0;
  double step_ = 0.0;
  Window entered_;       // when the present state was decided
  Window leaving_;       // when the next one may be, or has to be, decided
  bool waived_ = false;  // the pack did not act when it had to: reported once, then followed
  std::uint32_t causes_ = 0;
  std::uint32_t leaving_causes_ = 0;
  std::uint32_t adopted_ = 0;
  int learning_ = -1;  // the rule whose threshold this event tells, or -1
  Interval learned_;
  std::array<Seen, max_outputs> seen_{};
  std::array<Envelope, max_outputs> envelopes_{};
};

}  // namespace rig

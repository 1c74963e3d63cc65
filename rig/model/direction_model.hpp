#pragma once
#include <array>
#include <cstdint>
#include <vector>

#include "rig/model/calm_inputs.hpp"
#include "rig/model/input_histories.hpp"
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
inline constexpr std::size_t max_rules = 16;

// Whether charging (or discharging) is blocked, as far as a conforming pack can be told from outside.
//
// A block is one event with a decision time that nobody saw: it lies in a window [lo, hi]. Rules open the window (when
// the pack may decide, when it must have decided); each output that is seen to follow narrows it by the output's
// latency; and the window bounds when each other output may and must follow. The reference adopts an event when its
// first output is seen while a rule permits it; the release is the mirror image. Causes are kept as a set that later
// observations prune. A rule that trips while another already blocks the direction joins: the block lasts until all
// have let go.
//
// Everything is a moment known beforehand, so that nothing is computed again before an input changes or the next of
// these moments has come (decision 0012).
class DirectionModel {
 public:
  DirectionModel(std::vector<ThresholdRule> rules, const Latencies& latencies);

  enum class State : std::uint8_t { unknown, open, blocked };

  // What the pack tells may be of another one that stands beside it: a current that goes on contradicts nothing.
  void share_the_terminals() noexcept { shared_ = true; }
  // The contact is that of several packs: closed, it says nothing of one that has no reason of its own.
  void share_the_contact() noexcept { contact_of_all_ = true; }
  void restart(CellKnowledge knowledge) noexcept;
  // The pack is off at `now`, or has just come back: what it decided is gone, but for its faults.
  void lose_power(double now) noexcept;
  // Call order per tick: watch() the inputs, then envelope() of each output is valid, then adopt() what was seen.
  void watch(const RuleInputs& in) noexcept;
  // `surely_permitted`: derating leaves more than nothing, so a limit of zero speaks of a block.
  void adopt(const Measured::Outputs& outputs, Truth path_blocked, double path_time, bool surely_permitted,
             const InputHistories& histories) noexcept;

  [[nodiscard]] Envelope envelope(std::size_t output) const noexcept { return envelopes_[output]; }
  [[nodiscard]] std::size_t outputs() const noexcept { return first_flag + flags_.size(); }
  [[nodiscard]] const std::vector<std::string>& flags() const noexcept { return flags_; }
  [[nodiscard]] State state() const noexcept { return state_; }
  // Bit i: rules()[i] may have acted: while open without having been seen, while blocked as the cause or since.
  [[nodiscard]] std::uint32_t causes() const noexcept {
    return state_ == State::blocked ? causes_ | joined_ : leaving_causes_;
  }
  // Bit i: rules()[i] has to have acted.
  [[nodiscard]] std::uint32_t due() const noexcept { return state_ == State::blocked ? sure_ : due_; }
  [[nodiscard]] const std::vector<ThresholdRule>& rules() const noexcept { return rules_; }
  // Nothing blocks this direction for sure: no event is under way or may have begun.
  [[nodiscard]] bool surely_open() const noexcept {
    return state_ == State::open && leaving_.lo > now_ && now_ > entered_.hi + longest_latency_;
  }
  // Anything that is published has changed in this tick.
  [[nodiscard]] bool changed() const noexcept { return changed_; }
  // Without a new input watch() has nothing to do before, s.
  [[nodiscard]] double next() const noexcept { return woken_ ? -infinity : deadline_; }
  // adopt() has something to do although no output has changed.
  [[nodiscard]] bool waits() const noexcept { return state_ == State::unknown || now_ <= settled_at_; }

 private:
  struct Window {
    double lo = infinity;
    double hi = infinity;
  };
  struct Seen {
    Truth blocked = Truth::unknown;
    double time = 0.0;
  };

  void restart_state(double now) noexcept;
  // The rules and the windows that they open.
  bool watch_rules(const RuleInputs& in) noexcept;
  void forget() noexcept;
  void open_windows() noexcept;
  void blocked_windows() noexcept;
  void join(std::size_t rule) noexcept;
  void part() noexcept;
  [[nodiscard]] bool surely_silent(std::size_t rule, double time) const noexcept;
  void plan() noexcept;
  [[nodiscard]] double trip_must(std::size_t rule) const noexcept;
  [[nodiscard]] Interval acted(std::size_t rule) const noexcept;
  // The envelopes.
  void update_envelopes() noexcept;
  [[nodiscard]] Envelope direction_envelope(Interval latency) const noexcept;
  [[nodiscard]] Envelope flag_envelope(std::uint32_t mask, Interval latency) const noexcept;
  // What was seen.
  void see(const Measured::Outputs& outputs, Truth path_blocked, double path_time, bool surely_permitted) noexcept;
  void settle_start() noexcept;
  bool adopt_output(std::size_t output, Truth before) noexcept;
  void narrow(Interval decided) noexcept;
  void follow(std::size_t output, Interval decided, bool edge) noexcept;
  [[nodiscard]] bool held_without(std::uint32_t mask) const noexcept;
  void let_go(std::uint32_t mask) noexcept;
  void prune() noexcept;
  void enter(State state, Window window, std::uint32_t causes) noexcept;
  void begin_block(std::uint32_t causes) noexcept;
  void learn(const InputHistories& histories) noexcept;
  // Nothing is seen between two ticks: a long tick adds to every latency.
  [[nodiscard]] Interval latency_of(std::size_t output) const noexcept {
    return {latency_[output].lo, latency_[output].hi + step_};
  }

  std::vector<ThresholdRule> rules_;
  std::vector<std::string> flags_;
  std::array<Interval, max_outputs> latency_{};
  std::array<std::uint32_t, max_outputs> masks_{};  // the rules that each output belongs to
  double longest_latency_ = 0.0;
  std::array<std::uint32_t, fresh::all + 1> lookers_{};  // the rules whose trip looks at any of these fresh inputs
  CalmInputs calm_;
  std::uint32_t restless_ = ~0u;  // the rules that answer differently at different places of the calm zone

  State state_ = State::unknown;
  std::uint32_t latched_ = 0;  // faults: only service lets them go
  std::uint32_t held_ = 0;     // of these: it had them when it went off
  bool shared_ = false, contact_of_all_ = false;
  bool own_contact_may_ = true;  // by this pack's own rules
  bool powered_up_ = false;      // in this run: it has been off
  double began_ = 0.0;           // the run, or the pack's own start, s
  double now_ = 0.0;
  double step_ = 0.0;
  double deadline_ = -infinity;    // nothing changes by itself before, s
  double settled_at_ = -infinity;  // outputs of the last event have had their time, s
  bool changed_ = true;
  bool woken_ = true;                      // something happened that the inputs do not tell
  Window entered_;                         // when the present state was decided
  Window leaving_;                         // when the next one may be, or has to be, decided
  std::uint32_t causes_ = 0;               // at least one of these caused the block
  std::uint32_t joined_ = 0;               // these may have tripped since
  std::uint32_t sure_ = 0;                 // of both: has tripped for sure
  std::uint32_t due_ = 0;                  // while open: has to have tripped
  std::uint32_t leaving_causes_ = 0;       // while open: may have tripped
  std::uint32_t waived_ = 0;               // the pack did not act when it had to: reported once, then followed
  std::array<Window, max_rules> since_{};  // when a rule that joined tripped
  int learning_ = -1;                      // the rule whose threshold this event tells, or -1
  Interval learned_;
  std::array<Seen, max_outputs> seen_{};
  std::array<Envelope, max_outputs> envelopes_{};
};

}  // namespace rig

#pragma once
#include <string>
#include <vector>

#include "rig/model/bounds_signal.hpp"
#include "rig/model/flag_rule.hpp"

namespace rig {

// Alarms and requests, and the flags that a dialect ORs over several rules and both directions. A shared flag only
// follows: it never tells who acted, so nothing is adopted from it (decision 0011).
class ReferenceFlags {
 public:
  explicit ReferenceFlags(const Requirements& requirements);
  void declare(SignalTable& table, const DirectionModel& charge, const DirectionModel& discharge);
  void restart(CellKnowledge knowledge) noexcept;
  void lose_power(double now) noexcept;
  void watch(const RuleInputs& in) noexcept;
  void publish(const Tick& tick, SignalTable& table, const DirectionModel& charge,
               const DirectionModel& discharge) noexcept;
  void adopt(const std::vector<MeasuredTruth>& seen, const InputHistories& histories) noexcept;
  // Without a new input watch() has nothing to do before, s.
  [[nodiscard]] double next() const noexcept { return next_; }
  // The signals that adopt() wants, in this order.
  [[nodiscard]] std::vector<std::string> names() const;

 private:
  struct Columns {
    SignalId may, must;
    void write(const Tick& tick, SignalTable& table, Envelope e) const noexcept {
      write_changed(table, may, e.may ? 1.0 : 0.0, tick.start);
      write_changed(table, must, e.must ? 1.0 : 0.0, tick.start);
    }
  };
  struct Shared {
    std::string name;
    std::vector<std::size_t> charge, discharge;  // outputs of the directions
    std::vector<std::size_t> flags;              // own rules
    Columns columns;
  };
  // When a rule has something to do, side by side: the rules are large, and most of them have nothing to do.
  struct Gate {
    double next = -infinity;    // s, by itself
    std::uint8_t looks_at = 0;  // bits of `fresh`
    bool restless = true;       // it answers differently at different places of the calm zone
    bool changed = false;       // its envelope, in this tick
  };
  void wake() noexcept;
  static Columns declare_columns(SignalTable& table, const std::string& flag);
  Shared& shared(const std::string& name);

  std::vector<FlagRule> rules_;
  std::vector<Gate> gates_;
  CalmInputs calm_;
  double next_ = -infinity;                   // the soonest of the gates
  std::uint8_t looks_at_ = 0, restless_ = 0;  // what any gate looks at, and what a restless one does
  bool changed_ = true;                       // any envelope, in this tick
  double now_ = 0.0, step_ = 0.0;
  std::vector<Columns> columns_;
  std::vector<BoundsSignal> parameters_;
  std::vector<Shared> shared_;
};

}  // namespace rig

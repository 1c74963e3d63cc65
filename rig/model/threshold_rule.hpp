#pragma once
#include <string>
#include <vector>

#include "rig/model/debounce.hpp"
#include "rig/requirement/requirement.hpp"

namespace rig {

// What a threshold rule looks at in a tick.
struct RuleInputs {
  double now = 0.0;   // s
  double step = 0.0;  // s
  Interval battery;   // B, V
  Interval current;   // A, charging positive
  Interval soc;       // reported, 0..1
};

// What a case knows of the cells at its start.
struct CellKnowledge {
  bool equalised = false;                       // no cell stands apart by more than `equal_spread`
  static constexpr double equal_spread = 0.02;  // V, on the steep ends of the curve
};

// One protection of the requirements: beyond a threshold for a delay it blocks its direction, and by one of several
// release policies it lets go. Works for both sides; a cell rule sees B only, and a single cell as far as B bounds it.
class ThresholdRule {
 public:
  ThresholdRule(const RequirementRow& row, int cells);
  void restart(CellKnowledge knowledge) noexcept;

  // While the direction is open.
  void watch_trip(const RuleInputs& in) noexcept;
  // While this rule may be the cause of a block.
  void watch_release(const RuleInputs& in) noexcept;
  void restart_trip() noexcept { trip_.restart(); }
  void restart_release() noexcept;

  [[nodiscard]] const Debounce& trip() const noexcept { return trip_; }
  void forget_trip(double now, double patience) noexcept { trip_.forget(now, patience); }
  // The release as far as all policies that this pack may have agree.
  [[nodiscard]] double release_may_since() const noexcept;
  [[nodiscard]] double release_must_since() const noexcept;
  void forget_release(double now, double patience) noexcept;

  // The pack tripped by this rule alone while B was in `battery`: its own threshold lies there.
  void learn(Interval battery) noexcept;

  [[nodiscard]] const std::string& id() const noexcept { return id_; }
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] Interval threshold() const noexcept { return threshold_; }  // what it may be, by row, profile and trips
  [[nodiscard]] Interval found() const noexcept { return found_; }          // intersection of this run's trips
  [[nodiscard]] bool is_cell_rule() const noexcept { return input_ != RuleInput::battery_voltage; }
  [[nodiscard]] bool possible() const noexcept { return possible_; }
  [[nodiscard]] bool certain() const noexcept { return certain_; }
  [[nodiscard]] const std::string& flag() const noexcept { return flag_; }

 private:
  struct Way {
    ReleasePolicy policy;
    double value;
    double tolerance;
    bool can_fail;
    Debounce debounce;
  };
  [[nodiscard]] Interval input(Interval battery) const noexcept;

  std::string id_, name_, flag_;
  Side side_;
  RuleInput input_;
  double cells_;
  Interval threshold_;
  Interval found_;
  Interval reachable_;
  bool equalised_ = false;
  bool possible_ = false;
  bool certain_ = false;
  Debounce trip_;
  std::vector<Way> ways_;
};

}  // namespace rig

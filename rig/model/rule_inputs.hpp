#pragma once
#include <cstdint>

#include "rig/core/math.hpp"
#include "rig/requirement/requirement.hpp"

namespace rig {

// Which inputs of the rules have a new value in a tick, one bit each: a rule is looked at only when one of its own has.
namespace fresh {
inline constexpr std::uint8_t battery = 1;
inline constexpr std::uint8_t current = 2;
inline constexpr std::uint8_t temperature = 4;
inline constexpr std::uint8_t soc = 8;  // and the time since it was last full
inline constexpr std::uint8_t button = 16;
inline constexpr std::uint8_t all = 31;
}  // namespace fresh

// What the rules look at in a tick.
struct RuleInputs {
  double now = 0.0;   // s
  double step = 0.0;  // s
  std::uint8_t fresh = fresh::all;
  Interval battery;           // B, V
  Interval current;           // A, charging positive
  Interval hottest, coldest;  // cells, degC
  Interval soc;               // reported, 0..1
  Interval since_full;        // s
  bool button = false;        // is pressed
};

// What a case knows of the cells at its start.
struct CellKnowledge {
  bool equalised = false;                       // no cell stands apart by more than `equal_spread`
  static constexpr double equal_spread = 0.02;  // V, on the steep ends of the curve
};

// The input of one rule, as far as it is known: a single cell is bounded by the mean on one side; on the other a cell
// of a drawn pack may be far ahead where the curve is steep, and near the mean elsewhere (decision 0007).
class RuleInputBounds {
 public:
  RuleInputBounds(const RequirementRow& row, int cells);
  void restart(CellKnowledge knowledge) noexcept { equalised_ = knowledge.equalised; }
  [[nodiscard]] Interval value(const RuleInputs& in) const noexcept;
  [[nodiscard]] RuleInput kind() const noexcept { return input_; }
  [[nodiscard]] std::uint8_t looks_at() const noexcept { return looks_at_; }

 private:
  [[nodiscard]] Interval cell(Interval battery) const noexcept;

  RuleInput input_;
  double cells_;
  Interval reachable_;
  std::uint8_t looks_at_;
  bool equalised_ = false;
};

}  // namespace rig

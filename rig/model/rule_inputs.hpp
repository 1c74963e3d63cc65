#pragma once
#include <algorithm>
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
inline constexpr std::uint8_t cells = 32;
inline constexpr std::uint8_t all = 63;
}  // namespace fresh

// What the rules look at in a tick.
struct RuleInputs {
  double now = 0.0;   // s
  double step = 0.0;  // s
  std::uint8_t fresh = fresh::all;
  Interval battery;                 // B, V
  Interval current;                 // A, charging positive
  double battery_since = infinity;  // s, from when on that is where it was: the sample before
  double current_since = infinity;
  Interval highest_cell, lowest_cell;  // as the pack tells them, V; everything where it tells none
  Interval hottest, coldest;           // cells, degC
  Interval soc;                        // reported, 0..1
  Interval since_full;                 // s
  bool button = false;                 // is pressed
  bool apart = false;                  // cells that were equal at the start need not be any more
  double drop = 0.0;                   // Ohm, by which the cells' voltage answers a current in the end, at most
  // When what is new of these inputs (bits of `fresh`) became so, at the earliest and at the latest, s.
  [[nodiscard]] Interval since(std::uint8_t inputs) const noexcept;
};

// The battery without what the current drops in its cells, at most, V: under a load a full pack stands where others are
// on the plateau, and its cells are as far from each other as full ones.
[[nodiscard]] inline Interval unloaded(Interval battery, Interval current, double drop) noexcept {
  return {battery.lo - drop * std::max(current.hi, 0.0), battery.hi + drop * std::max(-current.lo, 0.0)};
}

// What a case knows of the cells at its start.
struct CellKnowledge {
  bool equalised = false;                       // no cell stands apart by more than `equal_spread`
  static constexpr double equal_spread = 0.02;  // V, on the steep ends of the curve
};

// The highest or the lowest cell, as far as it is known: told by the pack; else bounded by the mean on one side, and on
// the other a cell of a drawn pack may be far ahead where the curve is steep, and near the mean elsewhere (decision
// 0007).
class CellBounds {
 public:
  CellBounds(RuleInput input, int cells, Interval reachable)
      : highest_(input == RuleInput::highest_cell), cells_(cells), reachable_(reachable) {}
  void restart(CellKnowledge knowledge) noexcept { equalised_ = knowledge.equalised; }
  // V; `unloaded`: the battery without its current; `told`: the same cell by the pack itself, everything where it tells
  // none. `apart`: cells that were equal at the start need not be any more.
  [[nodiscard]] Interval value(Interval battery, Interval unloaded, Interval told, bool apart = false) const noexcept;

 private:
  bool highest_;
  double cells_;
  Interval reachable_;  // battery voltages at which one cell may stand far from the mean
  bool equalised_ = false;
};

// The input of one rule, as far as it is known.
class RuleInputBounds {
 public:
  RuleInputBounds(const RequirementRow& row, int cells);
  void restart(CellKnowledge knowledge) noexcept { cell_.restart(knowledge); }
  [[nodiscard]] Interval value(const RuleInputs& in) const noexcept;
  [[nodiscard]] RuleInput kind() const noexcept { return input_; }
  [[nodiscard]] std::uint8_t looks_at() const noexcept { return looks_at_; }

 private:
  RuleInput input_;
  CellBounds cell_;
  std::uint8_t looks_at_;
};

}  // namespace rig

#pragma once
#include <optional>
#include <vector>

#include "rig/model/cell_temperature.hpp"
#include "rig/model/derating_table.hpp"
#include "rig/model/rule_inputs.hpp"
#include "rig/requirement/requirement.hpp"

namespace rig {

// Where the current limit of a direction may lie that nothing blocks: the smallest of all tables, each over the
// interval of its input, never above the rating and (discharging) the power; followed with a slope.
class DeratingBounds {
 public:
  static constexpr std::size_t no_row = static_cast<std::size_t>(-1);
  // What the pack may have looked at since its limit before.
  struct Inputs {
    double now = 0.0;                    // s
    Interval battery, unloaded;          // V
    Interval hottest, coldest, mean;     // of the cells, degC
    bool may_block = false;              // the direction may have been blocked: the limit may start from zero
    double voltage_error = 0.0;          // V, how far the pack's own voltage, that it computes with, may be off
    double before = infinity;            // A, most that the limit before may have been
    double elapsed = 0.0;                // s, since that one at most
    Interval highest_cell, lowest_cell;  // as the pack tells them, V; everything where it tells none
    bool apart = false;                  // cells that were equal at the start need not be any more
  };
  DeratingBounds(const Requirements& requirements, Direction direction);
  void restart(bool cells_equalised) noexcept;
  // Once for each limit that comes.
  void update(const Inputs& in) noexcept;

  // A. Everything between zero and the rating when no table can fail a pack.
  [[nodiscard]] Interval limit() const noexcept { return limit_; }
  // Rows (places in the requirements) that set the two ends; no_row: the ratings do.
  [[nodiscard]] std::size_t row_lo() const noexcept { return row_lo_; }
  [[nodiscard]] std::size_t row_hi() const noexcept { return row_hi_; }
  [[nodiscard]] bool judged() const noexcept { return !tables_.empty() && complete_; }

 private:
  struct Table {
    std::size_t row;
    RuleInput input;
    DeratingTable curve;
    double tolerance;      // of the limit, A
    Interval input_error;  // of the pack's own input, V or K
    CellBounds cell;       // where the input is one
  };
  void add(const RequirementRow& row, std::size_t index);
  [[nodiscard]] Interval of(const Table& table, const Inputs& in) const noexcept;
  void follow(Interval target, const Inputs& in) noexcept;
  void bound_rise(const Inputs& in) noexcept;

  std::vector<Table> tables_;
  int cells_;
  double rating_;            // A
  double power_ = infinity;  // W
  double slope_ = infinity;  // slowest that a conforming pack follows with, A/s
  double rise_ = infinity;   // fastest that a limit may rise with, A/s
  bool complete_ = true;     // every table of the direction can fail a pack
  bool started_ = false;
  double last_ = 0.0;  // s
  Interval followed_;
  Interval limit_;
  std::size_t row_lo_ = no_row, row_hi_ = no_row;
};

}  // namespace rig

#pragma once
#include "rig/model/history.hpp"
#include "rig/model/measured.hpp"

namespace rig {

// Where the highest and the lowest cell stand, as the pack itself measures them: read from its service port now and
// then, and carried on from there by what the current may have done since. Nobody else sees a single cell, and the pack
// decides by these numbers: its logic is judged by them, whether they are true is a question of their sum.
class CellReports {
 public:
  void restart() noexcept { *this = {}; }
  // `currents`: where the current has been until now, A.
  void update(double now, const Measured& measured, const History& currents) noexcept;
  // V; everything while the port has said nothing, is silent, or nobody knows the current.
  [[nodiscard]] Interval highest() const noexcept { return highest_; }
  [[nodiscard]] Interval lowest() const noexcept { return lowest_; }

 private:
  Interval told_highest_, told_lowest_;
  double taken_ = 0.0;   // s, the earliest moment that they may be of
  double looked_ = 0.0;  // s
  Interval highest_, lowest_;
};

}  // namespace rig

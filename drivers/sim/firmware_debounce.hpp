#pragma once
#include <algorithm>

#include "drivers/sim/firmware_due.hpp"

namespace rig::sim {

// Counts how long a condition has stood. Continuous: an interruption begins anew; leaky: it counts down again. Between
// two updates the condition is taken to stand as it was last seen, so nothing has to be done in every task.
class Debounce {
 public:
  // Has the condition stood for `needed` seconds?
  bool update(double now, bool stands, double needed, bool leaky) noexcept {
    const double passed = now - last_;
    level_ = stood_ ? level_ + passed : (leaky ? std::max(0.0, level_ - passed) : 0.0);
    if (!stands && !leaky) {
      level_ = 0;
    }
    stood_ = stands;
    last_ = now;
    return stands && level_ >= needed - slack;
  }
  // When the answer turns to yes if the condition goes on to stand.
  [[nodiscard]] double due(double needed) const noexcept { return stood_ ? last_ + needed - level_ : never_due; }
  void clear(double now) noexcept { *this = {}, last_ = now; }

 private:
  static constexpr double slack = 1e-9;  // s
  double level_ = 0;                     // s
  double last_ = 0;                      // s
  bool stood_ = false;
};

}  // namespace rig::sim

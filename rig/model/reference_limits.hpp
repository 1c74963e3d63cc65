#pragma once
#include "rig/model/bounds_signal.hpp"
#include "rig/model/derating_bounds.hpp"
#include "rig/model/reference_view.hpp"
#include "rig/model/row_hint.hpp"

namespace rig {

// What a conforming pack may order by its limits on CAN: bounded by the ratings, by derating, and by the state of the
// direction.
class ReferenceLimits {
 public:
  // Whether the limit of a direction may, and must, be that of a blocked one.
  struct Blocked {
    bool may = true;
    bool must = false;
  };
  explicit ReferenceLimits(const Requirements& requirements);
  void declare(SignalTable& table);
  void restart(bool cells_equalised) noexcept;

  // What the derating tables leave of a direction that nothing blocks, A. Its .lo is what a conforming pack surely
  // still permits: only where that is above zero, a limit of zero speaks of a block (decision 0010).
  [[nodiscard]] Interval derating(Direction direction) const noexcept {
    return (direction == Direction::charge ? charge_derating_ : discharge_derating_).limit();
  }

  void update(const ReferenceView& view, const CellTemperature::Sensed& temperature, Blocked charge,
              Blocked discharge) noexcept;
  void publish(const Tick& tick, SignalTable& table) noexcept;

 private:
  // The limit of a direction as it was told last.
  struct Told {
    double limit = infinity;  // A, at most
    double time = 0.0;        // s
  };
  Ratings ratings_;
  double voltage_error_;  // V, what the pack's own voltage may be off by GTX-SEN-01
  Interval charge_voltage_range_, charge_range_, discharge_range_, discharge_voltage_range_;
  DeratingBounds charge_derating_, discharge_derating_;
  BoundsSignal charge_voltage_, charge_, discharge_, discharge_voltage_;
  RowHint charge_row_, discharge_row_;
  Told charge_told_, discharge_told_;
};

}  // namespace rig

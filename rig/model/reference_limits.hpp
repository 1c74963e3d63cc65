#pragma once
#include "rig/model/bounds_signal.hpp"
#include "rig/model/derating_bounds.hpp"
#include "rig/model/reference_view.hpp"
#include "rig/model/row_hint.hpp"

namespace rig {

// What a conforming pack may order by its limits on CAN: bounded by the ratings, by derating, and by the state of the
// direction. The current limits follow from a voltage, so they are compared once the rig has measured one of their
// moment or later: what a source that was switched off left behind is known to the pack first.
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

  // What the derating tables leave of a direction that nothing blocks, by the limit that was compared last, A. Its .lo
  // is what a conforming pack surely still permits: only where that is above zero, a limit of zero speaks of a block
  // (decision 0010).
  [[nodiscard]] Interval derating(Direction direction) const noexcept { return of(direction).derating.limit(); }

  void update(const ReferenceView& view, const CellTemperature::Sensed& temperature, Blocked charge,
              Blocked discharge) noexcept;
  void publish(const Tick& tick, SignalTable& table) noexcept;

 private:
  // The current limit of one direction.
  struct CurrentLimit {
    Interval range;  // A
    DeratingBounds derating;
    ReportBounds bounds;
    RowHint row;
    // The limit as it was told last.
    double told = infinity;  // A, at most
    double told_time = 0.0;  // s
    // How it was when the limit came that waits.
    double opened = 0.0;  // s
    Blocked blocked;
    CellTemperature::Sensed temperature;
  };
  [[nodiscard]] const CurrentLimit& of(Direction direction) const noexcept {
    return direction == Direction::charge ? charge_ : discharge_;
  }
  void compare(const ReferenceView& view, CurrentLimit& limit, double power) const noexcept;

  double power_;          // W, that the discharge limit times the battery voltage never exceeds
  double voltage_error_;  // V, what the pack's own voltage may be off by GTX-SEN-01
  Interval charge_voltage_range_, discharge_voltage_range_;
  BoundsSignal charge_voltage_, discharge_voltage_;
  CurrentLimit charge_, discharge_;
};

}  // namespace rig

#pragma once
#include <array>

#include "rig/model/bounds_signal.hpp"
#include "rig/model/reference_view.hpp"
#include "rig/model/row_hint.hpp"
#include "rig/model/soc_bounds.hpp"
#include "rig/model/soc_logic.hpp"

namespace rig {

// Sensing: does the pack measure truly? Bounds what it reports, at moments when report and measurement are comparable.
class ReferenceReports {
 public:
  explicit ReferenceReports(const Requirements& requirements);
  void declare(SignalTable& table);
  void restart() noexcept;

  // The pack's own reading of B, once it has agreed with the rig's in this run; everything before.
  [[nodiscard]] Interval battery(double now, const Measured& measured) const noexcept;
  [[nodiscard]] bool voltage_cross_checked() const noexcept {
    return voltage_agrees_ && voltage_compared_ >= cross_checks && voltage_tolerance_ < infinity;
  }
  [[nodiscard]] double temperature_tolerance() const noexcept { return temperature_tolerance_; }
  [[nodiscard]] double soc_tolerance() const noexcept { return soc_tolerance_; }
  [[nodiscard]] const SocBounds& soc() const noexcept { return soc_; }

  void update(const ReferenceView& view) noexcept;
  void publish(const Tick& tick, SignalTable& table) noexcept;

 private:
  void check_voltage(const ReferenceView& view) noexcept;
  void check_current(const ReferenceView& view) noexcept;
  void check_soc(const ReferenceView& view) noexcept;
  void check_temperature(const ReferenceView& view) noexcept;
  void count(const ReferenceView& view) noexcept;

  // Comparisons of the reported voltage that have to agree before it counts as cross-checked.
  static constexpr int cross_checks = 3;

  SocBounds soc_;
  SocLogic soc_logic_;
  // Rows about corrections, in the order of SocBounds::Because; RowHint::none where there is no such row.
  std::array<std::size_t, 4> soc_rows_{};
  std::array<double, 4> soc_tolerances_{};
  double voltage_tolerance_, current_tolerance_, soc_tolerance_, temperature_tolerance_;
  // How often the pack's voltage was compared, and whether it always agreed.
  int voltage_compared_ = 0;
  bool voltage_agrees_ = true;
  double current_step_ = -infinity;  // s, when the current last jumped
  bool thermal_known_ = false;       // the way from skin to cells is more than a guess
  Interval soh_range_, step_range_;
  double remaining_tolerance_;
  double last_soc_ = 0.0;  // s, when the pack last told its SOC
  ReportBounds voltage_, current_;
  BoundsSignal soc_signal_, temperature_, step_signal_, remaining_, soh_;
  RowHint soc_row_;
  SignalId step_id_;
  bool step_fresh_ = false;
};

}  // namespace rig

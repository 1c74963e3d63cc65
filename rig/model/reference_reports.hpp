#pragma once
#include <array>
#include <optional>

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
    return voltage_check_.passed() && voltage_tolerance_ < infinity;
  }
  // The single cells add up to B as far as they were compared in this run, and: often enough to be believed.
  [[nodiscard]] bool cells_agree() const noexcept { return cells_check_.agrees; }
  [[nodiscard]] bool cells_cross_checked() const noexcept {
    return cells_check_.passed() && cells_tolerance_ < infinity;
  }
  [[nodiscard]] double temperature_tolerance() const noexcept { return temperature_tolerance_; }
  [[nodiscard]] double soc_tolerance() const noexcept { return soc_tolerance_; }
  [[nodiscard]] const SocBounds& soc() const noexcept { return soc_; }

  void update(const ReferenceView& view) noexcept;
  void publish(const Tick& tick, SignalTable& table) noexcept;

 private:
  // Comparisons of a report with what the rig knows by itself, in this run.
  struct CrossCheck {
    int compared = 0;
    bool agrees = true;
    void note(bool agreed) noexcept {
      ++compared;
      agrees = agrees && agreed;
    }
    // So many have to agree before the pack's own number counts.
    [[nodiscard]] bool passed() const noexcept { return agrees && compared >= 3; }
  };
  void check_battery(const ReferenceView& view, ReportBounds& report, double tolerance, CrossCheck& check) noexcept;
  [[nodiscard]] Interval beside_the_bus(Interval expected, double since) const noexcept;
  void check_current(const ReferenceView& view) noexcept;
  void check_soc(const ReferenceView& view) noexcept;
  void check_temperature(const ReferenceView& view) noexcept;
  void count(const ReferenceView& view) noexcept;

  SocBounds soc_;
  SocLogic soc_logic_;
  // Rows about corrections, in the order of SocBounds::Because; RowHint::none where there is no such row.
  std::array<std::size_t, 4> soc_rows_{};
  std::array<double, 4> soc_tolerances_{};
  int packs_;
  double voltage_tolerance_, cells_tolerance_, current_tolerance_, soc_tolerance_, temperature_tolerance_;
  CrossCheck voltage_check_, cells_check_;
  double current_step_ = -infinity;  // s, when the current last jumped
  double no_charge_ = -infinity;     // s, when the pack that tells was last not sure to let a charge through
  double no_discharge_ = -infinity;
  bool thermal_known_ = false;  // the way from skin to cells is more than a guess
  Interval soh_range_, step_range_;
  double remaining_tolerance_;
  double last_soc_ = 0.0;  // s, when the pack last told its SOC
  ReportBounds voltage_, current_;
  std::optional<ReportBounds> cells_;  // of a pack whose service port is read
  BoundsSignal soc_signal_, temperature_, step_signal_, remaining_, soh_;
  RowHint soc_row_;
  SignalId step_id_;
  bool step_fresh_ = false;
};

}  // namespace rig

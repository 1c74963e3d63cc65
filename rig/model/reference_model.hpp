#pragma once
#include <optional>

#include "rig/model/battery_voltage.hpp"
#include "rig/model/cell_reports.hpp"
#include "rig/model/cell_temperature.hpp"
#include "rig/model/direction_model.hpp"
#include "rig/model/direction_signals.hpp"
#include "rig/model/full_age.hpp"
#include "rig/model/history.hpp"
#include "rig/model/light_expectation.hpp"
#include "rig/model/measured.hpp"
#include "rig/model/path_watch.hpp"
#include "rig/model/power_watch.hpp"
#include "rig/model/reference_flags.hpp"
#include "rig/model/reference_limits.hpp"
#include "rig/model/reference_plant.hpp"
#include "rig/model/reference_reports.hpp"

namespace rig {

// What a case knows about the pack at its start.
struct ReferenceStart {
  bool cells_equalised = false;
  bool off = false;                        // it begins with a pack that is off
  std::optional<double> since_full = {};   // s since the SOC was last at 97 %
  std::optional<double> temperature = {};  // degC at which the pack was soaked
  double stored = 0.0;                     // s that it lay like this before
};

// The reference BMS: from what the rig measured it says what a conforming pack may show. It predicts no trajectory. It
// alone adopts events; it has no I/O, no clock and no randomness, so a replay of the same inputs gives the same bits.
//
// Order of calls: declare() and bind() once, restart() per case, then step() and publish() for every tick.
class ReferenceModel {
 public:
  explicit ReferenceModel(const Requirements& requirements);  // with the profile applied
  ReferenceModel(const ReferenceModel&) = delete;
  ReferenceModel& operator=(const ReferenceModel&) = delete;

  // What the pack tells is of several at the same terminals: any of them may be why it prohibits, and go on itself.
  void speak_for_others() noexcept {
    charge_.share_the_terminals();
    discharge_.share_the_terminals();
  }
  // Its contacts are those of all, of which it is one.
  void share_contacts() noexcept {
    charge_.share_the_contact();
    discharge_.share_the_contact();
  }

  // Declares model.*, pack.battery_voltage(.lo, .hi), pack.charge_refused, pack.charge_blocked and their discharge
  // twins, with origin model.
  void declare(SignalTable& table);
  void bind(const SignalTable& table);
  void restart(const ReferenceStart& start) noexcept;
  void step(const Tick& tick, const SignalTable& table) noexcept;
  void publish(const Tick& tick, SignalTable& table) noexcept;

 private:
  [[nodiscard]] ReferenceView view(const Tick& tick) const noexcept;
  [[nodiscard]] bool nothing_to_do(const Tick& tick) const noexcept;
  void estimate(const ReferenceView& view) noexcept;
  void note_histories(const ReferenceView& view, bool battery_moved) noexcept;
  void watch(const ReferenceView& view) noexcept;
  void adopt() noexcept;
  void follow_power(const ReferenceView& view) noexcept;
  void publish_temperature(const Tick& tick, SignalTable& table) noexcept;
  void publish_battery(const Tick& tick, SignalTable& table) noexcept;
  void publish_cells(const Tick& tick, SignalTable& table) noexcept;

  int packs_;
  MeasuredReader reader_;
  BatteryVoltage battery_;
  CellReports cell_reports_;
  CellTemperature temperature_;
  InputHistories histories_;
  FullAge full_age_;
  PowerWatch power_;
  DirectionModel charge_, discharge_;
  ReferenceFlags flags_;
  PathWatch charge_path_{Direction::charge}, discharge_path_{Direction::discharge};
  ReferenceReports reports_;
  ReferenceLimits limits_;
  ReferencePlant plant_;
  LightExpectation lights_;

  DirectionSignals charge_signals_, discharge_signals_;
  SignalId battery_id_, battery_lo_id_, battery_hi_id_, temperature_checked_;
  BoundsSignal hottest_, coldest_;
  // Of a pack whose service port is read.
  struct CellSignals {
    BoundsSignal highest, lowest;
    SignalId cross_checked;
  };
  std::optional<CellSignals> cell_signals_;

  // As in the tick before: what has not moved is not looked at again.
  RuleInputs inputs_;
  CellTemperature::Sensed sensed_;
  bool first_ = true;
  bool passed_over_ = false;  // this tick
  double looked_ = 0.0;       // s, in the last tick that was not
  Interval reported_battery_;
  bool charge_open_ = true, discharge_open_ = true;
  std::int64_t bucket_ = -1;
  double moved_charge_ = 0.0;  // A s in one pack since the start
  double battery_time_ = 0.0;  // s, of the last pair in the histories
};

}  // namespace rig

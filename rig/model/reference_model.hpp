#pragma once
#include <array>
#include <string>
#include <vector>

#include "rig/model/battery_voltage.hpp"
#include "rig/model/direction_model.hpp"
#include "rig/model/history.hpp"
#include "rig/model/measured.hpp"
#include "rig/model/soc_bounds.hpp"

namespace rig {

// What a case knows about the pack at its start.
struct ReferenceStart {
  bool cells_equalised = false;
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

  // Declares model.*, pack.battery_voltage(.lo, .hi), pack.charge_refused, pack.charge_blocked and their discharge
  // twins, with origin model.
  void declare(SignalTable& table);
  void bind(const SignalTable& table);
  void restart(const ReferenceStart& start) noexcept;
  void step(const Tick& tick, const SignalTable& table) noexcept;
  void publish(const Tick& tick, SignalTable& table) noexcept;

 private:
  // A numeric output and the interval that a conforming pack's value lies in.
  struct Numeric {
    SignalId lo, hi;
    Interval value;
  };
  struct Path {
    bool refused = false;
    double refused_since = infinity;
    Truth blocked = Truth::unknown;
    double time = 0.0;
  };
  struct DirectionSignals {
    SignalId refused, blocked, state, causes;
    std::array<SignalId, max_outputs> may, must;
  };
  void declare_direction(SignalTable& table, const DirectionModel& model, DirectionSignals& ids, bool charge);
  Numeric declare_numeric(SignalTable& table, const std::string& signal, Dimension dimension);
  void watch_path(Path& path, bool charge, double now) const noexcept;
  void check_reports(double now) noexcept;
  void update_limits(double now) noexcept;
  void publish_direction(const Tick& tick, SignalTable& table, const DirectionModel& model, const DirectionSignals& ids,
                         const Path& path) noexcept;
  [[nodiscard]] Interval reported_battery(double now) const noexcept;

  Requirements requirements_;
  MeasuredReader reader_;
  BatteryVoltage battery_;
  History battery_history_, current_history_;
  SocBounds soc_;
  DirectionModel charge_, discharge_;
  Path charge_path_, discharge_path_;
  double cells_;

  // Sensing: how often the pack's voltage was compared, and whether it always agreed.
  int voltage_compared_ = 0;
  bool voltage_agrees_ = true;
  double current_step_ = -infinity;  // s, when the current last jumped
  double voltage_tolerance_ = infinity;
  double current_tolerance_ = infinity;
  double soc_tolerance_ = infinity;
  Interval cell_resistance_;
  Interval charge_voltage_range_, charge_limit_range_, discharge_limit_range_, discharge_voltage_range_;

  DirectionSignals charge_ids_{}, discharge_ids_{};
  SignalId battery_id_, battery_lo_id_, battery_hi_id_;
  Numeric reported_voltage_, reported_current_, reported_soc_, charge_voltage_limit_, charge_limit_, discharge_limit_,
      discharge_voltage_limit_, plant_;
  struct RuleIds {
    SignalId lo, hi;
  };
  std::vector<RuleIds> charge_rule_ids_, discharge_rule_ids_;
};

}  // namespace rig

#pragma once
#include "rig/model/voltage_pairs.hpp"

namespace rig {

// The protections act on the battery voltage B (between B+ and B-); the rig sees the terminals P. This estimator gives
// B as an interval:
// - while current flows, B = P - I * R(path), with a diode drop where a body diode may carry the current;
// - with a source on and no current, B lies at or below P, if the pack would discharge; with a load on and no current,
// at
//   or above P; each time up to a diode's drop beyond while the FET in the way may be open;
// - with neither and both directions open, B = P; before anything better is known, and with the discharge open alone, B
//   lies at P or a diode's drop above;
// - otherwise B is where it was, give or take what cells relax, and where the pack says, once the pack's own reading
//   has been cross-checked in this run.
class BatteryVoltage {
 public:
  struct Paths {
    bool charge_surely_open = true;  // the charge FET is closed for sure: nothing blocks charging
    bool discharge_surely_open = true;
  };
  explicit BatteryVoltage(Interval path_resistance = {}) : resistance_(path_resistance) {}
  void restart() noexcept { *this = BatteryVoltage(resistance_); }
  // Cells of this temperature relax by more, the colder they are, degC.
  void set_coldest(double celsius) noexcept;
  // `reported` is the pack's own voltage with its tolerance when cross-checked, else everything.
  void update(const Measured& measured, Paths paths, Interval reported) noexcept;
  [[nodiscard]] Interval value() const noexcept { return value_; }
  // By the rig's measurements alone: what the pack says may narrow the value, but not what lies between P and B.
  [[nodiscard]] Interval own() const noexcept { return own_; }
  // The highest that B can be without charging, and the lowest without discharging, V: after charging it only falls,
  // after discharging it only rises. Terminals beyond these without a current are a path that refuses.
  [[nodiscard]] double highest_at_rest() const noexcept { return highest_at_rest_; }
  [[nodiscard]] double lowest_at_rest() const noexcept { return lowest_at_rest_; }
  // How much of these is the drop over the path, V.
  [[nodiscard]] double drop_uncertainty() const noexcept { return drop_uncertainty_; }
  // By which B answers a current in the end, at most, but for an empty pack, Ohm.
  [[nodiscard]] double most_drop() const noexcept { return cells_drop * cold_; }
  // B follows from what the rig itself measured.
  [[nodiscard]] bool independent() const noexcept { return independent_; }
  // Up to when the rig's measurements are in these, s: a later voltage still waits for its current.
  [[nodiscard]] double time() const noexcept { return time_; }
  // From when on, s: the voltage before.
  [[nodiscard]] double since() const noexcept { return since_; }

  // Current above which the path surely conducts, A.
  static constexpr double conducting = 0.5;
  // Largest drop of a body diode, V.
  static constexpr double diode = 0.9;
  // Less is no battery that anybody talks to: whatever it says, the terminals are not connected, V.
  static constexpr double dead_terminals = 16.0;
  // How far B falls by itself after charging and rises after discharging (30 min: 0.94 V and 1.1 V at 50 A, 25 degC),
  // V; after more current in proportion, and in the cold as much more as the cells' resistance is greater.
  static constexpr double falls = 1.5;
  static constexpr double rises = 1.8;
  static constexpr double relaxing_current = 50.0;   // A, that these are for
  static constexpr double forgotten_after = 3600.0;  // s, until a larger current has relaxed away
  static constexpr double relaxed_after = 1800.0;    // s, until nothing of a current is left under one the other way
  static constexpr double cells_drop = 20e-3;        // Ohm, of 16 cells with all that is slow in them (1.2 mOhm each)
  // What the electronics take and cells leak: at the very top 1 % of the charge is 2.7 V, V/s and V.
  static constexpr double drains = 0.15 / 3600.0;
  static constexpr double most_drained = 4.0;

 private:
  // Of one direction: the largest current over relaxing_current, and what is left of it.
  struct Strain {
    double size = 0.0, at = 0.0;  // s
    [[nodiscard]] double left(double now) const noexcept;
    void add(double now, double amps) noexcept;
  };
  void bound_rest(Interval reported) noexcept;
  [[nodiscard]] bool surer(Paths paths) const noexcept;
  void estimate(Paths paths) noexcept;
  void note_strain(Interval current) noexcept;
  [[nodiscard]] double rise() const noexcept;
  [[nodiscard]] double fall() const noexcept;
  [[nodiscard]] double most_fall() const noexcept;
  [[nodiscard]] double most_rise() const noexcept;

  Interval resistance_;
  Interval value_;
  Interval own_;  // by the rig's measurements alone
  Interval last_;
  Interval last_without_diode_;  // the same as far as no body diode carried the current
  VoltagePairs pairs_;
  Paths paths_{false, false};        // as they were known at the last estimate
  double time_ = 0.0, since_ = 0.0;  // s
  double drop_uncertainty_ = 0.0;
  double highest_at_rest_ = infinity;
  double lowest_at_rest_ = -infinity;
  Strain charged_, discharged_;
  double strain_ = 1.0;                  // largest current of the last hour over relaxing_current, at least 1
  double cold_ = 1.0, stiffness_ = 1.0;  // of the cells, against 25 degC; the latter at the end of a discharge
  double looked_at_ = 0.0;               // s
  double measured_at_ = 0.0;             // s, B followed from the rig's own measurements
  int direction_ = 0;                    // of the last current: 1 charging, -1 discharging, 0 at rest
  bool has_last_ = false;
  bool behind_diode_ = false;  // what is in last_
  bool independent_ = false;
};

}  // namespace rig

#pragma once
#include "drivers/sim/firmware_rules.hpp"

namespace rig::sim {

// An alarm tells and does nothing else: the pack keeps working (manual 4-10).
template <class Q>
struct AlarmRule {
  Q threshold;
  Duration delay = std::chrono::seconds(2);
  Q release;
  Duration release_delay = std::chrono::seconds(1);
  bool enabled = true;
};

struct CellDifferenceAlarm {
  Volts threshold{0.150};
  Duration delay = std::chrono::seconds(10);
  Volts release{0.100};
  Duration release_delay = std::chrono::seconds(1);
  // Steep ends of the curve make a difference of nothing: there it counts at small currents only.
  Amps small_current{5.0};
  Ratio lowest_soc{0.20};
  Ratio highest_soc{0.95};
  bool enabled = true;
};

struct AlarmParameters {
  static constexpr Duration slow = std::chrono::seconds(5);
  AlarmRule<Volts> alarm_cell_ov{.threshold = Volts{3.45}, .release = Volts{3.40}};
  AlarmRule<Volts> alarm_cell_uv{.threshold = Volts{2.90}, .release = Volts{3.10}};
  AlarmRule<Amps> alarm_charge_oc{.threshold = Amps{55.0}, .delay = slow, .release = Amps{50.0}};
  AlarmRule<Amps> alarm_discharge_oc{.threshold = Amps{80.0}, .delay = slow, .release = Amps{75.0}};
  AlarmRule<Celsius> alarm_charge_ot{.threshold = Celsius{50.0}, .delay = slow, .release = Celsius{47.0}};
  AlarmRule<Celsius> alarm_charge_ut{.threshold = Celsius{2.0}, .delay = slow, .release = Celsius{5.0}};
  AlarmRule<Celsius> alarm_discharge_ot{.threshold = Celsius{55.0}, .delay = slow, .release = Celsius{50.0}};
  AlarmRule<Celsius> alarm_discharge_ut{.threshold = Celsius{-10.0}, .delay = slow, .release = Celsius{3.0}};
  CellDifferenceAlarm alarm_cell_difference;
  // Defects.
  bool alarms_after_protections = false, alarms_block = false;
};

class Alarms {
 public:
  void configure(const AlarmParameters& parameters, DebounceWord debounce);
  void restart() noexcept { *this = Alarms(parameters_, leaky_); }
  void update(double now, const Scan& scan, double soc, const Flags& tripped) noexcept;
  [[nodiscard]] double due() const noexcept { return due_; }
  [[nodiscard]] const Flags& flags() const noexcept { return flags_; }

  Alarms() = default;

 private:
  struct Level {
    Debounce rise, fall;
    bool raised = false;
  };
  Alarms(const AlarmParameters& parameters, bool leaky) : parameters_(parameters), leaky_(leaky) {}
  template <class Rule>
  bool judge(Level& state, const Rule& rule, bool beyond, bool back, double now) noexcept;
  template <class Q>
  bool above(Level& state, const AlarmRule<Q>& rule, double value, bool tripped, double now) noexcept;
  template <class Q>
  bool below(Level& state, const AlarmRule<Q>& rule, double value, bool tripped, double now) noexcept;
  bool difference(const Scan& scan, double soc, double now) noexcept;

  AlarmParameters parameters_;
  bool leaky_ = false;
  Level cell_ov_, cell_uv_, charge_oc_, discharge_oc_, charge_ot_, charge_ut_, discharge_ot_, discharge_ut_;
  Level difference_;
  double due_ = 0;
  Flags flags_;
};

}  // namespace rig::sim

namespace rig {
template <>
struct Fields<sim::AlarmRule<Volts>> {
  static void declare(Mapping<sim::AlarmRule<Volts>>& m);
};
template <>
struct Fields<sim::AlarmRule<Amps>> {
  static void declare(Mapping<sim::AlarmRule<Amps>>& m);
};
template <>
struct Fields<sim::AlarmRule<Celsius>> {
  static void declare(Mapping<sim::AlarmRule<Celsius>>& m);
};
template <>
struct Fields<sim::CellDifferenceAlarm> {
  static void declare(Mapping<sim::CellDifferenceAlarm>& m);
};
}  // namespace rig

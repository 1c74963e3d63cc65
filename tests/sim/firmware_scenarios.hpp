#pragma once
// What a pack meets in its life, as short as it can be: each scenario folds all that is seen of it into one number, so
// that two firmwares can be told apart by it.
#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "tests/sim/firmware_stand.hpp"

namespace rig::sim {

using Scenario = void (*)(FirmwareStand&);

namespace scenario {

inline void full_and_back(FirmwareStand& s) {
  s.start({.soc = 0.993});
  s.run(150, 20);
  s.run(60, 0);
  s.run(300, -40);
  s.run(20, 20);
}
// Twice over the threshold, so that something that moves between two trips is seen.
inline void full_twice(FirmwareStand& s) {
  for (int i = 0; i < 3; ++i) {
    s.rest(0.995, 25);
    s.run(120, 20);
    s.rest(0.9, 25);
    s.run(20, -5);
  }
}
inline void leading_cell(FirmwareStand& s) {
  s.start({.soc = 0.989, .leading_cell = 7, .leading_by = 0.012});
  s.run(150, 20);
  s.run(40, -40);
  s.run(60, -5);
  s.run(100, -40);
}
inline void empty_and_back(FirmwareStand& s) {
  s.start({.soc = 0.025});
  s.run(120, -30);
  s.run(40, 0);
  s.run(400, 60);
  s.run(10, -30);
}
inline void empty_and_cool(FirmwareStand& s) {
  s.start({.soc = 0.025, .celsius = 11});
  s.run(120, -30);
}
inline void lagging_cell(FirmwareStand& s) {
  s.start({.soc = 0.033, .leading_cell = 3, .leading_by = -0.014});
  s.run(120, -30);
  s.run(400, 60);
}
// Interrupted just before the delay is over: only a leaky counter gets there.
inline void pulses_of_current(FirmwareStand& s) {
  for (int i = 0; i < 8; ++i) {
    s.run(6, 110);
    s.run(2, 0);
    s.run(6, -110);
    s.run(2, 0);
  }
}
inline void over_current(FirmwareStand& s, double amps) {
  for (int i = 0; i < 7; ++i) {
    s.run(12, amps);
    s.run(60, 0);
  }
  s.run(5, -amps / 50);
  s.run(20, amps);
  s.button = true;
  s.run(0.2, 0);
  s.button = false;
  s.run(80, amps);
}
inline void charge_over_current(FirmwareStand& s) { over_current(s, 110); }
inline void discharge_over_current(FirmwareStand& s) { over_current(s, -110); }
inline void fast_charge_over_current(FirmwareStand& s) { over_current(s, 210); }
inline void fast_discharge_over_current(FirmwareStand& s) { over_current(s, -210); }
inline void temperatures(FirmwareStand& s) {
  s.rest(0.5, 25);
  for (const double celsius : {25.0, 40.0, 48.0,  52.0,  58.0,  64.0,  57.0, 53.0, 48.0, 30.0, 8.0, 4.0,
                               1.0,  -5.0, -13.0, -23.0, -17.0, -12.0, -4.0, 2.0,  4.0,  7.0,  25.0}) {
    s.rest(0.5, celsius);
    s.run(40, 10);
    s.run(25, -10);
  }
}
// A slow move through all of them, for numbers that are off by less than a step.
inline void slow_temperatures(FirmwareStand& s) {
  for (int i = -24; i <= 64; ++i) {
    s.rest(0.5, i);
    s.run(6, 5);
  }
  for (int i = 64; i >= -24; --i) {
    s.rest(0.5, i);
    s.run(6, 5);
  }
}
inline void currents(FirmwareStand& s) {
  for (const double amps : {0.0, 0.45, 0.0, 0.9, 0.4, 0.2, -0.45, -0.9, 45.0, 52.0, 57.0, 53.0, 49.0, -60.0, -77.0,
                            -82.0, -78.0, -74.0, 0.0}) {
    s.run(9, amps);
  }
}
// The level lights while charging, and the limits between the points of the tables.
inline void cells_up(FirmwareStand& s) {
  for (int i = 0; i <= 100; ++i) {
    s.rest(0.9 + 0.001 * i, 25);
    s.run(3, 3);
  }
}
inline void cells_down(FirmwareStand& s) {
  for (int i = 100; i >= 0; --i) {
    s.rest(0.0008 * i, 25);
    s.run(3, -3);
  }
}
inline void tapering_charge(FirmwareStand& s) {
  s.start({.soc = 0.9985});
  s.run(20, 8);
  s.run(100, 3);
  s.run(20, 0);
  s.rest(0.95, 25);
  s.run(20, -0.7);
  s.run(20, -10);
}
// Just above the charge voltage, where the pack believes to be far from full.
inline void tapering_below_full(FirmwareStand& s) {
  s.start({.soc = 0.9});
  double soc = 0.99;
  do {
    s.rest(soc += 0.0001, 25);
  } while (s.battery() < 55.74);
  s.run(90, 1);
  s.rest(0.93, 25);
  s.run(30, -0.9);
  s.run(30, -1.1);
}
inline void long_rest_empty(FirmwareStand& s) {
  s.start({.soc = 0.10});
  s.rest(0.05, 25);
  s.run(2000, 0);
}
inline void long_rest_with_ripple(FirmwareStand& s) {
  s.start({.soc = 0.10});
  s.rest(0.05, 25);
  s.run(2000, 0.25);
}
inline void long_rest_near_the_plateau(FirmwareStand& s) {
  s.start({.soc = 0.10});
  s.rest(0.13, 25);
  s.run(2000, 0);
}
inline void long_rest_full(FirmwareStand& s) {
  s.start({.soc = 0.90});
  s.rest(0.996, 25);
  s.run(2000, 0);
}
inline void a_month(FirmwareStand& s) {
  s.start({.soc = 0.96, .since_full = 30.0 * 86400 - 30});
  s.run(60, 2);
  s.rest(0.997, 25);
  s.run(150, 30);
  s.run(20, -10);
}
inline void a_month_at_rest(FirmwareStand& s) {
  s.start({.soc = 0.96, .since_full = 30.0 * 86400 - 30});
  s.run(60, 0);
}
inline void charged_to_97(FirmwareStand& s) {
  s.start({.soc = 0.965, .since_full = 30.0 * 86400 - 150});
  s.run(160, 50);
  s.run(100, -50);
}
inline void hungry(FirmwareStand& s) {
  s.start({.soc = 0.082});
  s.run(60, -40);
  s.run(200, 60);
}
inline void five_counts(FirmwareStand& s) {
  for (const double soc :
       {0.05, 0.17, 0.174, 0.18, 0.25, 0.334, 0.34, 0.45, 0.504, 0.51, 0.6, 0.664, 0.67, 0.75, 0.834, 0.84, 0.9}) {
    s.start({.soc = soc});
    s.run(10, 2);
    s.run(10, -2);
    s.run(10, 0);
  }
}
inline void balancing(FirmwareStand& s, double celsius, double amps) {
  for (const double by : {0.0015, 0.0025, 0.004, 0.0025, 0.0012, 0.0, 0.003}) {
    s.rest(0.9945, celsius, 4, by);
    s.run(25, amps);
  }
}
inline void balancing_charge(FirmwareStand& s) { balancing(s, 25, 2); }
inline void balancing_rest(FirmwareStand& s) { balancing(s, 25, -0.6); }
inline void balancing_cold(FirmwareStand& s) { balancing(s, -2, 2); }
inline void balancing_hot(FirmwareStand& s) { balancing(s, 52, 2); }
inline void cells_apart(FirmwareStand& s) {
  for (const double by : {-0.02, -0.03, -0.024, -0.02, -0.015, -0.01, 0.0}) {
    s.rest(0.035, 25, 5, by);
    s.run(20, 0);
    s.run(20, -6);
  }
}
// The same spread while the pack believes itself in the middle.
inline void cells_apart_in_the_middle(FirmwareStand& s) {
  for (const double soc : {0.15, 0.25, 0.5, 0.93, 0.96}) {
    s.start({.soc = soc});
    s.rest(0.035, 25, 5, -0.025);
    s.run(20, -6);
    s.run(20, -4);
  }
}
inline void press(FirmwareStand& s, double seconds) {
  s.button = true;
  s.run(seconds, 0);
  s.button = false;
}
inline void button(FirmwareStand& s) {
  s.start({.on = false});
  s.run(2, 0);
  press(s, 1);
  s.run(5, 0);
  press(s, 2.9);
  s.run(5, 0);
  press(s, 3.5);
  s.run(15, 0);
  press(s, 3.5);
  s.run(6, 0);
}
inline void off_and_on(FirmwareStand& s) {
  press(s, 3.5);
  s.run(8, 0);
  press(s, 3.5);
  s.run(15, 0);
}
inline void nobody_needs_it(FirmwareStand& s) {
  s.start({});
  s.inverter_speaks = false;
  s.run(120, 0.3);
  s.run(200, 0);
  s.inverter_speaks = true;
  s.run(30, 0);
}
// Slowly to where a pack gives itself up, back, and off and on again.
inline void fault(FirmwareStand& s, double from, double to, double celsius, double hot) {
  s.start({.soc = from});
  for (int i = 0; i <= 40; ++i) {
    s.rest(from + (to - from) * i / 40, celsius + (hot - celsius) * i / 40);
    s.run(6, 0);
  }
  s.rest(0.5, 25);
  s.run(20, 5);
  s.run(20, -5);
  off_and_on(s);
  s.run(5, 5);
  s.run(5, -5);
}
inline void fault_ov(FirmwareStand& s) { fault(s, 1.0, 1.02, 25, 25); }
inline void fault_uv(FirmwareStand& s) { fault(s, 0.002, -0.008, 25, 25); }
inline void fault_ot(FirmwareStand& s) { fault(s, 0.5, 0.5, 60, 90); }
inline void start_without_inverter(FirmwareStand& s) {
  s.start({.on = false});
  s.inverter = false;
  press(s, 5);
  s.run(100, 0);
}
inline void silent_inverter(FirmwareStand& s) {
  s.start({});
  s.inverter_speaks = false;
  s.run(40, 20);
}
inline void start_near(FirmwareStand& s) {
  s.start({.on = false});
  s.inverter = false;
  s.outside = 48.5;
  press(s, 5);
  s.run(8, 0);
  s.outside = 0;
  s.run(60, 0);
}
inline void woken(FirmwareStand& s) {
  s.start({.on = false});
  for (const double volts : {40.0, 50.8, 51.2, 0.0}) {
    s.outside = volts;
    s.run(4, 0);
  }
  s.run(12, 0);
}

}  // namespace scenario

inline const std::vector<std::pair<std::string, Scenario>>& scenarios() {
  using namespace scenario;
  static const std::vector<std::pair<std::string, Scenario>> all{
      {"currents", currents},
      {"full_and_back", full_and_back},
      {"leading_cell", leading_cell},
      {"empty_and_back", empty_and_back},
      {"empty_and_cool", empty_and_cool},
      {"lagging_cell", lagging_cell},
      {"temperatures", temperatures},
      {"slow_temperatures", slow_temperatures},
      {"cells_up", cells_up},
      {"cells_down", cells_down},
      {"charge_over_current", charge_over_current},
      {"discharge_over_current", discharge_over_current},
      {"fast_charge_over_current", fast_charge_over_current},
      {"fast_discharge_over_current", fast_discharge_over_current},
      {"pulses_of_current", pulses_of_current},
      {"full_twice", full_twice},
      {"tapering_charge", tapering_charge},
      {"tapering_below_full", tapering_below_full},
      {"hungry", hungry},
      {"a_month", a_month},
      {"a_month_at_rest", a_month_at_rest},
      {"charged_to_97", charged_to_97},
      {"five_counts", five_counts},
      {"balancing_charge", balancing_charge},
      {"balancing_rest", balancing_rest},
      {"balancing_cold", balancing_cold},
      {"balancing_hot", balancing_hot},
      {"cells_apart", cells_apart},
      {"cells_apart_in_the_middle", cells_apart_in_the_middle},
      {"button", button},
      {"nobody_needs_it", nobody_needs_it},
      {"fault_ov", fault_ov},
      {"fault_uv", fault_uv},
      {"fault_ot", fault_ot},
      {"start_without_inverter", start_without_inverter},
      {"start_near", start_near},
      {"silent_inverter", silent_inverter},
      {"woken", woken},
      {"long_rest_empty", long_rest_empty},
      {"long_rest_with_ripple", long_rest_with_ripple},
      {"long_rest_near_the_plateau", long_rest_near_the_plateau},
      {"long_rest_full", long_rest_full},
  };
  return all;
}

inline std::uint64_t trace(const FirmwareParameters& parameters, Scenario scenario) {
  FirmwareStand stand(parameters);
  scenario(stand);
  return stand.hash;
}

// Which scenarios tell another firmware from a reference. Traces of the reference are kept.
class Difference {
 public:
  explicit Difference(const FirmwareParameters& reference) : reference_(reference) {}
  // Name of the first scenario that tells the two apart, empty when none does.
  std::string find(const FirmwareParameters& changed) {
    for (const auto& [name, play] : scenarios()) {
      if (differs(changed, name, play)) {
        return name;
      }
    }
    return {};
  }
  bool in(const std::string& scenario, const FirmwareParameters& changed) {
    return std::any_of(scenarios().begin(), scenarios().end(), [&](const auto& one) {
      return one.first == scenario && differs(changed, one.first, one.second);
    });
  }

 private:
  bool differs(const FirmwareParameters& changed, const std::string& name, Scenario play) {
    const auto known = traces_.find(name);
    const std::uint64_t nominal = known != traces_.end() ? known->second : (traces_[name] = trace(reference_, play));
    return trace(changed, play) != nominal;
  }
  FirmwareParameters reference_;
  std::map<std::string, std::uint64_t> traces_;
};

}  // namespace rig::sim

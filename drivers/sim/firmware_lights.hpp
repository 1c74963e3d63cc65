#pragma once
#include <array>

#include "drivers/sim/firmware_power.hpp"
#include "rig/core/fields.hpp"

namespace rig::sim {

// What the seven lights show at this moment, 0 dark to 1 full.
struct Lights {
  std::array<double, 6> level{};  // L1 to L6, blue
  double run = 0, alarm = 0;      // L7, blue and red
};

struct Flash {
  Duration on, off;
};

struct LightParameters {
  Flash standby{std::chrono::milliseconds(250), std::chrono::milliseconds(3750)};      // flash 1
  Flash charging{std::chrono::milliseconds(500), std::chrono::milliseconds(500)};      // flash 2
  Flash discharging{std::chrono::milliseconds(500), std::chrono::milliseconds(1500)};  // flash 3
  // The highest per cent that one to five lights show.
  std::int64_t level1 = 17, level2 = 33, level3 = 50, level4 = 66, level5 = 83;
  Amps moving_current{0.6};
  Duration moving_delay = std::chrono::seconds(1);
  Amps resting_current{0.3};
  Duration resting_delay = std::chrono::seconds(2);
  // Defects.
  bool no_red = false, steady_only = false, red_for_blue = false, blue_coding = false;
  bool sweep_reversed = false, lit_when_empty = false, never_full = false;
};

// What the lights have to tell.
struct LightSight {
  PowerState power = PowerState::on;
  double since = 0, sweep_step = 0.3;  // s
  double soc = 0;
  double current = 0;
  bool protection = false;  // any but under-voltage
  bool under_voltage = false;
};

// The front panel of manual 5.2.2.
class FrontPanel {
 public:
  void configure(const LightParameters& parameters) { parameters_ = parameters; }
  void restart(double now) noexcept;
  void wake() noexcept;
  // To be called with each new scan, at each change of the power state, and when due() has come.
  void run(double now, const LightSight& sight) noexcept;
  [[nodiscard]] double due() const noexcept { return next_change_; }
  [[nodiscard]] const Lights& lights() const noexcept { return lights_; }

 private:
  enum class Pattern { dark, sweep_up, sweep_down, coding, red, standby, charging, full, discharging };
  enum class Direction { rest, charge, discharge };
  void follow_current(double now, double current) noexcept;
  [[nodiscard]] Pattern pattern(const LightSight& sight) const noexcept;
  [[nodiscard]] std::size_t level(double soc) const noexcept;
  void show(double now, const LightSight& sight) noexcept;
  void sweep(double now, const LightSight& sight, bool up) noexcept;

  LightParameters parameters_;
  Pattern pattern_ = Pattern::dark;
  Direction direction_ = Direction::rest;
  double pattern_since_ = 0;
  double other_since_ = -1;
  double next_change_ = 0;
  Lights lights_;
};

}  // namespace rig::sim

namespace rig {
template <>
struct Fields<sim::Flash> {
  static void declare(Mapping<sim::Flash>& m);
};
template <>
struct Fields<sim::LightParameters> {
  static void declare(Mapping<sim::LightParameters>& m);
};
}  // namespace rig

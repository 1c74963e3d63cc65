#pragma once
#include <cstdint>

#include "drivers/sim/firmware_link.hpp"
#include "rig/core/fields.hpp"

namespace rig::sim {

struct StartParameters {
  Duration press = std::chrono::seconds(3);
  Duration sweep_step = std::chrono::milliseconds(300);  // for each of seven lights
  Duration coding = std::chrono::seconds(2);
  Volts wake_voltage{51.0};
  Duration wake_delay = std::chrono::seconds(2);
  // Pre-charge: the terminals are fed through a resistor until they are near the battery.
  Ratio precharge_share{0.9};
  Volts precharge_difference{1.0};
  Duration precharge_time = std::chrono::milliseconds(1500);
  std::int64_t precharge_tries = 3;
  Duration precharge_retry = std::chrono::seconds(60);
  // Without current and without an inverter on CAN it goes to sleep.
  Duration sleep_after = std::chrono::hours(48);
  Amps sleep_current{0.5};
  // Defects.
  bool no_precharge = false, button_dead = false;
};

// What tells a pack whether anybody needs it.
struct PowerSight {
  bool button = false;
  double terminal_voltage = 0, battery_voltage = 0;  // V
  double current = 0;                                // A
  double since_pcs = 0;                              // s
};

// refused: the link does not let it work, for wrong wiring or because it lost its master. asleep: off by itself, and a
// frame on CAN wakes it too.
enum class PowerState { off, asleep, sweep_up, coding, precharge, failed, refused, on, sweep_down };

// From off to on and back: the button, a voltage from outside, the sweep of the lights, coding, pre-charge.
class Power {
 public:
  void configure(const StartParameters& parameters) { parameters_ = parameters; }
  void restart(double now, bool on) noexcept;
  void run(double now, const PowerSight& sight, const LinkOrders& link = {}) noexcept;
  // After a run: the moment at which time alone moves a pack without a link that is on and sees the same further; not
  // behind `now` when the next run may do something.
  [[nodiscard]] double due(double now, const PowerSight& sight) const noexcept;

  [[nodiscard]] PowerState state() const noexcept { return state_; }
  [[nodiscard]] double since() const noexcept { return since_; }
  // Awake: measures, decides and talks; FETs are a matter of ready().
  [[nodiscard]] bool awake() const noexcept {
    return state_ == PowerState::on || state_ == PowerState::precharge || failed();
  }
  // A pack that stops stays live while its lights sweep, and one that was not does not become it.
  [[nodiscard]] bool ready() const noexcept {
    return state_ == PowerState::on || (state_ == PowerState::sweep_down && stops_from_on_);
  }
  [[nodiscard]] bool precharging() const noexcept { return state_ == PowerState::precharge; }
  [[nodiscard]] bool failed() const noexcept { return state_ == PowerState::failed || state_ == PowerState::refused; }
  // Its button wants it off, and its slaves have to go first.
  [[nodiscard]] bool wants_stop() const noexcept { return wants_stop_; }
  // The button went down in this run.
  [[nodiscard]] bool pressed() const noexcept { return pressed_; }

 private:
  void enter(PowerState state, double now) noexcept {
    state_ = state;
    since_ = now;
    idle_since_ = -1;
  }
  void precharge(double now, double terminal_voltage, double battery_voltage) noexcept;
  [[nodiscard]] bool long_press(double now, bool button) noexcept;
  [[nodiscard]] bool woken(double now, double terminal_voltage) noexcept;
  void obey(double now, bool wanted, const LinkOrders& link) noexcept;
  void doze(double now, const PowerSight& sight, const LinkOrders& link) noexcept;

  StartParameters parameters_;
  PowerState state_ = PowerState::on;
  double since_ = 0;
  bool button_ = false, pressed_ = false;
  double down_since_ = 0;
  double woken_since_ = -1;
  double idle_since_ = -1;
  bool was_low_ = false, wants_stop_ = false, stops_from_on_ = false;
  std::int64_t tries_ = 0;
};

}  // namespace rig::sim

namespace rig {
template <>
struct Fields<sim::StartParameters> {
  static void declare(Mapping<sim::StartParameters>& m);
};
}  // namespace rig

#pragma once
#include <array>
#include <string>
#include <vector>

#include "rig/model/bounds_signal.hpp"
#include "rig/model/long_press.hpp"
#include "rig/model/measured.hpp"
#include "rig/signal/light_words.hpp"

namespace rig {

// What the front panel of a conforming pack may show now (manual 5.2.1, 5.2.2): model.lights.panel.may, a bit for each
// value of lights.panel, and how many level lights, model.lights.level.lo and .hi.
//
// Only from what the rig measures (current, button, terminals) and what the pack says on CAN (SOC, protections, that it
// is there). A pattern stays allowed for some time after its reason is gone: the pack looks at its current with a
// delay, a report comes with its frame, and a flash is given up only when the next one does not come.
class LightExpectation {
 public:
  LightExpectation(const Requirements& requirements, const std::vector<std::string>& charge_flags,
                   const std::vector<std::string>& discharge_flags);
  // Nothing is declared on a bench that does not see the lights, or when the requirements say nothing of them.
  void declare(SignalTable& table);
  void restart() noexcept;
  void update(double now, const Measured& measured, bool may_sleep) noexcept;
  void publish(const Tick& tick, SignalTable& table) noexcept;

  [[nodiscard]] std::uint32_t may() const noexcept { return may_; }
  [[nodiscard]] Interval level() const noexcept { return level_; }

 private:
  struct Flags {
    bool set = false;   // a protection that is no under-voltage
    bool known = true;  // all flags are
  };
  [[nodiscard]] Flags flags_of(const Measured::Outputs& outputs,
                               const std::vector<bool>& is_under_voltage) const noexcept;
  void note_current(double now, const Measured& m) noexcept;
  void note_button(double now, const Measured& m) noexcept;
  void note_level(double now, const Measured& m) noexcept;
  [[nodiscard]] std::uint32_t moving(const Measured& m, bool charge) const noexcept;
  [[nodiscard]] std::uint32_t awake(const Measured& m) const noexcept;
  [[nodiscard]] std::uint32_t now_allowed(double now, const Measured& m, bool may_sleep) const noexcept;
  [[nodiscard]] double count(double soc) const noexcept;

  std::vector<bool> charge_under_, discharge_under_;
  bool known_ = false;             // the requirements say when the patterns have to show
  Interval band_;                  // A: less is rest, more is charging or discharging
  double delay_ = 0.0;             // s until the pack's lights follow its current
  std::array<double, 8> marks_{};  // SOC up to which one, two ... lights show
  std::size_t mark_count_ = 0;
  double mark_tolerance_ = 0.0;

  SignalId may_id_;
  BoundsSignal level_signal_;

  double next_ = -infinity;                                                      // s
  double charging_ = -infinity, resting_ = -infinity, discharging_ = -infinity;  // when it last may have been so, s
  int direction_ = 0;                                      // of the current: 1 charging, -1 discharging
  double turned_ = -infinity, before_turned_ = -infinity;  // when that last changed, and the time before, s
  LongPress press_;
  double started_ = -infinity, stopped_ = -infinity;
  std::array<double, panel_patterns> allowed_{};  // when each pattern was last allowed, s
  std::array<double, 8> level_allowed_{};
  std::uint32_t may_ = any_panel;
  Interval level_{0.0, 6.0};
};

}  // namespace rig

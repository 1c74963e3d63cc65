#pragma once
#include <array>

#include "rig/lights/panel.hpp"
#include "rig/signal/signal_table.hpp"

namespace rig {

// What the light sensors of a bench see, in words: lights.panel, .run, .top, .color and .level, and the times of a
// flash: lights.run_on, .run_off (L7), .top_on and .top_off (the highest level light), each with its uncertainty in a
// companion `.u`, which is a bound made of the distance of the samples.
//
// Written when they change. They are good while samples come: when the sensors are stale or invalid they become so too,
// and are good again with the next sample, as `unknown` until something is recognised.
//
// Order of calls: declare() once, reset() before each run, look() each tick.
class LightWatch {
 public:
  // Nothing is declared, and look() does nothing, on a bench without light sensors io.led1 .. io.led7_red.
  void declare(SignalTable& table);
  void reset() noexcept;
  void look(SignalTable& table) noexcept;

 private:
  struct Time {
    SignalId value{}, uncertainty{};
  };
  void publish(TimePoint time, SignalTable& table) noexcept;
  void publish_times(const Lamp* lamp, const Time& on, const Time& off, TimePoint time,
                     SignalTable& table) const noexcept;
  void lose(Quality quality, SignalTable& table) noexcept;

  std::array<SignalId, lamp_count> sensors_{};
  SignalId panel_id_{}, run_id_{}, top_id_{}, color_id_{}, level_id_{};
  Time run_on_{}, run_off_{}, top_on_{}, top_off_{};
  Panel panel_;
  bool lost_ = false;
};

}  // namespace rig

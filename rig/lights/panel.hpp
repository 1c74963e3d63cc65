#pragma once
#include <array>

#include "rig/lights/lamp.hpp"
#include "rig/lights/sweep.hpp"

namespace rig {

// The eight lamps of the front panel, from their light sensors to what they show.
class Panel {
 public:
  void restart() noexcept;
  // A sample of all sensors, taken at one moment, s. False: it is as before, and only each fifth of a second such
  // samples are looked at closer, so that what learns and what waits goes on.
  bool sample(double now, const std::array<double, lamp_count>& levels) noexcept;
  // The sensors do not answer: nothing is known, and what was learned of their levels is kept.
  void lose() noexcept;

  [[nodiscard]] PanelPattern pattern() const noexcept { return pattern_; }
  [[nodiscard]] LightColor color() const noexcept { return color_; }
  [[nodiscard]] LampPattern run() const noexcept { return run_lamp().pattern(); }
  [[nodiscard]] LampPattern top() const noexcept;
  // How many of the six show, when it is known: L1 up to some light, none beyond.
  [[nodiscard]] bool level_known() const noexcept { return level_known_; }
  [[nodiscard]] int level() const noexcept { return level_; }
  [[nodiscard]] const Lamp& lamp(std::size_t i) const noexcept { return lamps_[i]; }
  [[nodiscard]] const Lamp& run_lamp() const noexcept;
  [[nodiscard]] const Lamp* top_lamp() const noexcept;

 private:
  static constexpr std::size_t blue = 6, red = 7, levels = 6;
  [[nodiscard]] bool others_are(LampPattern pattern, std::size_t count) const noexcept;
  [[nodiscard]] bool all_levels_dark(double now) const noexcept;
  [[nodiscard]] PanelPattern recognise(double now) const noexcept;
  [[nodiscard]] PanelPattern working() const noexcept;
  [[nodiscard]] bool same(double now, const std::array<double, lamp_count>& levels) const noexcept;
  void note_same() noexcept;
  void count_level(double now) noexcept;
  void note_color(double now) noexcept;

  RoomLight room_;
  std::array<LightLevel, lamp_count> sensors_{};
  std::array<Lamp, lamp_count> lamps_{};
  Sweep sweep_;
  bool analog_ = false;
  double last_ = -infinity;                          // sample, s
  double looked_ = -infinity;                        // last closer look, s
  std::array<double, lamp_count> least_{}, most_{};  // between them a level says the same as before
  double settled_ = -infinity;  // since when nothing has been recognised though all lamps are seen, s
  PanelPattern pattern_ = PanelPattern::unknown;
  LightColor color_ = LightColor::unknown, color_before_ = LightColor::unknown;
  int level_ = 0;
  bool level_known_ = false;
};

}  // namespace rig

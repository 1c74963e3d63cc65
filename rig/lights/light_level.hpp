#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

namespace rig {

inline constexpr std::size_t lamp_count = 8;  // L1 to L6, L7 blue, L7 red

// The light of the room, as all sensors see it. In every pattern of the panel some lamp is dark, at the latest half a
// second later (coding flashes them all), so the lowest of all levels is the room's. It falls at once and rises slowly:
// half a second of all lamps lit must not pass for daylight.
class RoomLight {
 public:
  void restart() noexcept { known_ = false; }
  void add(double lowest, double dt) noexcept {
    constexpr double fall = 0.3;   // of the way with each look, which evens out the noise
    constexpr double rise = 0.05;  // 1/s
    if (!known_) {
      level_ = lowest;
      known_ = true;
    } else if (lowest < level_) {
      level_ += fall * (lowest - level_);
    } else {
      level_ += std::min(lowest - level_, rise * dt);
    }
  }
  [[nodiscard]] double level() const noexcept { return level_; }

 private:
  double level_ = 0.0;
  bool known_ = false;
};

// What one sample says about a lamp.
enum class Seen : std::uint8_t {
  nothing,  // the sensor tells nothing: washed out, saturated, dead, or too faint to be sure
  between,  // neither surely lit nor surely dark: as it was before
  dark,
  lit
};

// The levels of one sensor, learned: dark as so much above the room's light, and lit as so much above dark.
class LightLevel {
 public:
  void restart() noexcept { *this = {}; }
  // `room` of all sensors; `analog`: some sensor has shown something between 0 and 1, so that this is no contact.
  Seen see(double level, double room, bool analog) noexcept {
    if (analog && !trusted(level, room)) {
      return Seen::nothing;
    }
    const double height = level - (room + offset_);
    if (1.0 - (room + offset_) < least_contrast) {
      return Seen::nothing;  // the room is as bright as the lamp
    }
    const Seen seen = compare(height);
    if (seen == Seen::dark) {
      offset_ = std::clamp(offset_ + slow * height, 0.0, most_offset);
    } else if (seen == Seen::lit) {
      // A soft edge begins low, so what is brighter counts at once and what is darker only in the long run.
      contrast_ = contrast_ == 0.0 ? height : contrast_ + (height > contrast_ ? fast : slow) * (height - contrast_);
    }
    return seen;
  }

  // While levels stay above or below these, the next look would say the same.
  [[nodiscard]] double lit_above(double room) const noexcept { return room + offset_ + 0.6 * contrast_; }
  [[nodiscard]] double dark_below(double room) const noexcept {
    return room + offset_ + (contrast_ == 0.0 ? surely_dark : 0.4 * contrast_);
  }

 private:
  static constexpr double slow = 0.3, fast = 0.5;  // of the way with each look
  static constexpr double least_contrast = 0.25;
  static constexpr double most_offset = 0.3;  // by which the dark levels of sensors differ
  // Before the sensor has seen its lamp lit: what is surely one and the other.
  static constexpr double surely_lit = 0.35, surely_dark = 0.15;
  static constexpr int long_at_an_end = 30;  // looks

  // Exactly full scale all the time is a sensor that looks into a lamp of the ceiling or is broken; exactly zero where
  // all others see the light of the room has no power.
  bool trusted(double level, double room) noexcept {
    full_ = level >= 1.0 ? std::min(full_ + 1, long_at_an_end) : 0;
    zero_ = level <= 0.0 && room > 0.03 ? std::min(zero_ + 1, long_at_an_end) : 0;
    return full_ < long_at_an_end && zero_ < long_at_an_end / 5;
  }
  [[nodiscard]] Seen compare(double height) const noexcept {
    if (contrast_ == 0.0) {
      return height > surely_lit ? Seen::lit : height < surely_dark ? Seen::dark : Seen::nothing;
    }
    if (contrast_ < least_contrast * 0.8) {
      return Seen::nothing;
    }
    return height > 0.6 * contrast_ ? Seen::lit : height < 0.4 * contrast_ ? Seen::dark : Seen::between;
  }

  double offset_ = 0.0, contrast_ = 0.0;
  int full_ = 0, zero_ = 0;
};

}  // namespace rig

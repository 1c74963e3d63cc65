#pragma once
// The firmware on a stand of its own: cells that can be put anywhere, a current that flows as far as the FETs let it,
// a button. Everything that can be seen from outside is at hand, and folds into one number.
#include <cmath>
#include <cstring>
#include <map>

#include "drivers/sim/firmware.hpp"

namespace rig::sim {

// A front end without error, so that a rule can be compared with the truth.
inline FirmwareParameters exact_front_end(FirmwareParameters p = {}) {
  p.afe.cell_gain_spread = p.afe.current_gain_spread = Ratio{0};
  p.afe.cell_offset_spread = p.afe.cell_noise = Volts{0};
  p.afe.current_offset_spread = p.afe.current_noise = Amps{0};
  p.afe.temperature_offset_spread = p.afe.temperature_noise = Kelvin{0};
  p.afe.voltage_filter = p.afe.temperature_lag = {};
  return p;
}

struct StandStart {
  double soc = 0.5, celsius = 25;
  int leading_cell = 0;
  double leading_by = 0;
  double since_full = 0;
  bool on = true;
};

class FirmwareStand {
 public:
  explicit FirmwareStand(const FirmwareParameters& parameters = {}, std::uint64_t seed = 7) {
    cells.configure(equal_cells(), {}, 0.003, seed);
    firmware.configure(parameters, seed);
    start({});
  }
  void start(const StandStart& s) {
    rest(s.soc, s.celsius, s.leading_cell, s.leading_by);
    firmware.restart({.soc = cells.mean_soc(), .capacity = 103.0 * 3600, .since_full = s.since_full, .on = s.on});
    current = 0;
    terminal = s.on ? battery() : 0;
    index_ = 0;
    frames.clear();
  }
  // Moves the cells there at once: what a chamber and hours would do.
  void rest(double soc, double celsius, int leading_cell = 0, double leading_by = 0) {
    cells.rest_at(soc, celsius, 0, leading_cell, leading_by);
  }
  void run(double seconds, double amps = 0) {
    for (const auto end = index_ + std::llround(seconds * 100); index_ < end;) {
      step(amps);
    }
  }
  // Runs until `done()` and gives the time that it took; gives up after `longest`.
  template <class Done>
  double run_until(double longest, double amps, Done done) {
    const double from = now();
    while (!done() && now() - from < longest) {
      step(amps);
    }
    return now() - from;
  }
  void step(double amps) {
    ++index_;
    const bool flows = amps > 0 ? firmware.charge_fet() : firmware.discharge_fet();
    current = flows ? amps : 0;
    cells.step(current, 0.01);
    const bool joined = firmware.charge_fet() || firmware.discharge_fet();
    const double inner = joined ? battery() : (firmware.precharging() && inverter ? terminal + 0.5 : 0.0);
    terminal = std::max(outside, std::min(inner, battery()));
    firmware.task(now(), 0.01, cells, {current, terminal, button, inverter_speaks ? 0.0 : now()});
    for (const CanFrame& frame : firmware.sent().frames()) {
      frames[frame.id] = frame;
      ++frame_count;
      fold(static_cast<double>(frame.time.time_since_epoch().count()));
      for (const std::uint8_t byte : frame.data) {
        fold(byte);
      }
    }
    firmware.sent().clear();
    fold_outputs();
  }
  [[nodiscard]] double now() const { return static_cast<double>(index_) * 0.01; }
  [[nodiscard]] double battery() const { return cells.source_voltage() + current * cells.series_resistance(); }
  [[nodiscard]] int byte(std::uint32_t id, std::size_t i) const { return frames.at(id).data[i]; }
  [[nodiscard]] int word(std::uint32_t id, std::size_t i) const {
    return static_cast<std::int16_t>(byte(id, i) | (byte(id, i + 1) << 8));
  }
  // Items of 0x35A, from 1 as in the frame table; alarms are the same items four bytes on.
  [[nodiscard]] bool protection(int item) const { return pair(item, 0) == 1; }
  [[nodiscard]] bool alarm(int item) const { return pair(item, 4) == 1; }
  [[nodiscard]] double charge_limit() const { return word(0x351, 2) / 10.0; }
  [[nodiscard]] double discharge_limit() const { return word(0x351, 4) / 10.0; }

  PackCells cells;
  Firmware firmware;
  double current = 0;           // A, what flows
  double terminal = 0;          // V at P+/P-
  double outside = 0;           // V that something else holds at the terminals
  bool inverter_speaks = true;  // on CAN
  bool inverter = true;         // its capacitor can be charged through the resistor
  bool button = false;
  std::map<std::uint32_t, CanFrame> frames;  // the latest of each
  std::size_t frame_count = 0;
  std::uint64_t hash = 0xcbf29ce484222325ull;

 private:
  [[nodiscard]] int pair(int item, std::size_t from) const {
    const auto i = static_cast<std::size_t>(item - 1);
    return (byte(0x35A, from + i / 4) >> (2 * (i % 4))) & 3;
  }
  void fold(double value) {
    std::uint64_t bits = 0;
    std::memcpy(&bits, &value, sizeof bits);
    hash = (hash ^ bits) * 0x100000001b3ull;
    hash ^= hash >> 29;  // a product only carries upwards: without this, differences in a top bit cancel each other
  }
  void fold_outputs() {
    const Firmware& f = firmware;
    fold(f.charge_fet() + 2 * f.discharge_fet() + 4 * f.charge_contact() + 8 * f.discharge_contact() +
         16 * f.precharging() + 32.0 * f.bleeding());
    for (const double level : f.lights().level) {
      fold(level);
    }
    fold(f.lights().run + 2 * f.lights().alarm);
  }

  std::int64_t index_ = 0;
};

}  // namespace rig::sim

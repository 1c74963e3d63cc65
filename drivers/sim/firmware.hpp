#pragma once
#include <array>
#include <cstdint>

#include "drivers/sim/can_frames.hpp"
#include "drivers/sim/firmware_parameters.hpp"
#include "drivers/sim/pack_cells.hpp"

namespace rig::sim {

// What the firmware is wired to besides the cells.
struct PackSight {
  double current = 0;           // A through the pack's shunt, charging positive
  double terminal_voltage = 0;  // V at P+/P-
  bool button = false;          // the start button is held down
};

// What the seven lights show at this moment, 0 dark to 1 full.
struct Lights {
  std::array<double, 6> level{};  // L1 to L6, blue
  double run = 0, alarm = 0;      // L7, blue and red
};

// The virtual pack's firmware: scans, counts, decides, opens FETs, moves contacts, talks on CAN. It sees the cells only
// through its front end. A task of 10 ms; times in seconds of the world.
class Firmware {
 public:
  void configure(const FirmwareParameters& parameters, std::uint64_t seed);
  // Starts anew with a true SOC that it knows, as after a full charge.
  void restart(double soc, double capacity) noexcept;

  // One task run of `dt` seconds at `now`.
  void task(double now, double dt, const PackCells& cells, const PackSight& sight) noexcept;

  [[nodiscard]] bool charge_fet() const noexcept { return charge_.closed || parameters_.fet.charge_stuck; }
  [[nodiscard]] bool discharge_fet() const noexcept { return discharge_.closed || parameters_.fet.discharge_stuck; }
  // Pre-charge: the terminals are fed through the resistor only.
  [[nodiscard]] bool precharging() const noexcept { return false; }
  // Bit i: the balancing resistor of cell i + 1 is on.
  [[nodiscard]] std::uint32_t bleeding() const noexcept { return 0; }
  [[nodiscard]] const Lights& lights() const noexcept { return lights_; }
  [[nodiscard]] bool charge_contact() const noexcept;
  [[nodiscard]] bool discharge_contact() const noexcept;

  // The frames that went onto the bus since they were last taken.
  FrameBatch& sent() noexcept { return sent_; }

 private:
  struct Rule {
    bool above = true;
    double beyond_for = 0;
    double release_for = 0;
    bool tripped = false;
  };
  struct Switch {
    bool closed = true;
    double pending = 0;  // s since the demand differs
  };
  struct Contact {
    bool closed = false;
    double pending = 0;
  };

  void scan(const PackCells& cells, double current) noexcept;
  void judge(Rule& rule, const VoltageRule& parameters, double value, double dt) noexcept;
  void drive(Switch& fet, bool demanded, double dt) const noexcept;
  void drive(Contact& contact, bool demanded, double dt) const noexcept;
  void talk(double now) noexcept;
  [[nodiscard]] Telegram telegram() const noexcept;

  FirmwareParameters parameters_;
  Rule pack_ov_, pack_uv_{.above = false}, cell_ov_, cell_uv_{.above = false};
  Switch charge_, discharge_;
  Contact charge_contact_, discharge_contact_;
  double since_scan_ = 0;
  double pack_voltage_ = 0, highest_cell_ = 0, lowest_cell_ = 0, current_ = 0, temperature_ = 25;
  double soc_ = 0.5, capacity_ = 100.0 * 3600;
  double phase_ = 0, next_set_ = 0;
  std::size_t next_slot_ = 0;
  Lights lights_;
  FrameBatch sent_;
};

}  // namespace rig::sim

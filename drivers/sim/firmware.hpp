#pragma once
#include <cstdint>

#include "drivers/sim/firmware_parameters.hpp"
#include "drivers/sim/pack_cells.hpp"

namespace rig::sim {

// What the firmware is wired to besides the cells.
struct PackSight {
  double current = 0;           // A through the pack's shunt, charging positive
  double terminal_voltage = 0;  // V at P+/P-
  bool button = false;          // the start button is held down
  double since_pcs = 0;         // s since the inverter's keep-alive was heard, or since the start
  LinkPorts link;
};

// How the firmware finds itself.
struct FirmwareStart {
  double soc = 0.5;         // true, and known to it as after a full charge
  double capacity = 3.6e5;  // A*s
  double since_full = 0;    // s since SOC was last at least 97 %
  bool on = true;
  int id = 0, packs = 0;  // in a running system of several packs
};

// What the firmware tells at its service port: what it believes, cell by cell.
struct BoardReport {
  Scan scan;
  std::array<double, ntc_count> sensors{};  // degC
  double remaining = 0, full = 0;           // A*s
  std::int64_t cycles = 0;
  std::uint32_t bleeding = 0;
  bool charge_fet = false, discharge_fet = false;
  Protections::VoltageTrips voltage{};
  Flags protection, alarm;
  bool awake = false;
};

// The virtual pack's firmware: scans, counts, decides, opens FETs, moves contacts, talks on CAN. It sees the cells only
// through its front end. A task of 10 ms; times in seconds of the world.
//
// The front end and the CAN port have clocks of their own; everything else counts runs of the task. Between two scans
// nothing but time changes, so each part says when it is due and is left alone until then.
class Firmware {
 public:
  void configure(const FirmwareParameters& parameters, std::uint64_t seed);
  void restart(const FirmwareStart& start) noexcept;

  // One task run of `dt` seconds at `now`.
  void task(double now, double dt, const PackCells& cells, const PackSight& sight) noexcept;
  // After the run at `now`: the moment of the world before which further runs would do nothing but count while what is
  // seen stays the same. Not behind `now` when the next one may do something.
  [[nodiscard]] double idle_until(double now, const PackSight& sight) const noexcept;
  // Instead of so many runs of `dt` that would do nothing.
  void pass(std::int64_t runs, double dt) noexcept { count(runs, dt); }

  [[nodiscard]] bool charge_fet() const noexcept { return switches_.charge_fet(); }
  [[nodiscard]] bool discharge_fet() const noexcept { return switches_.discharge_fet(); }
  // Pre-charge: the terminals are fed through the resistor only.
  [[nodiscard]] bool precharging() const noexcept { return power_.precharging(); }
  // Bit i: the balancing resistor of cell i + 1 is on.
  [[nodiscard]] std::uint32_t bleeding() const noexcept { return power_.ready() ? balancer_.bleeding() : 0; }
  [[nodiscard]] const Lights& lights() const noexcept { return panel_.lights(); }
  [[nodiscard]] bool charge_contact() const noexcept { return switches_.charge_contact(supplied()); }
  [[nodiscard]] bool discharge_contact() const noexcept { return switches_.discharge_contact(supplied()); }

  [[nodiscard]] BoardReport board() const noexcept;
  [[nodiscard]] const Link& link() const noexcept { return link_; }
  [[nodiscard]] PowerState power() const noexcept { return power_.state(); }

  // The frames that went onto the bus since they were last taken.
  FrameBatch& sent() noexcept { return can_.sent(); }

 private:
  void decide(double now, double dt, bool fresh, const PackSight& sight) noexcept;
  void count(std::int64_t runs, double dt) noexcept;
  void follow_scan(double dt) noexcept;
  void wake(double now) noexcept;
  [[nodiscard]] bool supplied() const noexcept { return power_.awake() || power_.ready(); }
  [[nodiscard]] bool charge_blocked() const noexcept {
    return protections_.charge_blocked() || faults_.charge_blocked();
  }
  [[nodiscard]] bool discharge_blocked() const noexcept {
    return protections_.discharge_blocked() || faults_.discharge_blocked();
  }
  [[nodiscard]] Flags told_protections() const noexcept;
  [[nodiscard]] Telegram telegram() const noexcept;
  [[nodiscard]] PackReport own_report(const LinkPorts& ports) const noexcept;
  [[nodiscard]] LightSight light_sight() const noexcept;
  [[nodiscard]] PowerSight power_sight(const PackSight& sight) const noexcept;

  FirmwareParameters parameters_;
  Afe afe_;
  Protections protections_;
  Alarms alarms_;
  Faults faults_;
  Derating derating_;
  SocCounter soc_;
  Balancer balancer_;
  Switches switches_;
  Power power_;
  FrontPanel panel_;
  Link link_;
  CanPort can_;
  std::int64_t counted_ = 0;  // runs of the task
  double clock_ = 0;          // s, the same as time
  double last_scan_ = 0;      // s of the world
  double due_ = 0;            // s of clock_, next moment at which time alone trips or releases something
  std::int64_t runs_ = 0;
  bool fresh_ = false;
};

}  // namespace rig::sim

#pragma once
#include <algorithm>

#include "drivers/sim/circuit.hpp"
#include "drivers/sim/firmware.hpp"
#include "drivers/sim/pack_cells.hpp"
#include "rig/instrument/instrument.hpp"

namespace rig::sim {

// How the virtual pack differs from the nominal one, and where it stands.
struct PackParameters {
  FirmwareParameters firmware;
  Ratio default_soc{0.5};
  Celsius ambient{25.0};
  CellParameters cells;
  ThermalParameters thermal;
  Ohms path_resistance{0.003};
  Amps own_current{0.02};  // what the electronics take from the cells; the pack's own shunt does not see it
};

// One pack: its cells, its firmware, and what stands at its terminals.
class PackUnit {
 public:
  // `more_soc`: that it has more than the case says.
  void configure(const PackParameters& parameters, double more_soc, std::uint64_t seed);
  // `id`, `packs`: in a running system of several.
  void preset(const StartState& start, int id, int packs);

  [[nodiscard]] PackCells& cells() noexcept { return cells_; }
  [[nodiscard]] const PackCells& cells() const noexcept { return cells_; }
  [[nodiscard]] Firmware& firmware() noexcept { return firmware_; }
  [[nodiscard]] const Firmware& firmware() const noexcept { return firmware_; }
  [[nodiscard]] const PackParameters& parameters() const noexcept { return parameters_; }
  [[nodiscard]] PackPort port() const noexcept;
  void step(double dt) noexcept { cells_.step(current_ - parameters_.own_current.value(), dt); }
  void task(double now, double dt, double since_pcs, const LinkPorts& link) noexcept {
    firmware_.task(now, dt, cells_, {current_, voltage_, button, since_pcs, link});
    cells_.set_bleed(firmware_.bleeding());
  }
  // As Firmware::idle_until(), of a pack without a link, and no later than its cells can be carried in one step.
  [[nodiscard]] double idle_until(double now, double since_pcs) const noexcept {
    const double cells = now + cells_.steady_for(current_ - parameters_.own_current.value());
    return std::min(cells, firmware_.idle_until(now, {current_, voltage_, button, since_pcs, {}}));
  }
  void pass(std::int64_t runs, double dt) noexcept { firmware_.pass(runs, dt); }
  // What the circuit found: V at its own P+/P-, and A into it.
  void stand(double voltage, double current) noexcept {
    voltage_ = voltage;
    current_ = current;
  }
  [[nodiscard]] double voltage() const noexcept { return voltage_; }
  [[nodiscard]] double current() const noexcept { return current_; }

  bool button = false;  // held down by the rig's relay

 private:
  PackParameters parameters_;
  PackCells cells_;
  Firmware firmware_;
  double more_soc_ = 0;
  double voltage_ = 0, current_ = 0;
};

}  // namespace rig::sim

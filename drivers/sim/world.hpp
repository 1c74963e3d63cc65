#pragma once
#include <optional>
#include <vector>

#include "drivers/sim/bank.hpp"
#include "drivers/sim/chamber_air.hpp"
#include "drivers/sim/firmware_defects.hpp"
#include "drivers/sim/link_wiring.hpp"
#include "drivers/sim/pack_unit.hpp"
#include "rig/instrument/instrument.hpp"
#include "rig/instrument/roles.hpp"

namespace rig::sim {

// What may differ from the first pack where several stand in parallel.
struct ParallelPack {
  std::optional<FirmwareParameters> firmware;
  std::optional<CellParameters> cells;
  std::vector<DefectName> defects;
  std::optional<Ohms> path_resistance;
  Ratio soc_offset{0.0};  // it has so much more than the case says
};

// Packs in parallel and what joins them.
struct BankParameters {
  std::int64_t packs = 1;
  std::vector<ParallelPack> parallel;          // of the second, the third ...
  std::optional<std::vector<LinkCable>> link;  // missing: from each Link Out to the next Link In
  Ohms cable{0.5e-3};                          // one power cable between neighbours with its contacts
};

// A supply of the world: its set-points, and how fast it follows them.
struct SupplyState {
  PowerSupply::Setpoint set;
  double voltage = 0;                             // V, what it regulates to now
  double current = 0;                             // A, its limit now
  double voltage_slew = 200, current_slew = 500;  // V/s, A/s
  double settling = 0.004;                        // s, time constant of the unloaded terminals
  // Load dump: what flowed when the pack opened goes into the output capacitor until the regulator has noticed.
  double response = 2e-4;      // s
  double capacitance = 10e-3;  // F
  bool bidirectional = false;  // sinks when the terminals stand above its voltage
  double sink_current = 0;     // A, most that it sinks
  double sink = 0;             // A, what it may sink now
};
struct LoadState {
  ElectronicLoad::Setpoint set;
  double current = 0;  // A, what it takes now
  double current_slew = 500;
  double least_voltage = 0.5;                      // V, below it takes less than it is asked to
  double capacitance = 0;                          // F, of an inverter's bus in parallel
  double rated_current = 120, rated_power = 7000;  // A, W: no mode takes more
};

// The bus as the pack's transceiver sees the rig: what the rig sent. And what the world alone knows of the wire.
struct BusState {
  std::uint64_t keep_alives = 0;  // frames 0x305 that reached the pack
  TimePoint last_keep_alive{};
  FrameBatch heard;          // the rig's frames of its last transmission
  std::uint64_t unsent = 0;  // of the rig's frames, since the adapter was full
  std::uint64_t lost = 0;    // frames of the pack that no adapter saw
};

// The key of every virtual instrument that stands at one of several packs.
inline FieldOptions position_option() {
  return {.help = "of the pack that it stands at, where several are in parallel",
          .minimum = 1.0,
          .maximum = static_cast<double>(most_linked)};
}

// The one world of a virtual bench: the pack or the packs, the supply and the load, joined at the terminals.
// Instruments meet here through BenchContext::shared<World>("world"). advance_to() is idempotent: the first instrument
// of a tick moves the world, the others find it there.
class World {
 public:
  void configure(const PackParameters& parameters, std::uint64_t seed, const BankParameters& bank = {});
  void preset(const StartState& start);
  // False: the link does not let a system of these packs be on from the first moment.
  [[nodiscard]] bool can_start_on() const { return packs_.size() == 1 || !wiring_.system().empty(); }

  // Brings the world to the begin of the tick. Commands that arrived after the last call act from then on.
  void advance_to(const Tick& tick) noexcept {
    if (!started_ || now_ < tick.start) {
      move_to(tick);
    }
  }
  [[nodiscard]] const CircuitNode& node() const noexcept { return node_; }
  // The first pack, which is the master where there are more.
  [[nodiscard]] const PackCells& cells() const noexcept { return packs_.front().cells(); }
  [[nodiscard]] Firmware& firmware() noexcept { return packs_.front().firmware(); }
  [[nodiscard]] PackUnit& pack(std::size_t i) noexcept { return packs_[i]; }
  [[nodiscard]] std::size_t packs() const noexcept { return packs_.size(); }
  [[nodiscard]] LinkWiring& wiring() noexcept { return wiring_; }
  // An instrument stands at this pack, 1 ..; its index. Throws RigError when the bench has no such pack, now or once it
  // is known.
  std::size_t stand_at(std::int64_t position);
  [[nodiscard]] TimePoint now() const noexcept { return now_; }
  // Off at once: the terminals are solved anew without waiting for the next tick.
  void switch_off_supply() noexcept;
  void switch_off_load() noexcept;

  // What the pack stands in, degC. A chamber owns it; without one it stays where the case began.
  [[nodiscard]] double ambient() const noexcept { return cells().ambient(); }
  [[nodiscard]] double start_temperature() const noexcept { return start_temperature_; }

  ChamberAir chamber;
  BusState bus;
  SupplyState supply;
  LoadState load;

 private:
  void move_to(const Tick& tick) noexcept;
  void step(double dt) noexcept;
  [[nodiscard]] bool instruments_stand() const noexcept;
  [[nodiscard]] std::int64_t idle_tasks(TimePoint until) const noexcept;
  void move_instruments(double dt) noexcept;
  void run_tasks() noexcept;
  void exchange() noexcept;
  void solve_terminals(double dt) noexcept;
  void settle_unloaded(const CircuitNode& before, double dt) noexcept;

  std::vector<PackUnit> packs_{1};
  Bank bank_;
  LinkWiring wiring_;
  std::vector<std::vector<LinkMessage>> heard_{1};  // by each pack since its last task; capacity reserved
  std::int64_t furthest_position_ = 1;
  bool configured_ = false;
  CircuitNode node_;
  TimePoint now_{};
  TimePoint next_task_{};
  TimePoint next_air_{};
  double start_temperature_ = 25;
  bool started_ = false;
  bool stands_ = false;  // the last step found the currents of the one before
};

// The period of the firmware's task, and the step of the cells where anything else moves (decision 0028). Longer ticks
// are cut into several; in shorter ones the task waits for its turn, so that the pack's timing does not depend on the
// rig's.
inline constexpr Duration world_step = std::chrono::milliseconds(10);
// Air moves by hundredths of a kelvin in this time.
inline constexpr Duration air_step = std::chrono::milliseconds(500);

}  // namespace rig::sim

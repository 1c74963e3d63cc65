#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rig/core/units.hpp"
#include "rig/instrument/instrument.hpp"

namespace rig {

// What a pack's own board tells of itself, one bit each.
enum class PackState : std::uint8_t {
  cell_ov,
  cell_uv,
  pack_ov,
  pack_uv,
  charge_oc,
  discharge_oc,
  short_circuit,
  charge_ot,
  charge_ut,
  discharge_ot,
  discharge_ut,
  switch_ot,
  ambient_ot,
  ambient_ut,
  count
};
inline constexpr std::size_t pack_state_count = static_cast<std::size_t>(PackState::count);
const char* pack_state_name(PackState state) noexcept;

// A set of them.
struct PackStates {
  std::uint32_t bits = 0;
  void set(PackState state, bool on = true) noexcept {
    bits |= on ? std::uint32_t{1} << static_cast<unsigned>(state) : 0;
  }
  [[nodiscard]] bool has(PackState state) const noexcept { return (bits >> static_cast<unsigned>(state) & 1) != 0; }
};

// <pack>.cells.* and <pack>.board.*: the pack's service port, where each cell can be seen. Reads only, has no
// set-point.
//
// .cells.voltage_1 ..., .cells.temperature_1 ..., .cells.highest, .lowest, .sum; .board.voltage, .current (charging
// positive), .remaining, .full, .soc, .cycles, .balancing (bit i: cell i + 1 is bled), .charge_switch,
// .discharge_switch, .switch_temperature, .ambient_temperature, .protection.<state> and .alarm.<state>.
class ServicePort : public Instrument {
 public:
  static constexpr std::size_t most_cells = 16;
  static constexpr std::size_t most_sensors = 8;
  struct Reading {
    std::array<double, most_cells> cells{};           // V
    std::array<double, most_sensors> temperatures{};  // degC, of the cells
    std::size_t cell_count = 0, sensor_count = 0;
    double voltage = 0, current = 0;  // V, A (charging positive)
    double remaining = 0, full = 0;   // A*s
    double cycles = 0;
    std::optional<double> soc;                                      // 0..1; without one it is remaining / full
    std::optional<double> switch_temperature, ambient_temperature;  // degC
    std::uint32_t balancing = 0;
    std::optional<bool> charge_switch, discharge_switch;
    PackStates protection, alarm;
    TimePoint time{};
    bool fresh = true;
    bool valid = true;
  };
  struct Ratings {
    std::string pack = "dut";  // whose signals these are
    std::size_t cells = 16;    // as many as are expected: another number is no reading
    std::size_t sensors = 4;
    Duration max_age = std::chrono::seconds(5);
  };
  void declare(Declarations& out) final;
  void sample(const Tick& tick, SignalTable& out) noexcept final;
  void apply(const Tick&, const CommandRow&) noexcept final {}
  void make_safe() noexcept final {}

 protected:
  [[nodiscard]] virtual Ratings ratings() const = 0;

 private:
  virtual Reading measure(const Tick& tick) noexcept = 0;
  void write(const Reading& r, SignalTable& out) noexcept;

  std::vector<SignalId> cells_, temperatures_, protection_, alarm_;
  struct {
    SignalId highest, lowest, sum, voltage, current, remaining, full, soc, cycles, balancing;
    SignalId charge_switch, discharge_switch, switch_temperature, ambient_temperature;
  } ids_;
};

}  // namespace rig

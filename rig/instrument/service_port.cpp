#include "rig/instrument/service_port.hpp"

#include <algorithm>
#include <numeric>
#include <string>

#include "rig/instrument/role_signals.hpp"

namespace rig {

// The frames tell whole millivolts.
constexpr double resolution = 0.5e-3;

const char* pack_state_name(PackState state) noexcept {
  static constexpr std::array<const char*, pack_state_count> names{
      "cell_ov",   "cell_uv",   "pack_ov",      "pack_uv",      "charge_oc", "discharge_oc", "short_circuit",
      "charge_ot", "charge_ut", "discharge_ot", "discharge_ut", "switch_ot", "ambient_ot",   "ambient_ut"};
  return names[static_cast<std::size_t>(state)];
}

void ServicePort::declare(Declarations& out) {
  const Ratings r = ratings();
  Declarations pack = out.about(r.pack);
  const auto number = [&](const std::string& name, Dimension dimension, const std::string& help,
                          double uncertainty = 0.0) {
    return pack.signal(name, reading(dimension, {uncertainty}, r.max_age, help));
  };
  for (std::size_t i = 1; i <= r.cells; ++i) {
    const std::string n = std::to_string(i);
    cells_.push_back(
        number("cells.voltage_" + n, dimension::voltage, "cell " + n + " as the pack measures it", resolution));
  }
  for (std::size_t i = 1; i <= r.sensors; ++i) {
    const std::string n = std::to_string(i);
    temperatures_.push_back(
        number("cells.temperature_" + n, dimension::temperature, "sensor " + n + " at the cells, by the pack"));
  }
  ids_.highest = number("cells.highest", dimension::voltage, "highest cell by the service port", resolution);
  ids_.lowest = number("cells.lowest", dimension::voltage, "lowest cell by the service port", resolution);
  ids_.sum = number("cells.sum", dimension::voltage, "all cells together by the service port",
                    resolution * static_cast<double>(r.cells));
  ids_.voltage = number("board.voltage", dimension::voltage, "pack voltage by the service port");
  ids_.current = number("board.current", dimension::current, "charging positive, by the service port");
  ids_.remaining = number("board.remaining", dimension::charge, "charge left by the service port");
  ids_.full = number("board.full", dimension::charge, "capacity that the pack counts with");
  ids_.soc = number("board.soc", dimension::none, "state of charge by the service port");
  ids_.cycles = number("board.cycles", dimension::none, "cycles that the pack has counted");
  ids_.balancing = number("board.balancing", dimension::none, "bit i: cell i + 1 is bled");
  ids_.charge_switch = number("board.charge_switch", dimension::boolean, "the charge FETs are on, by the pack");
  ids_.discharge_switch =
      number("board.discharge_switch", dimension::boolean, "the discharge FETs are on, by the pack");
  ids_.switch_temperature = number("board.switch_temperature", dimension::temperature, "of the FETs, by the pack");
  ids_.ambient_temperature =
      number("board.ambient_temperature", dimension::temperature, "inside the pack, by the pack");
  for (std::size_t i = 0; i < pack_state_count; ++i) {
    const std::string name = pack_state_name(static_cast<PackState>(i));
    protection_.push_back(number("board.protection." + name, dimension::boolean, "protection by the service port"));
    alarm_.push_back(number("board.alarm." + name, dimension::boolean, "alarm by the service port"));
  }
}

void ServicePort::sample(const Tick& tick, SignalTable& out) noexcept {
  const Reading r = measure(tick);
  if (r.fresh) {
    write(r, out);
  }
}

void ServicePort::write(const Reading& r, SignalTable& out) noexcept {
  // A pack with another number of cells than the bench says is not this pack.
  const bool valid = r.valid && r.cell_count == cells_.size() && r.sensor_count >= temperatures_.size();
  const Quality quality = quality_of(valid);
  const auto put = [&](SignalId id, double value) { out.write(id, value, r.time, quality); };
  const auto put_if = [&](SignalId id, const auto& value) {
    if (value) {  // a dialect that does not tell it: it stays `never`
      put(id, static_cast<double>(*value));
    }
  };
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    put(cells_[i], r.cells[i]);
  }
  for (std::size_t i = 0; i < temperatures_.size(); ++i) {
    put(temperatures_[i], r.temperatures[i]);
  }
  const auto end = r.cells.begin() + static_cast<std::ptrdiff_t>(cells_.size());
  const auto [lowest, highest] = std::minmax_element(r.cells.begin(), end);
  put(ids_.highest, *highest);
  put(ids_.lowest, *lowest);
  put(ids_.sum, std::accumulate(r.cells.begin(), end, 0.0));
  put(ids_.voltage, r.voltage);
  put(ids_.current, r.current);
  put(ids_.remaining, r.remaining);
  put(ids_.full, r.full);
  put(ids_.soc, r.soc.value_or(r.full > 0.0 ? r.remaining / r.full : 0.0));
  put(ids_.cycles, r.cycles);
  put(ids_.balancing, r.balancing);
  put_if(ids_.charge_switch, r.charge_switch);
  put_if(ids_.discharge_switch, r.discharge_switch);
  put_if(ids_.switch_temperature, r.switch_temperature);
  put_if(ids_.ambient_temperature, r.ambient_temperature);
  for (std::size_t i = 0; i < pack_state_count; ++i) {
    put(protection_[i], r.protection.has(static_cast<PackState>(i)) ? 1.0 : 0.0);
    put(alarm_[i], r.alarm.has(static_cast<PackState>(i)) ? 1.0 : 0.0);
  }
}

}  // namespace rig

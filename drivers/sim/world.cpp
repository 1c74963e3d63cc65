#include "drivers/sim/world.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "rig/core/error.hpp"
#include "rig/core/math.hpp"

namespace rig::sim {
namespace {

constexpr std::uint64_t pack_seed = 0x9E3779B97F4A7C15;  // packs of one bench are drawn apart

double towards(double from, double to, double most) noexcept { return from + std::clamp(to - from, -most, most); }
}  // namespace

void World::configure(const PackParameters& parameters, std::uint64_t seed, const BankParameters& bank) {
  const auto count = static_cast<std::size_t>(bank.packs);
  packs_.assign(count, {});
  heard_.assign(count, {});
  for (std::size_t i = 0; i < count; ++i) {
    PackParameters own = parameters;
    double more_soc = 0;
    heard_[i].reserve(most_linked);
    if (i > 0 && i - 1 < bank.parallel.size()) {
      const ParallelPack& differs = bank.parallel[i - 1];
      own.firmware = differs.firmware.value_or(own.firmware);
      own.cells = differs.cells.value_or(own.cells);
      own.path_resistance = differs.path_resistance.value_or(own.path_resistance);
      more_soc = differs.soc_offset.value();
      for (const DefectName& chosen : differs.defects) {
        defects()[chosen.index].apply(own.firmware);
      }
    }
    packs_[i].configure(own, more_soc, seed + i * pack_seed);
  }
  bank_.configure(count, bank.cable.value());
  wiring_.configure(count, bank.link.value_or(LinkWiring::chain(count)));
  configured_ = true;
  if (furthest_position_ > bank.packs) {
    stand_at(furthest_position_);
  }
  preset({});
}

std::size_t World::stand_at(std::int64_t position) {
  furthest_position_ = std::max(furthest_position_, position);
  if (configured_ && position > static_cast<std::int64_t>(packs_.size())) {
    throw RigError(fmt::format("an instrument stands at pack {}, but dut.packs is {}", position, packs_.size()), {},
                   "raise dut.packs, or lower its position");
  }
  return static_cast<std::size_t>(position - 1);
}

void World::preset(const StartState& start) {
  wiring_.unplug(0);
  wiring_.exchange(0);
  const std::vector<std::size_t> system = wiring_.system();
  for (std::size_t i = 0; i < packs_.size(); ++i) {
    const auto place = std::find(system.begin(), system.end(), i);
    const bool linked = packs_.size() > 1 && place != system.end();
    StartState own = start;
    own.state = packs_.size() > 1 && !linked ? "off" : start.state;
    packs_[i].preset(own, linked ? static_cast<int>(place - system.begin()) + 1 : 0, static_cast<int>(system.size()));
    heard_[i].clear();
  }
  start_temperature_ = start.temperature.value_or(packs_.front().parameters().ambient.value());
  chamber.soak(start_temperature_);
  supply.set = {};
  supply.voltage = supply.current = supply.sink = 0;
  load.set = {};
  load.current = 0;
  bus = {};
  now_ = TimePoint{};
  started_ = false;
  node_ = {.voltage = cells().source_voltage()};
}

void World::move_instruments(double dt) noexcept {
  if (supply.set.output) {
    // A unit that can sink begins at the voltage that it finds, else it would pull the pack down while it rises.
    supply.voltage = supply.bidirectional && supply.current == 0.0 ? std::min(node_.voltage, supply.set.voltage.value())
                                                                   : supply.voltage;
    supply.voltage = towards(supply.voltage, supply.set.voltage.value(), supply.voltage_slew * dt);
    supply.current = towards(supply.current, supply.set.current.value(), supply.current_slew * dt);
    supply.sink = supply.bidirectional ? towards(supply.sink, supply.sink_current, supply.current_slew * dt) : 0.0;
  } else {
    supply.voltage = supply.current = supply.sink = 0;
  }
  double wanted = 0;
  if (load.set.input) {
    const double voltage = std::max(node_.voltage, 1.0);
    wanted = load.set.mode == LoadMode::constant_power ? load.set.power.value() / voltage : load.set.current.value();
    wanted = std::min({wanted, load.rated_current, load.rated_power / voltage});
  }
  load.current = load.set.input ? towards(load.current, wanted, load.current_slew * dt) : 0.0;
}

void World::solve_terminals(double dt) noexcept {
  SupplyPort source{supply.set.output, supply.voltage, supply.current};
  source.current = std::min(source.current, supply.set.power.value() / std::max(node_.voltage, 1.0));
  source.sink = supply.sink;
  const bool holds = load.set.mode == LoadMode::constant_voltage;
  const LoadPort sink{load.set.input, load.current, holds ? load.set.voltage.value() : 0.0, load.least_voltage};
  const CircuitNode before = node_;
  const CapacitorPort capacitor{load.capacitance, before.voltage, dt};
  if (packs_.size() > 1) {
    for (std::size_t i = 0; i < packs_.size(); ++i) {
      bank_.packs()[i].port = packs_[i].port();
    }
    node_ = bank_.solve(source, sink, capacitor);
  } else {
    const PackPort pack = packs_.front().port();
    node_ = load.capacitance > 0.0 ? solve(pack, source, sink, capacitor) : solve(pack, source, sink);
  }
  stands_ = node_.pack_current == before.pack_current && node_.supply_current == before.supply_current &&
            node_.load_current == before.load_current;
  if (node_.supply_regulates_voltage && node_.supply_current == 0.0 && node_.voltage != before.voltage) {
    settle_unloaded(before, dt);
  }
  if (packs_.size() == 1) {
    packs_.front().stand(node_.voltage, node_.pack_current);
    return;
  }
  for (std::size_t i = 0; i < packs_.size(); ++i) {
    packs_[i].stand(bank_.packs()[i].voltage, bank_.packs()[i].current);
  }
}

// Nothing loads the supply: its terminals go to the set voltage as fast as its output stage settles. What it gave until
// now charges its capacitor before the regulator turns it down: the load dump.
void World::settle_unloaded(const CircuitNode& before, double dt) noexcept {
  const double dumped = std::max(before.supply_current, 0.0) * supply.response / supply.capacitance;
  const double begin = before.voltage + dumped;
  node_.voltage += (begin - node_.voltage) * exact_exp(-dt / supply.settling);
}

// What each pack put on the link in its last task reaches the others that share its wires.
void World::exchange() noexcept {
  for (auto& heard : heard_) {
    heard.clear();
  }
  for (std::size_t from = 0; from < packs_.size(); ++from) {
    const LinkMessage& message = packs_[from].firmware().link().message();
    if (message.kind == LinkMessage::Kind::none) {
      continue;
    }
    for (std::size_t to = 0; to < packs_.size(); ++to) {
      if (to != from && wiring_.hears(to, from) && heard_[to].size() < heard_[to].capacity()) {
        heard_[to].push_back(message);
      }
    }
  }
}

void World::run_tasks() noexcept {
  const double now = to_seconds(now_);
  const double since_pcs = to_seconds(now_ - bus.last_keep_alive);
  if (packs_.size() == 1) {
    packs_.front().task(now, to_seconds(world_step), since_pcs, {});
    return;
  }
  exchange();
  for (std::size_t i = 0; i < packs_.size(); ++i) {
    const LinkWiring::Socket& socket = wiring_.socket(i);
    const bool enabled =
        socket.enabled_by >= 0 && packs_[static_cast<std::size_t>(socket.enabled_by)].firmware().link().out_enabled();
    packs_[i].task(now, to_seconds(world_step), since_pcs,
                   {socket.in_connected, socket.out_connected, enabled, heard_[i]});
  }
}

void World::step(double dt) noexcept {
  for (PackUnit& pack : packs_) {
    pack.step(dt);
  }
  move_instruments(dt);
  if (now_ >= next_task_) {
    next_task_ += world_step;
    run_tasks();
  }
  if (now_ >= next_air_) {
    next_air_ += air_step;
    if (chamber.fitted()) {
      chamber.step(to_seconds(air_step));
      for (PackUnit& pack : packs_) {
        pack.cells().set_ambient(chamber.at_pack());
      }
    }
  }
  solve_terminals(dt);
}

// Nothing moves to a set-point. A limit of power is a current of its own in each step, and one that is near may come.
bool World::instruments_stand() const noexcept {
  constexpr double near = 0.05;  // V
  const bool sinks = supply.bidirectional ? supply.sink == supply.sink_current : supply.sink == 0.0;
  const bool unlimited = (node_.voltage + near) * supply.current < supply.set.power.value();
  const bool supplies = supply.set.output ? supply.voltage == supply.set.voltage.value() &&
                                                supply.current == supply.set.current.value() && sinks && unlimited
                                          : supply.voltage == 0.0 && supply.current == 0.0;
  const bool takes = load.set.input ? load.set.mode == LoadMode::constant_current &&
                                          load.current == load.set.current.value() && load.capacitance == 0.0
                                    : load.current == 0.0;
  return supplies && takes;
}

// Of one pack: so many runs of the task before `until` would do nothing while nothing else moves and the current
// stands, so that the cells can be carried over them in one step.
std::int64_t World::idle_tasks(TimePoint until) const noexcept {
  if (packs_.size() > 1 || !stands_ || next_task_ >= until || !instruments_stand()) {
    return 0;
  }
  const TimePoint last = next_task_ - world_step;
  const double idle = packs_.front().idle_until(to_seconds(last), to_seconds(last - bus.last_keep_alive));
  constexpr double slack = 1e-6;   // s
  constexpr double longest = 1.0;  // s, that the cells can be carried
  const double left = std::min(idle - to_seconds(last) - slack, longest);
  const TimePoint end = std::min({last + from_seconds(left), next_air_, until});
  return end <= next_task_ ? 0 : (end - next_task_ - Duration{1}) / world_step + 1;
}

void World::switch_off_supply() noexcept {
  supply.set.output = false;
  supply.voltage = supply.current = supply.sink = 0;
  solve_terminals(0.0);
}

void World::switch_off_load() noexcept {
  load.set.input = false;
  load.current = 0;
  solve_terminals(0.0);
}

void World::move_to(const Tick& tick) noexcept {
  if (!started_) {
    started_ = true;
    now_ = tick.start;
    next_task_ = now_ + world_step;
    next_air_ = now_ + air_step;
    solve_terminals(to_seconds(world_step));
    return;
  }
  // The first step is never a long one: commands may have come.
  for (bool first = true; now_ < tick.start; first = false) {
    if (const std::int64_t idle = first ? 0 : idle_tasks(tick.start); idle > 0) {
      packs_.front().pass(idle, to_seconds(world_step));
      next_task_ += idle * world_step;
    }
    const Duration dt = std::min(next_task_, tick.start) - now_;
    now_ += dt;
    step(to_seconds(dt));
  }
}

}  // namespace rig::sim

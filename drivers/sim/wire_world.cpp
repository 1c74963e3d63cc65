#include "drivers/sim/wire_world.hpp"

#include <algorithm>
#include <cmath>

#include "rig/core/error.hpp"

namespace rig::sim {
namespace {
// A board that is on has looked at its cells before anybody can ask it.
constexpr Duration boards_look = std::chrono::milliseconds(20);
}  // namespace

WireWorld::WireWorld(std::vector<FarInstrument> instruments, const Options& options)
    : far_(std::move(instruments)), options_(options) {
  build();
  preset({}, std::nullopt);
}

WireWorld::~WireWorld() { stop(); }

// Everything anew, which is the only way in which nothing of the case before is left. The tables come out with the same
// places, so that ids stay valid.
void WireWorld::build() {
  instruments_.clear();
  signals_ = SignalTable{};
  commands_ = CommandTable{};
  BenchContext context(options_.seed);
  for (const FarInstrument& instrument : far_) {
    add(instrument, context);
  }
  // The pack moves first, as on a bench.
  std::stable_partition(instruments_.begin(), instruments_.end(),
                        [](const auto& owned) { return owned.first == "dut"; });
  plant_ = context.shared<World>("world");
  signals_.seal();
  commands_.seal();
}

void WireWorld::add(const FarInstrument& instrument, BenchContext& context) {
  const DriverEntry* entry = DriverRegistry::instance().find(instrument.driver);
  if (entry == nullptr || !instrument.driver.starts_with("sim.")) {
    throw RigError("'" + instrument.driver + "' is no virtual instrument", instrument.name,
                   "the bench under `simulated:` has to be a virtual one");
  }
  Diagnostics diagnostics;
  auto made = entry->make(instrument.parameters, context, diagnostics);
  diagnostics.throw_if_errors();
  Declarations declarations(instrument.name, instrument.driver, signals_, commands_);
  made->declare(declarations);
  instruments_.emplace_back(instrument.name, std::move(made));
}

void WireWorld::attach(WireBox& box) {
  boxes_.push_back(&box);
  box.power_on(false);
}

SignalId WireWorld::signal(const std::string& name) const { return signals_.require(name); }

CommandId WireWorld::command(const std::string& name) const {
  const auto id = commands_.find(name);
  if (!id) {
    throw RigError("the virtual bench has no set-point '" + name + "'", "", suggestion(name, commands_.names()));
  }
  return *id;
}

void WireWorld::set(CommandId id, double value) noexcept {
  const Interval& range = commands_.spec(id).range;
  row_.set(id, std::clamp(value, range.lo, range.hi));
}

bool WireWorld::has(const std::string& instrument) const noexcept {
  return std::any_of(instruments_.begin(), instruments_.end(),
                     [&](const auto& owned) { return owned.first == instrument; });
}

CanBus* WireWorld::bus(const std::string& instrument) const noexcept {
  for (const auto& [name, owned] : instruments_) {
    if (name == instrument) {
      return dynamic_cast<CanBus*>(owned.get());
    }
  }
  return nullptr;
}

bool WireWorld::preset(const StartState& start, std::optional<std::uint64_t> seed) {
  if (seed) {
    options_.seed = *seed;
  }
  build();
  bool done = false;
  for (const auto& [name, instrument] : instruments_) {
    done = instrument->preset(start) || done;
  }
  for (const auto& [name, instrument] : instruments_) {
    instrument->put_start(start, commands_);
  }
  row_ = CommandRow(commands_);
  now_ = TimePoint{};
  index_ = 0;
  restart_clock();
  for (WireBox* box : boxes_) {
    box->power_on(true);
  }
  while (now_ < TimePoint{boards_look}) {
    turn();
  }
  return done;
}

void WireWorld::turn() {
  const Tick tick{index_++, now_, options_.step};
  for (const auto& [name, instrument] : instruments_) {
    instrument->sample(tick, signals_);
  }
  const WallTime wall = std::chrono::steady_clock::now();
  for (WireBox* box : boxes_) {
    box->turn(wall);
  }
  for (const auto& [name, instrument] : instruments_) {
    instrument->apply(tick, row_);
  }
  now_ += options_.step;
}

void WireWorld::restart_clock() noexcept {
  const double passed = to_seconds(now_) / options_.time_scale;
  origin_ = std::chrono::steady_clock::now() - from_seconds(passed);
}

void WireWorld::start() {
  restart_clock();
  thread_ = std::thread([this] { run(); });
}

void WireWorld::stop() noexcept {
  {
    const std::lock_guard guard(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) {
    thread_.join();
  }
}

// Rig time follows wall time. What a busy machine missed is caught up in portions, so that the wires get their turn; a
// machine that was away for long (asleep, in a debugger) begins anew from where the world stands.
void WireWorld::run() {
  constexpr auto nap = std::chrono::milliseconds(1);
  constexpr int portion = 200;                               // turns under one lock
  constexpr Duration longest_gap = std::chrono::seconds(1);  // of wall time
  std::unique_lock guard(mutex_);
  while (!stopping_) {
    const auto passed = std::chrono::duration<double>(std::chrono::steady_clock::now() - origin_).count();
    const TimePoint due{from_seconds(passed * options_.time_scale)};
    if (due - now_ > from_seconds(to_seconds(longest_gap) * options_.time_scale)) {
      restart_clock();
      continue;
    }
    for (int turns = 0; now_ <= due && turns < portion; ++turns) {
      turn();
    }
    wake_.wait_for(guard, nap, [this] { return stopping_; });
  }
}

}  // namespace rig::sim

#pragma once
// The virtual instruments made through the registry, as a bench does it, with the world beside them for the truth.
#include <cmath>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>

#include "drivers/sim/world.hpp"
#include "rig/instrument/can_bus.hpp"
#include "rig/instrument/registry.hpp"

namespace rig::sim {

inline Tick tick_at(std::int64_t index, Duration step = std::chrono::milliseconds(10)) {
  return {index, TimePoint{index * step}, step};
}

class SimBench {
 public:
  // `given` holds parameters of instruments by name; those that are not named have their defaults. A chamber, a service
  // port and a second thermometer `ambient` stand there only when they are named.
  explicit SimBench(std::uint64_t seed = 1, const std::string& pack = "{}",
                    const std::map<std::string, std::string>& given = {})
      : context_(seed) {
    add("dut", "sim.pack", pack);
    for (const char* name : {"supply", "load", "meter", "io", "can", "thermometer"}) {
      add(name, std::string("sim.") + name, given.contains(name) ? given.at(name) : "{}");
    }
    for (const char* name : {"chamber", "ambient", "service"}) {
      if (given.contains(name)) {
        add(name, std::string("sim.") + (name == std::string("ambient") ? "thermometer" : name), given.at(name));
      }
    }
    signals.seal();
    commands_.seal();
    row_ = CommandRow(commands_);
  }
  // The pack first, then the instruments, as a bench does it.
  bool preset(const StartState& start) {
    bool done = instruments_.at("dut")->preset(start);
    for (const auto& [name, instrument] : instruments_) {
      done = (name != "dut" && instrument->preset(start)) || done;
      instrument->put_start(start, commands_);
    }
    row_ = CommandRow(commands_);
    return done;
  }
  void set(const std::string& name, double value) { row_.set(commands_.find(name).value(), value); }
  void step() noexcept {
    const Tick tick = tick_at(index_++, tick_step);
    for (const auto& [name, instrument] : instruments_) {
      instrument->sample(tick, signals);
    }
    for (const auto& [name, instrument] : instruments_) {
      instrument->apply(tick, row_);
    }
  }
  void run(double seconds) noexcept {
    const double ticks = seconds / to_seconds(tick_step);
    for (const std::int64_t end = index_ + std::llround(ticks); index_ < end;) {
      step();
    }
  }
  [[nodiscard]] const Sample& operator[](const std::string& name) const { return signals[signals.require(name)]; }
  [[nodiscard]] Instrument& instrument(const std::string& name) { return *instruments_.at(name); }
  [[nodiscard]] World& world() { return *context_.shared<World>("world"); }

  SignalTable signals;
  Duration tick_step = std::chrono::milliseconds(10);  // before the first step

 private:
  void add(const std::string& name, const std::string& driver, const std::string& yaml) {
    Diagnostics diagnostics;
    const auto source = std::make_shared<SourceText>(SourceText{name, yaml});
    const DriverEntry* entry = DriverRegistry::instance().find(driver);
    if (entry == nullptr) {
      throw std::runtime_error("no driver " + driver);
    }
    auto made = entry->make(parse_yaml(source, diagnostics), context_, diagnostics);
    diagnostics.throw_if_errors();
    Declarations declarations(name, driver, signals, commands_);
    made->declare(declarations);
    instruments_[name] = std::move(made);
  }

  BenchContext context_;
  CommandTable commands_;
  CommandRow row_;
  std::map<std::string, std::unique_ptr<Instrument>> instruments_;
  std::int64_t index_ = 0;
};

}  // namespace rig::sim

#pragma once
#include <algorithm>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "rig/core/error.hpp"
#include "rig/instrument/can_bus.hpp"
#include "rig/instrument/registry.hpp"
#include "rig/instrument/transport.hpp"

namespace rig::testing {

inline WallTime far_away() { return WallTime::clock::now() + std::chrono::seconds(20); }

template <class Condition>
bool becomes_true(const Condition& condition) {
  const WallTime until = far_away();
  while (!condition()) {
    if (WallTime::clock::now() >= until) {
      return false;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

// A CAN instrument in a bench of its own, without a loop.
class BusStand {
 public:
  explicit BusStand(const std::string& driver, const std::string& parameters = "", double time_scale = 1.0) {
    context_.timeline()->set_scale(time_scale);
    context_.timeline()->begin(WallTime::clock::now());
    Diagnostics diagnostics;
    const Node node =
        parse_yaml(std::make_shared<const SourceText>(SourceText{"test", "{" + parameters + "}"}), diagnostics);
    instrument_ = DriverRegistry::instance().find(driver)->make(node, context_, diagnostics);
    if (!instrument_) {
      throw std::runtime_error(diagnostics.render());
    }
    can_ = &dynamic_cast<CanBus&>(*instrument_);
    Declarations declarations("can", driver, signals_, commands_);
    instrument_->declare(declarations);
    signals_.seal();
    (*this)->open_gate_to_all();
  }
  CanBus& operator*() { return *can_; }
  CanBus* operator->() { return can_; }
  // One tick; a tick begins when it is asked for.
  void tick() {
    const Tick tick{.start = context_.timeline()->at(WallTime::clock::now())};
    (*this)->sample(tick, signals_);
    (*this)->apply(tick, CommandRow(commands_));
  }
  // Ticks until as many frames came, or until nothing has come for long.
  std::vector<CanFrame> await(std::size_t count) {
    std::vector<CanFrame> out;
    const WallTime until = far_away();
    while (out.size() < count && WallTime::clock::now() < until) {
      tick();
      const auto frames = (*this)->received().frames();
      out.insert(out.end(), frames.begin(), frames.end());
      std::this_thread::yield();
    }
    return out;
  }
  void send(const CanFrame& frame) {
    (*this)->send(frame);
    tick();
  }
  const Sample& signal(const std::string& name) { return signals_[signals_.require(name)]; }
  // Ticks until the signal has the value, or for long.
  bool becomes(const std::string& name, double value) {
    return becomes_true([&] {
      tick();
      return signal(name).good() && signal(name).value == value;
    });
  }
  Timeline& timeline() { return *context_.timeline(); }
  std::string trouble() { return (*this)->link()->trouble; }
  void drop() { instrument_.reset(); }

 private:
  BenchContext context_{1};
  SignalTable signals_;
  CommandTable commands_;
  std::unique_ptr<Instrument> instrument_;
  CanBus* can_ = nullptr;
};

// What connecting ends in; empty when it succeeds.
inline std::string refusal_of(BusStand& bus) {
  try {
    bus->connect();
  } catch (const RigError& error) {
    return error.what();
  }
  return {};
}

}  // namespace rig::testing

#pragma once
#include <string>

#include "drivers/sim/wire_world.hpp"

namespace rig::sim {

// A simulated cabinet behind whatever its controller speaks: what was set is active only while it runs.
class ChamberStage {
 public:
  ChamberStage(WireWorld& world, const std::string& instrument)
      : world_(world),
        air_(world.signal(instrument + ".temperature")),
        set_to_(world.command(instrument + ".temperature_set")),
        run_to_(world.command(instrument + ".run")) {}
  // A case begins with a soaked pack: the cabinet then runs where the case wants it. Else it stands still.
  void power_on(bool soaked) noexcept {
    wanted_ = soaked ? world_.value(set_to_) : 25.0;
    run_ = soaked && world_.value(run_to_) != 0.0;
    stuck_ = false;
    write();
  }
  void set(double celsius) noexcept {
    wanted_ = celsius;
    write();
  }
  void run(bool on) noexcept {
    run_ = on;
    write();
  }
  // "stuck": the set-point is taken and shown, but never becomes active. A limit alarm stops the cabinet.
  void stick(bool stuck) noexcept { stuck_ = stuck; }
  [[nodiscard]] double set() const noexcept { return wanted_; }
  [[nodiscard]] double active() const noexcept { return active_; }
  [[nodiscard]] bool runs() const noexcept { return run_; }
  [[nodiscard]] double air() const noexcept { return world_.value(air_); }
  [[nodiscard]] double lowest() const noexcept { return world_.spec(set_to_).range.lo; }
  [[nodiscard]] double highest() const noexcept { return world_.spec(set_to_).range.hi; }

 private:
  void write() noexcept {
    active_ = stuck_ ? active_ : wanted_;
    world_.set(set_to_, active_);
    world_.set(run_to_, run_ ? 1.0 : 0.0);
  }
  WireWorld& world_;
  SignalId air_;
  CommandId set_to_, run_to_;
  double wanted_ = 25, active_ = 25;
  bool run_ = false, stuck_ = false;
};

}  // namespace rig::sim

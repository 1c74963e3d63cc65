#pragma once
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "drivers/sim/wire_box.hpp"
#include "drivers/sim/world.hpp"
#include "rig/instrument/can_bus.hpp"
#include "rig/instrument/registry.hpp"

namespace rig::sim {

// A virtual instrument at the far end of a cable; the pack is the one named "dut".
struct FarInstrument {
  std::string name;
  std::string driver;
  Node parameters;
};

// The far end of all cables: the virtual instruments of one bench around one plant, turned by a thread in real time or
// faster. Servers of wires meet it under one mutex: they read signals, write set-points, and see the plant standing
// still while they do.
//
// Nothing is on at the start: what no wire asked for does not happen.
class WireWorld {
 public:
  struct Options {
    std::uint64_t seed = 1;
    double time_scale = 1.0;                       // rig time that passes in a second of wall time
    Duration step = std::chrono::milliseconds(2);  // of rig time: one turn of the world
  };
  // Throws RigError with the mistakes of the instruments' parameters.
  WireWorld(std::vector<FarInstrument> instruments, const Options& options);
  ~WireWorld();
  WireWorld(const WireWorld&) = delete;
  WireWorld& operator=(const WireWorld&) = delete;

  // Time passes from start() to stop(). Both once, and not from under lock().
  void start();
  void stop() noexcept;

  // Before start(): who looks at the world after each turn and is put to its power-on state with it.
  void attach(WireBox& box);

  [[nodiscard]] std::unique_lock<std::mutex> lock() { return std::unique_lock(mutex_); }

  // All below only under lock(), or before start().
  // Throw RigError when the bench has no such signal or set-point.
  [[nodiscard]] SignalId signal(const std::string& name) const;
  [[nodiscard]] CommandId command(const std::string& name) const;
  [[nodiscard]] const Sample& operator[](SignalId id) const noexcept { return signals_[id]; }
  [[nodiscard]] double value(SignalId id) const noexcept { return signals_[id].value; }
  [[nodiscard]] double value(CommandId id) const noexcept { return row_[id]; }
  [[nodiscard]] const SignalTable& signals() const noexcept { return signals_; }
  // In force with the next turn; never beyond what the virtual instrument can do.
  void set(CommandId id, double value) noexcept;
  [[nodiscard]] const CommandSpec& spec(CommandId id) const noexcept { return commands_.spec(id); }
  [[nodiscard]] TimePoint now() const noexcept { return now_; }
  [[nodiscard]] double time_scale() const noexcept { return options_.time_scale; }
  // The plant itself: what a box's own comparators see.
  [[nodiscard]] World& plant() noexcept { return *plant_; }
  [[nodiscard]] bool has(const std::string& instrument) const noexcept;
  [[nodiscard]] CanBus* bus(const std::string& instrument) const noexcept;

  // A new world at the start state, made from `seed` when there is one; time begins anew, all boxes are at power-on.
  // False: no pack there can begin like this.
  bool preset(const StartState& start, std::optional<std::uint64_t> seed);
  // One turn: the world moves by one step. start() calls it; a test without a thread calls it itself.
  void turn();

 private:
  void build();
  void add(const FarInstrument& instrument, BenchContext& context);
  void run();
  void restart_clock() noexcept;

  std::vector<FarInstrument> far_;
  Options options_;
  std::vector<std::pair<std::string, std::unique_ptr<Instrument>>> instruments_;
  std::shared_ptr<World> plant_;
  SignalTable signals_;
  CommandTable commands_;
  CommandRow row_;
  std::vector<WireBox*> boxes_;
  TimePoint now_{};
  std::int64_t index_ = 0;
  WallTime origin_{};  // the wall time at which rig time was zero

  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace rig::sim

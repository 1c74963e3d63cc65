#pragma once
#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "rig/bench/bench.hpp"
#include "rig/case/script.hpp"
#include "rig/core/clock.hpp"
#include "rig/engine/judges.hpp"
#include "rig/engine/moments.hpp"
#include "rig/engine/outside_desk.hpp"
#include "rig/engine/row_recorder.hpp"
#include "rig/engine/run_order.hpp"
#include "rig/engine/safety_net.hpp"
#include "rig/engine/supervisor.hpp"

namespace rig {

struct EngineOptions {
  Duration tick = std::chrono::milliseconds(10);
  Duration bound = std::chrono::hours(1);  // no run is longer, `finally` not counted
};

// Turns the loop. Owns nothing: the parts are assembled by Run and outlive the engine.
//
// The destructor makes the bench safe when a run did not end by itself.
class Engine {
 public:
  struct Parts {
    Bench& bench;
    Supervisor& supervisor;
    Script& script;
    References& references;
    Judges& judges;
    RowRecorder& recorder;
    Clock& clock;
    OutsideDesk* outside = nullptr;  // of a case whose steps call functions
  };
  Engine(const Parts& parts, const EngineOptions& options);
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  ~Engine();

  // From the first tick to a confirmed safe state and the end of `finally`. `interrupts` counts the wishes to stop.
  WayOut run(const std::atomic<int>& interrupts);

  // The same in parts, for steps that a script adds: open() once, go_on() until it says why the steps are over or
  // nobody adds any more, and leave() in any case, also when open() threw.
  void open();
  std::optional<WayOut> go_on(const std::atomic<int>& interrupts);
  void leave(WayOut way, const std::atomic<int>& interrupts) noexcept;

  // One turn: the order is the contract, see rig/README.md.
  void step(const Tick& tick) noexcept;

  // The script begins in the next tick. run() does it when all watched signals are good.
  void begin_script() noexcept;
  // How far the run is; any thread may look.
  [[nodiscard]] TimePoint now() const noexcept { return TimePoint{Duration{now_.load(std::memory_order_relaxed)}}; }
  [[nodiscard]] std::int64_t ticks() const noexcept { return ticks_; }
  // Ticks that were missed since the script began.
  [[nodiscard]] std::int64_t missed() const noexcept { return missed_; }
  [[nodiscard]] std::int64_t late() const noexcept { return clock_.late(); }
  [[nodiscard]] bool safe_confirmed() const noexcept { return safe_confirmed_; }
  // The instruments that had not read back that they are off when the run ended.
  [[nodiscard]] const std::vector<std::string>& not_confirmed() const noexcept { return not_confirmed_; }
  [[nodiscard]] TimePoint left_at() const noexcept { return left_at_; }
  [[nodiscard]] const Moments& moments() const noexcept { return moments_; }

 private:
  void advance_script(const Tick& tick) noexcept;
  void turn() noexcept;
  void observe_after(const std::atomic<int>& interrupts) noexcept;
  void show_safe(const std::atomic<int>& interrupts) noexcept;
  void confirm_safe(const std::atomic<int>& interrupts) noexcept;

  Bench& bench_;
  SafetyNet::Hold held_{bench_};
  Supervisor& supervisor_;
  Script& script_;
  References& references_;
  Judges& monitors_;
  RowRecorder& recorder_;
  Clock& clock_;
  OutsideDesk* outside_;
  SignalTable& signals_;
  EngineOptions options_;
  CommandRow wanted_;
  Moments moments_;
  std::int64_t index_ = 0;
  std::int64_t ticks_ = 0;
  std::int64_t missed_ = 0;
  std::int64_t late_seen_ = 0;
  bool turns_ = false;
  bool script_runs_ = false;
  bool script_began_ = false;
  bool left_ = false;
  bool safe_confirmed_ = true;
  std::vector<std::string> not_confirmed_;
  TimePoint left_at_{};
  std::atomic<std::int64_t> now_{0};
};

}  // namespace rig

#pragma once
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "rig/engine/run.hpp"

namespace rig::cli {

// A run on the built-in virtual bench whose ticks a benchmark turns by itself: charging for hours, everything judged.
class BenchmarkRun {
 public:
  // With a folder every tick is recorded (level full), without it none is.
  explicit BenchmarkRun(const std::string& folder = {});
  ~BenchmarkRun();

  void turn(std::int64_t ticks);
  // The same ticks stage by stage: nanoseconds of each stage in a tick.
  std::vector<double> turn_timed(std::int64_t ticks);
  // Waits until all is on the disk.
  void close();
  static const std::vector<std::string>& stages();

 private:
  Tick next() noexcept;
  Setup setup_;
  Case case_;
  std::unique_ptr<Run> run_;
  Engine* engine_ = nullptr;
  CommandRow wanted_;
  std::int64_t index_ = 0;
};

// The virtual pack with its circuit and firmware alone, charging.
class BenchmarkPlant {
 public:
  BenchmarkPlant();
  void turn(std::int64_t steps) noexcept;

 private:
  SignalTable signals_;
  CommandTable commands_;
  BenchContext context_{1};
  std::unique_ptr<Instrument> pack_;
  std::unique_ptr<Instrument> supply_;
  std::int64_t index_ = 0;
};

struct BenchmarkFigures {
  double lockstep_ticks_per_second = 0.0;
  double recorded_ticks_per_second = 0.0;
  double plant_ns_per_step = 0.0;
  std::vector<std::pair<std::string, double>> ns_per_stage;
  [[nodiscard]] double tick_in_plant_steps() const noexcept {
    return 1e9 / lockstep_ticks_per_second / plant_ns_per_step;
  }
};
// Takes about so many seconds altogether. Figures are those of the fastest of several stretches, because other work on
// the machine only ever makes them worse.
BenchmarkFigures measure_speed(double seconds);

}  // namespace rig::cli

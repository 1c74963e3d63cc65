// The figures of `gtxrig bench` under Google Benchmark: full ticks unrecorded and recorded, each stage, the plant
// alone.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <filesystem>

#include "rig/cli/benchmark.hpp"
#include "rig/core/files.hpp"

namespace rig::cli {
namespace {

constexpr std::int64_t batch = 10'000;

void lockstep_tick(benchmark::State& state) {
  BenchmarkRun run;
  for (auto _ : state) {
    run.turn(batch);
  }
  state.SetItemsProcessed(state.iterations() * batch);
}
BENCHMARK(lockstep_tick)->Unit(benchmark::kMillisecond);

void lockstep_tick_recorded(benchmark::State& state) {
  const auto folder = std::filesystem::temp_directory_path() / "gtxrig-benchmark";
  std::filesystem::remove_all(folder);
  {
    BenchmarkRun run(folder.string());
    for (auto _ : state) {
      run.turn(batch);
    }
    run.close();
  }
  std::filesystem::remove_all(folder);
  state.SetItemsProcessed(state.iterations() * batch);
}
BENCHMARK(lockstep_tick_recorded)->Unit(benchmark::kMillisecond)->UseRealTime();

void stages(benchmark::State& state) {
  BenchmarkRun run;
  std::vector<double> best(BenchmarkRun::stages().size(), 1e9);
  for (auto _ : state) {
    const std::vector<double> now = run.turn_timed(batch);
    for (std::size_t s = 0; s < best.size(); ++s) {
      best[s] = std::min(best[s], now[s]);
    }
  }
  for (std::size_t s = 0; s < best.size(); ++s) {
    state.counters[BenchmarkRun::stages()[s] + "_ns"] = best[s];
  }
}
BENCHMARK(stages)->Unit(benchmark::kMillisecond);

void plant_step(benchmark::State& state) {
  BenchmarkPlant plant;
  for (auto _ : state) {
    plant.turn(batch);
  }
  state.SetItemsProcessed(state.iterations() * batch);
}
BENCHMARK(plant_step)->Unit(benchmark::kMillisecond);

const bool builtin_files_are_there = [] {
  register_builtin_files();
  return true;
}();

}  // namespace
}  // namespace rig::cli

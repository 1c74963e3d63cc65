// The figures of `gtxrig bench` under Google Benchmark: full ticks unrecorded and recorded, each stage, the plant
// alone.
#include <benchmark/benchmark.h>

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
  std::vector<double> sums;
  std::int64_t ticks = 0;
  for (auto _ : state) {
    run.turn_timed(batch, sums);
    ticks += batch;
  }
  for (std::size_t s = 0; s < sums.size(); ++s) {
    state.counters[BenchmarkRun::stages()[s] + "_ns"] = sums[s] / static_cast<double>(ticks);
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

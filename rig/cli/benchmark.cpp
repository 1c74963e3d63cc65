#include "rig/cli/benchmark.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <numeric>

#include "rig/cli/selection.hpp"
#include "rig/core/error.hpp"

namespace rig::cli {
namespace {
namespace fs = std::filesystem;
using SteadyClock = std::chrono::steady_clock;

constexpr const char* benchmark_case = R"(case: benchmark
title: Charging with everything judged
start: { state: standby, soc: 20 %, temperature: 25 degC }
steps:
  - name: charge
    set: { supply.voltage_set: 55 V, supply.current_set: 20 A, supply.output: on }
    hold: 1000 h
always:
  - reference: conforms
  - never: pack.voltage > 58.4 V
finally:
  set: { supply.output: off }
)";

std::int64_t now() noexcept { return SteadyClock::now().time_since_epoch().count(); }

// ns of now() in the fastest of some batches: one in which another program had the core would be subtracted too much.
double cost_of_a_look() noexcept {
  constexpr int batch = 200;
  double least = 1e9;
  for (int b = 0; b < 50; ++b) {
    const std::int64_t before = now();
    std::int64_t after = before;
    for (int i = 0; i < batch; ++i) {
      after = now();
    }
    least = std::min(least, static_cast<double>(after - before) / batch);
  }
  return least;
}

double seconds_since(SteadyClock::time_point begin) {
  return std::chrono::duration<double>(SteadyClock::now() - begin).count();
}

}  // namespace

BenchmarkRun::BenchmarkRun(const std::string& folder) {
  Diagnostics diagnostics;
  setup_ = read_setup(default_bench, {}, diagnostics);
  case_ = read_case(std::make_shared<const SourceText>(SourceText{"benchmark", benchmark_case}), diagnostics);
  diagnostics.throw_if_errors();
  case_.files.clear();  // its text is in the program, there is no file to keep
  RunOrder order{.setup = &setup_, .test = &case_};
  order.level = folder.empty() ? RecordLevel::none : RecordLevel::full;
  order.folder = folder;
  order.software = "gtxrig " + version();
  run_ = std::make_unique<Run>(order, diagnostics);
  diagnostics.throw_if_errors();
  engine_ = &run_->begin();
  wanted_ = CommandRow(run_->bench().commands());
  turn(1);
  engine_->begin_script();
  turn(2000);
}

BenchmarkRun::~BenchmarkRun() = default;

Tick BenchmarkRun::next() noexcept {
  const Duration step = run_->tick();
  const Tick tick{index_, TimePoint{index_ * step}, step};
  ++index_;
  return tick;
}

void BenchmarkRun::turn(std::int64_t ticks) {
  for (std::int64_t i = 0; i < ticks; ++i) {
    engine_->step(next());
  }
}

const std::vector<std::string>& BenchmarkRun::stages() {
  static const std::vector<std::string> names{"sample",   "inspect", "script", "model",
                                              "monitors", "admit",   "apply",  "record"};
  return names;
}

// The eight lines of Engine::step with a look at the clock between them. The cost of the look is subtracted.
std::vector<double> BenchmarkRun::turn_timed(std::int64_t ticks) {
  Bench& bench = run_->bench();
  SignalTable& signals = bench.signals();
  wanted_.copy_from(run_->supervisor().admitted());
  std::array<std::int64_t, 9> at{};
  std::array<double, 8> total{};
  static const double look = cost_of_a_look();
  for (std::int64_t i = 0; i < ticks; ++i) {
    const Tick tick = next();
    at[0] = now();
    bench.sample(tick);
    at[1] = now();
    run_->supervisor().inspect(tick, signals);
    at[2] = now();
    run_->script().advance(tick, signals, wanted_);
    at[3] = now();
    run_->judgement().references().step(tick, signals);
    at[4] = now();
    run_->judgement().judges().observe(tick, signals);
    at[5] = now();
    run_->supervisor().admit(tick, wanted_);
    at[6] = now();
    bench.apply(tick, run_->supervisor().admitted());
    at[7] = now();
    run_->recorder().push(tick, signals, wanted_, run_->supervisor().admitted());
    at[8] = now();
    for (std::size_t s = 0; s < total.size(); ++s) {
      total[s] += static_cast<double>(at[s + 1] - at[s]) - look;
    }
  }
  std::vector<double> result;
  for (const double ns : total) {
    result.push_back(std::max(ns, 0.0) / static_cast<double>(ticks));
  }
  return result;
}

void BenchmarkRun::close() { run_->recorder().close(); }

BenchmarkPlant::BenchmarkPlant() {
  Diagnostics diagnostics;
  const auto make = [&](const char* driver, const char* name) {
    const DriverEntry* entry = DriverRegistry::instance().find(driver);
    if (entry == nullptr) {
      throw RigError(std::string("the driver ") + driver + " is not linked in");
    }
    auto instrument = entry->make(Node{}, context_, diagnostics);
    diagnostics.throw_if_errors();
    Declarations declarations(name, driver, signals_, commands_);
    instrument->declare(declarations);
    return instrument;
  };
  pack_ = make("sim.pack", "dut");
  supply_ = make("sim.supply", "supply");
  commands_.seal();
  signals_.seal();
  CommandRow row(commands_);
  row.set(*commands_.find("supply.voltage_set"), 55.0);
  row.set(*commands_.find("supply.current_set"), 20.0);
  row.set(*commands_.find("supply.output"), 1.0);
  StartState start;
  start.soc = 0.2;
  pack_->preset(start);
  supply_->apply(Tick{}, row);
  turn(2000);
}

void BenchmarkPlant::turn(std::int64_t steps) noexcept {
  constexpr Duration step = std::chrono::milliseconds(10);
  for (std::int64_t i = 0; i < steps; ++i) {
    pack_->sample({index_, TimePoint{index_ * step}, step}, signals_);
    ++index_;
  }
}

namespace {

// 40 s of the pack's time, so that all that recurs is in it, and short enough to find the core undisturbed at times.
constexpr std::int64_t stretch_ticks = 4'000;

// Seconds per tick of the fastest stretch.
template <class Turn>
double fastest(double seconds, std::int64_t stretch, Turn&& turn) {
  double best = 1e9;
  const auto begin = SteadyClock::now();
  do {
    const auto at = SteadyClock::now();
    turn(stretch);
    best = std::min(best, seconds_since(at) / static_cast<double>(stretch));
  } while (seconds_since(begin) < seconds);
  return best;
}

double measure_recorded(double seconds) {
  const fs::path folder = fs::temp_directory_path() / ("gtxrig-bench-" + std::to_string(static_cast<long>(getpid())));
  double ticks_per_second = 0.0;
  {
    BenchmarkRun run((folder / "run").string());
    const auto begin = SteadyClock::now();
    std::int64_t ticks = 0;
    for (; seconds_since(begin) < seconds; ticks += 20'000) {
      run.turn(20'000);
    }
    run.close();  // what still waits in memory counts too
    ticks_per_second = static_cast<double>(ticks) / seconds_since(begin);
  }
  std::error_code ignored;
  fs::remove_all(folder, ignored);
  return ticks_per_second;
}

// Each stage as in the fastest stretch: a stretch in which another program had the core tells of that program.
std::vector<std::pair<std::string, double>> measure_stages(double seconds) {
  BenchmarkRun run;
  std::vector<double> best;
  double least = 1e18;
  fastest(seconds, stretch_ticks, [&](std::int64_t ticks) {
    auto stages = run.turn_timed(ticks);
    const double sum = std::accumulate(stages.begin(), stages.end(), 0.0);
    if (sum < least) {
      least = sum;
      best = std::move(stages);
    }
  });
  std::vector<std::pair<std::string, double>> result;
  for (std::size_t s = 0; s < best.size(); ++s) {
    result.emplace_back(BenchmarkRun::stages()[s], best[s]);
  }
  return result;
}

}  // namespace

BenchmarkFigures measure_speed(double seconds) {
  BenchmarkFigures figures;
  BenchmarkRun run;
  figures.lockstep_ticks_per_second = 1.0 / fastest(0.3 * seconds, stretch_ticks, [&](std::int64_t n) { run.turn(n); });
  figures.ns_per_stage = measure_stages(0.2 * seconds);
  BenchmarkPlant plant;
  figures.plant_ns_per_step = 1e9 * fastest(0.1 * seconds, stretch_ticks, [&](std::int64_t n) { plant.turn(n); });
  figures.recorded_ticks_per_second = measure_recorded(0.4 * seconds);
  return figures;
}

}  // namespace rig::cli

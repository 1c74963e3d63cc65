// gtxrig bench: how fast the loop turns on this machine.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "rig/cli/benchmark.hpp"
#include "rig/cli/printing.hpp"

namespace rig::cli {
namespace {

Usage usage() {
  Usage usage;
  usage.synopsis = "gtxrig bench [--seconds N] [--json]";
  usage.text =
      "Measures full ticks of the virtual bench (world, firmware, reference, judges) on one core: unrecorded, each "
      "stage,\n"
      "recorded with every sample (the encoder has a thread of its own), and the bare plant step beside it.";
  usage.examples = "  gtxrig bench --json\n";
  auto add = usage.options.add_options();
  add("seconds", po::value<std::string>()->value_name("N"), "measure about so long; default 5");
  add("json", "results as one JSON document on stdout");
  add("help", "this text");
  return usage;
}

}  // namespace

int bench_command(const Arguments& arguments, Console& console) {
  const auto map = parse(usage(), arguments, console);
  if (!map) {
    return exit_code::passed;
  }
  const std::uint64_t seconds = map->count("seconds") != 0 ? number_of(*map, "seconds", 1, 3600) : 5;
  const BenchmarkFigures figures = measure_speed(static_cast<double>(seconds));
  if (map->count("json") != 0) {
    nlohmann::ordered_json stages;
    for (const auto& [stage, ns] : figures.ns_per_stage) {
      stages[stage] = ns;
    }
    print_json({{"lockstep", {{"ticks_per_second", figures.lockstep_ticks_per_second}, {"ns_per_stage", stages}}},
                {"recorded", {{"ticks_per_second", figures.recorded_ticks_per_second}}},
                {"plant", {{"ns_per_step", figures.plant_ns_per_step}}},
                {"tick_in_plant_steps", figures.tick_in_plant_steps()}},
               console);
    return exit_code::passed;
  }
  console.out << fmt::format("lockstep, unrecorded  {:>12.0f} ticks/s\n", figures.lockstep_ticks_per_second);
  for (const auto& [stage, ns] : figures.ns_per_stage) {
    console.out << fmt::format("  {:<19} {:>12.1f} ns\n", stage, ns);
  }
  console.out << fmt::format("lockstep, recorded    {:>12.0f} ticks/s\n", figures.recorded_ticks_per_second)
              << fmt::format("plant alone           {:>12.1f} ns/step\n", figures.plant_ns_per_step)
              << fmt::format("a tick, unrecorded    {:>12.1f} plant steps\n", figures.tick_in_plant_steps());
  return exit_code::passed;
}

}  // namespace rig::cli

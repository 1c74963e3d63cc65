// gtxrig bench-check: is everything there, is it what the bench file says, and does it answer?
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <ctime>

#include "rig/bench/bench.hpp"
#include "rig/cli/options.hpp"
#include "rig/cli/printing.hpp"
#include "rig/cli/table.hpp"
#include "rig/core/clock.hpp"
#include "rig/core/error.hpp"
#include "rig/core/quantity.hpp"

namespace rig::cli {
namespace {

// The slowest thing that is waited for is a box's period and the pack's frames, one a second.
constexpr Duration look_for = std::chrono::milliseconds(2000);
constexpr Duration look_step = std::chrono::milliseconds(20);

Usage usage() {
  Usage usage;
  usage.synopsis = "gtxrig bench-check BENCH [--set PATH=VALUE] [--json]";
  usage.text =
      "Connects to every instrument of a bench, identifies it, compares it with the file, reads every signal once and\n"
      "prints what is missing, wrong or out of calibration, also when the pack's frames are those of no known "
      "dialect,\n"
      "of another one than the file says, or contradict each other. Nothing is switched on, nothing is sent to the "
      "pack.\n"
      "Exit code: 0 all there, 2 something is missing or wrong.";
  usage.examples = "  gtxrig bench-check cases/benches/lab_ea.yaml\n";
  usage.positional = "bench-file";
  usage.most = 1;
  auto add = usage.options.add_options();
  add("set", po::value<std::vector<std::string>>()->composing()->value_name("PATH=VALUE"),
      "override a value of the bench, may be repeated");
  add("json", "the result as one JSON document on stdout");
  add("help", "this text");
  return usage;
}

std::string today() { return fmt::format("{:%Y-%m-%d}", fmt::gmtime(std::time(nullptr))); }

// What is wrong with one instrument; empty when nothing is.
std::string trouble_of(const ConnectResult& result) {
  if (!result.trouble.empty()) {
    return result.trouble;
  }
  if (!result.link || result.link->calibration_due.empty() || result.link->calibration_due >= today()) {
    return {};
  }
  return "its calibration was due on " + result.link->calibration_due + "; have it calibrated and mend calibration_due";
}

// Reads until every measured signal was good once, or the time is over.
void look(Bench& bench) {
  WallClock clock(bench.timeline());
  clock.start(look_step);
  const auto specs = bench.signals().specs();
  std::vector<bool> seen(specs.size(), false);
  for (std::int64_t i = 0; i * look_step < look_for; ++i) {
    clock.wait_until(TimePoint{i * look_step});
    bench.sample({i, TimePoint{i * look_step}, look_step});
    bool all = true;
    for (std::uint32_t s = 0; s < specs.size(); ++s) {
      seen[s] = seen[s] || bench.signals()[{s}].good();
      all = all && (seen[s] || specs[s].origin != Origin::measured);
    }
    if (all) {
      break;
    }
  }
}

std::string value_text(const Sample& sample, const SignalSpec& spec) {
  switch (sample.quality) {
    case Quality::never:
      return "never read";
    case Quality::stale:
      return "stale";
    case Quality::invalid:
      return "not valid";
    case Quality::good:
      break;
  }
  const auto label = static_cast<std::size_t>(sample.value);
  if (!spec.labels.empty() && sample.value >= 0 && label < spec.labels.size()) {
    return spec.labels[label];
  }
  return format_measured(sample.value, spec.uncertainty.at(sample.value), spec.dimension);
}

struct Findings {
  std::vector<ConnectResult> instruments;
  Table signals{{"signal", "value", "source"}};
  std::vector<std::string> silent;  // signals that an instrument which is there never gave
  std::string dialect_trouble;      // why what the pack says on CAN may not be what it means; empty when all is well

  [[nodiscard]] bool is_well() const {
    return silent.empty() && dialect_trouble.empty() &&
           std::all_of(instruments.begin(), instruments.end(),
                       [](const ConnectResult& result) { return trouble_of(result).empty(); });
  }
};

Findings examine(Bench& bench) {
  // What arrives while the boxes are still being connected carries a time already: without an origin it would lie ages
  // ahead, and a CAN adapter would hold it back for ever.
  bench.timeline().begin(std::chrono::steady_clock::now());
  Findings found{.instruments = bench.try_connect()};
  look(bench);
  const auto specs = bench.signals().specs();
  for (std::uint32_t s = 0; s < specs.size(); ++s) {
    if (specs[s].origin != Origin::measured && specs[s].origin != Origin::commanded) {
      continue;
    }
    const Sample& sample = bench.signals()[{s}];
    found.signals.add({specs[s].name, value_text(sample, specs[s]), specs[s].source});
  }
  for (const SignalId id : bench.watched()) {
    if (!bench.signals()[id].good()) {
      found.silent.push_back(bench.signals().spec(id).name);
    }
  }
  found.dialect_trouble = bench.dialect_trouble();
  for (const ConnectResult& later : bench.links()) {  // an exchange may fail after the first one succeeded
    for (ConnectResult& result : found.instruments) {
      if (result.instrument == later.instrument && result.trouble.empty()) {
        result.trouble = later.trouble;
      }
    }
  }
  return found;
}

nlohmann::ordered_json json_of(const ConnectResult& result) {
  nlohmann::ordered_json json{{"instrument", result.instrument}};
  if (result.link) {
    const Identity& box = result.link->identity;
    json.update({{"endpoint", result.link->endpoint},
                 {"local", result.link->is_local},
                 {"maker", box.maker},
                 {"model", box.model},
                 {"serial", box.serial},
                 {"firmware", box.firmware},
                 {"calibration_due", result.link->calibration_due}});
  } else {
    json["endpoint"] = "virtual";
  }
  json["trouble"] = trouble_of(result);
  return json;
}

void print(const Findings& found, Console& console) {
  Table table({"instrument", "endpoint", "box", "serial", "state"});
  for (const ConnectResult& result : found.instruments) {
    const std::string trouble = trouble_of(result);
    const std::string state = trouble.empty() ? "ok" : "WRONG";
    if (result.link) {
      const Identity& box = result.link->identity;
      table.add({result.instrument, result.link->endpoint, box.maker + " " + box.model, box.serial, state});
    } else {
      table.add({result.instrument, "virtual", "", "", state});
    }
  }
  table.print(console.out);
  console.out << "\n";
  found.signals.print(console.out);
  for (const ConnectResult& result : found.instruments) {
    if (const std::string trouble = trouble_of(result); !trouble.empty()) {
      console.err << "error: " << result.instrument << ": " << trouble << "\n";
    }
  }
  for (const std::string& name : found.silent) {
    console.err << "error: the watched signal " << name << " did not become good\n";
  }
  if (!found.dialect_trouble.empty()) {
    console.err
        << "error: " << found.dialect_trouble
        << "\n  hint: compare `dialect` and `dbc` under `dut` with the pack's document; gtxrig can dump shows its "
           "frames\n";
  }
}

}  // namespace

int bench_check_command(const Arguments& arguments, Console& console) {
  const auto map = parse(usage(), arguments, console);
  if (!map) {
    return exit_code::passed;
  }
  if (map->count("bench-file") == 0) {
    throw UsageError{"name a bench file: gtxrig bench-check cases/benches/loopback.yaml"};
  }
  const bool as_json = map->count("json") != 0;
  Diagnostics diagnostics;
  const BenchConfig config = read_bench(list_of(*map, "bench-file").front(), list_of(*map, "set"), diagnostics);
  if (diagnostics.has_errors()) {
    return print_mistakes(diagnostics, as_json, console);
  }
  Bench bench(config, 1, diagnostics);
  if (diagnostics.has_errors()) {
    return print_mistakes(diagnostics, as_json, console);
  }
  bench.seal();
  const Findings found = examine(bench);
  auto list = nlohmann::ordered_json::array();
  for (const ConnectResult& result : found.instruments) {
    list.push_back(json_of(result));
  }
  const bool well = found.is_well();
  const int code = well ? exit_code::passed : exit_code::invalid;
  if (as_json) {
    print_json({{"ok", well},
                {"exit_code", code},
                {"instruments", list},
                {"signals", found.signals.json()},
                {"silent", found.silent},
                {"dialect_trouble", found.dialect_trouble}},
               console);
  } else {
    print(found, console);
  }
  return code;
}

}  // namespace rig::cli

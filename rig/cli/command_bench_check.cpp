// gtxrig bench-check: is everything there, is it what the bench file says, and does it answer?
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>

#include "rig/bench/bench.hpp"
#include "rig/cli/options.hpp"
#include "rig/cli/printing.hpp"
#include "rig/cli/table.hpp"
#include "rig/cli/visible.hpp"
#include "rig/core/clock.hpp"
#include "rig/core/date.hpp"
#include "rig/core/error.hpp"
#include "rig/core/quantity.hpp"
#include "rig/engine/bench_lock.hpp"

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

// What the readings of one instrument say of it, beside their values.
struct Look {
  std::vector<std::string> lacking;  // signals without a good value, and what came instead
  std::string on;                    // the signal that says that it was on already; empty when it was not
};

struct Findings {
  std::vector<ConnectResult> instruments;
  std::vector<Look> looks;  // of each of them
  Table signals{{"signal", "value", "source"}};
  std::vector<std::string> silent;  // signals that an instrument which is there never gave
  std::string dialect_trouble;      // why what the pack says on CAN may not be what it means; empty when all is well

  [[nodiscard]] bool is_well() const {
    return silent.empty() && dialect_trouble.empty() &&
           std::all_of(instruments.begin(), instruments.end(),
                       [](const ConnectResult& result) { return trouble_of(result).empty(); });
  }
};

// "meter (keysight.3446x)" -> "meter".
std::string_view instrument_of(const SignalSpec& spec) {
  return std::string_view(spec.source).substr(0, spec.source.find(" ("));
}

std::vector<Look> looks_of(Bench& bench, const std::vector<ConnectResult>& instruments) {
  const auto specs = bench.signals().specs();
  std::vector<Look> looks(instruments.size());
  for (std::size_t i = 0; i < instruments.size(); ++i) {
    const std::string& name = instruments[i].instrument;
    std::vector<std::string> never;  // some never come: no adapter tells everything
    bool any = false;
    for (std::uint32_t s = 0; s < specs.size(); ++s) {
      const Sample& sample = bench.signals()[{s}];
      if (!instruments[i].link || instrument_of(specs[s]) != name) {
        continue;
      }
      if (sample.good() && (specs[s].name == name + ".output" || specs[s].name == name + ".input") &&
          sample.value != 0) {
        looks[i].on = specs[s].name;
      }
      if (specs[s].origin != Origin::measured) {
        continue;
      }
      any = any || sample.good();
      if (!sample.good()) {
        (sample.quality == Quality::never ? never : looks[i].lacking)
            .push_back(specs[s].name + " is " + value_text(sample, specs[s]));
      }
    }
    if (!any) {
      looks[i].lacking.insert(looks[i].lacking.end(), never.begin(), never.end());
    }
  }
  return looks;
}

std::string state_of(const ConnectResult& result, const Look& look) {
  return !trouble_of(result).empty() ? "WRONG"
         : !look.lacking.empty()     ? "no reading"
         : !look.on.empty()          ? "ok, but on"
                                     : "ok";
}

Findings examine(Bench& bench) {
  // What arrives while the boxes are still being connected carries a time already: without an origin it would lie ages
  // ahead, and a CAN adapter would hold it back for ever.
  bench.timeline().begin(std::chrono::steady_clock::now());
  Findings found{.instruments = bench.try_connect()};
  look(bench);
  std::vector<std::string> absent;
  for (const ConnectResult& result : found.instruments) {
    if (result.link && !result.trouble.empty() && result.link->identity.model.empty()) {
      absent.push_back(result.instrument);
    }
  }
  const auto specs = bench.signals().specs();
  for (std::uint32_t s = 0; s < specs.size(); ++s) {
    if (specs[s].origin != Origin::measured && specs[s].origin != Origin::commanded) {
      continue;
    }
    const Sample& sample = bench.signals()[{s}];
    // What is told to a box that nobody has reached is no state of it: "off" might be read as safe.
    const bool told = std::ranges::find(absent, instrument_of(specs[s])) == absent.end();
    found.signals.add({specs[s].name, told ? value_text(sample, specs[s]) : "never read", specs[s].source});
  }
  for (const SignalId id : bench.watched()) {
    if (!bench.signals()[id].good()) {
      found.silent.push_back(bench.signals().spec(id).name);
    }
  }
  found.looks = looks_of(bench, found.instruments);
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

nlohmann::ordered_json json_of(const ConnectResult& result, const Look& look) {
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
  json["state"] = state_of(result, look);
  json["no_reading"] = look.lacking;
  json["is_on"] = !look.on.empty();
  return json;
}

// A message of several lines keeps them.
std::string visible_lines(const std::string& text) {
  std::string out;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    out += (begin == 0 ? "" : "\n") + visible(std::string_view(text).substr(begin, end - begin));
    begin = end + 1;
  }
  return out;
}

// What is not wrong with the link: a box that answers and has nothing to say, or stands on.
void print_looks(const Findings& found, Console& console) {
  for (std::size_t i = 0; i < found.instruments.size(); ++i) {
    const std::string& name = found.instruments[i].instrument;
    const Look& look = found.looks[i];
    if (trouble_of(found.instruments[i]).empty()) {
      for (const std::string& text : look.lacking) {
        console.err << "warning: " << name << ": it answers, but " << text
                    << "; is its probe or its measuring line connected, and within its range?\n";
      }
    }
    if (!look.on.empty()) {
      console.err << "warning: " << name << ": it is on (" << look.on
                  << "); bench-check switches nothing, switch it off at its panel\n";
    }
  }
}

void print(const Findings& found, Console& console) {
  Table table({"instrument", "endpoint", "box", "serial", "state"});
  for (std::size_t i = 0; i < found.instruments.size(); ++i) {
    const ConnectResult& result = found.instruments[i];
    const std::string state = state_of(result, found.looks[i]);
    if (result.link) {
      const Identity& box = result.link->identity;
      table.add(
          {result.instrument, result.link->endpoint, visible(box.maker + " " + box.model), visible(box.serial), state});
    } else {
      table.add({result.instrument, "virtual", "", "", state});
    }
  }
  table.print(console.out);
  console.out << "\n";
  found.signals.print(console.out);
  for (const ConnectResult& result : found.instruments) {
    if (const std::string trouble = trouble_of(result); !trouble.empty()) {
      console.err << "error: " << result.instrument << ": " << visible_lines(trouble) << "\n";
    }
  }
  print_looks(found, console);
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
  BenchLock lock;  // given back when the bench is gone
  Bench bench(config, 1, diagnostics);
  if (diagnostics.has_errors()) {
    return print_mistakes(diagnostics, as_json, console);
  }
  bench.seal();
  lock = BenchLock(bench.links());  // connecting takes a box over and leaving gives it away: not under a run
  const Findings found = examine(bench);
  auto list = nlohmann::ordered_json::array();
  for (std::size_t i = 0; i < found.instruments.size(); ++i) {
    list.push_back(json_of(found.instruments[i], found.looks[i]));
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

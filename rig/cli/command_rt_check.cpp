// gtxrig rt-check: how late the loop begins its ticks on this machine, beside a bare timer.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <atomic>
#include <thread>

#include "rig/bench/bench.hpp"
#include "rig/cli/options.hpp"
#include "rig/cli/printing.hpp"
#include "rig/cli/selection.hpp"
#include "rig/cli/table.hpp"
#include "rig/core/clock.hpp"
#include "rig/core/error.hpp"
#include "rig/engine/bench_lock.hpp"
#include "rig/engine/interrupt.hpp"
#include "rig/engine/real_time.hpp"

namespace rig::cli {
namespace {

Usage usage() {
  Usage usage;
  usage.synopsis = "gtxrig rt-check [--bench FILE] [--seconds N] [--rate HZ] [--json]";
  usage.text =
      "Measures how late the loop begins its ticks with the bench's instruments attached, in the same seconds beside "
      "a\n"
      "bare timer thread of the same priority: what the timer is late is the machine's, the rest is the rig's.\n"
      "Without --rate at 100 Hz and at 1 kHz. Reads only, nothing is switched on.";
  usage.examples = "  gtxrig rt-check --bench loopback.running.yaml --rate 100\n";
  auto add = usage.options.add_options();
  add("bench", po::value<std::string>()->value_name("FILE"), "bench file; default: the built-in virtual bench");
  add("set", po::value<std::vector<std::string>>()->composing()->value_name("PATH=VALUE"),
      "override a value of the bench, may be repeated");
  add("seconds", po::value<std::string>()->value_name("N"), "for each rate; default 5");
  add("rate", po::value<std::string>()->value_name("HZ"), "ticks per second, 1 to 10000");
  add("json", "the result as one JSON document on stdout");
  add("help", "this text");
  return usage;
}

// Turns until `ticks` have passed; a missed tick counts as passed.
template <class Work>
void turn(WallClock& clock, Duration step, std::int64_t ticks, Work&& work) {
  clock.start(step);
  for (std::int64_t i = 0; i < ticks && Interrupt::count().load(std::memory_order_relaxed) == 0; ++i) {
    i += clock.wait_until(TimePoint{i * step});
    work(Tick{i, TimePoint{i * step}, step});
  }
}

struct Figures {
  std::uint64_t rate = 0;
  Lateness bare;
  Lateness loop;
  std::int64_t bare_late = 0;
  std::int64_t loop_late = 0;
  std::vector<std::string> missing;
};

Figures measure(Bench& bench, std::uint64_t rate, std::uint64_t seconds) {
  Figures figures{.rate = rate};
  const Duration step{static_cast<std::int64_t>(1'000'000'000 / rate)};
  const auto ticks = static_cast<std::int64_t>(rate * seconds);
  std::thread timer([&] {
    const RealTime same;
    Timeline timeline;
    WallClock clock(timeline);
    turn(clock, step, ticks, [](const Tick&) {});
    figures.bare = *clock.lateness();
    figures.bare_late = clock.late();
  });
  {
    const RealTime real_time;
    figures.missing = real_time.missing();
    WallClock clock(bench.timeline());
    turn(clock, step, ticks, [&](const Tick& tick) {
      bench.sample(tick);
      bench.signals().clear_changed();
    });
    figures.loop = *clock.lateness();
    figures.loop_late = clock.late();
  }
  timer.join();
  return figures;
}

double ms(Duration d) { return to_seconds(d) * 1e3; }

nlohmann::ordered_json json_of(const Lateness& lateness, std::int64_t late) {
  return {{"ticks", lateness.total()},
          {"late", late},
          {"p50_ms", ms(lateness.quantile(0.5))},
          {"p99_ms", ms(lateness.quantile(0.99))},
          {"p999_ms", ms(lateness.quantile(0.999))},
          {"max_ms", ms(lateness.max())}};
}

void add_row(Table& table, std::uint64_t rate, const char* what, const Lateness& l, std::int64_t late) {
  table.add({std::to_string(rate) + " Hz", what, fmt::format("{:.3f}", ms(l.quantile(0.5))),
             fmt::format("{:.3f}", ms(l.quantile(0.99))), fmt::format("{:.3f}", ms(l.quantile(0.999))),
             fmt::format("{:.3f}", ms(l.max())), std::to_string(late)});
}

}  // namespace

int rt_check_command(const Arguments& arguments, Console& console) {
  const auto map = parse(usage(), arguments, console);
  if (!map) {
    return exit_code::passed;
  }
  const bool as_json = map->count("json") != 0;
  const std::uint64_t seconds = map->count("seconds") != 0 ? number_of(*map, "seconds", 1, 86400) : 5;
  std::vector<std::uint64_t> rates{100, 1000};
  if (map->count("rate") != 0) {
    rates = {number_of(*map, "rate", 1, 10000)};
  }
  Diagnostics diagnostics;
  const BenchConfig config = read_bench(text_of(*map, "bench", default_bench), list_of(*map, "set"), diagnostics);
  if (diagnostics.has_errors()) {
    return print_mistakes(diagnostics, as_json, console);
  }
  BenchLock lock;  // given back when the bench is gone
  Bench bench(config, 1, diagnostics);
  if (diagnostics.has_errors()) {
    return print_mistakes(diagnostics, as_json, console);
  }
  bench.seal();
  lock = BenchLock(bench.links());  // leaving a box switches it off: not under a run
  bench.connect();
  auto list = nlohmann::ordered_json::array();
  Table table({"rate", "loop", "p50 ms", "p99 ms", "p99.9 ms", "max ms", "late"});
  std::vector<std::string> missing;
  for (const std::uint64_t rate : rates) {
    const Figures figures = measure(bench, rate, seconds);
    missing = figures.missing;
    add_row(table, rate, "bare timer", figures.bare, figures.bare_late);
    add_row(table, rate, "the rig", figures.loop, figures.loop_late);
    list.push_back({{"rate_hz", rate},
                    {"bare", json_of(figures.bare, figures.bare_late)},
                    {"loop", json_of(figures.loop, figures.loop_late)}});
  }
  if (as_json) {
    print_json({{"rates", list}, {"not_granted", missing}}, console);
    return exit_code::passed;
  }
  table.print(console.out);
  for (const std::string& text : missing) {
    console.err << "warning: " << text << "\n";
  }
  return exit_code::passed;
}

}  // namespace rig::cli

// gtxrig check: everything that `run` finds out before it switches anything on, and nothing more.
#include <fmt/format.h>

#include "reports/text.hpp"
#include "rig/cli/printing.hpp"

namespace rig::cli {
namespace {

Usage usage() {
  Usage usage;
  usage.synopsis = "gtxrig check [CASE|DIR]... [options]";
  usage.text =
      "Checks cases, bench, requirements and profile: keys, units, signals, set-points and limits, and prints how "
      "long\n"
      "each case takes at most. Nothing is switched on. All mistakes of all files are reported at once.\n"
      "Exit code: 0 all is well, 2 there are mistakes, 64 wrong usage.";
  usage.examples =
      "  gtxrig check cases\n"
      "  gtxrig check my_case.yaml --bench my_bench.yaml --set fixture.maximum_voltage=\"58 V\"\n";
  usage.positional = "case";
  add_selection_options(usage.options);
  auto add = usage.options.add_options();
  add("json", "results as one JSON document on stdout");
  add("help", "this text");
  return usage;
}

Duration longest(const RunOrder& order) {
  Diagnostics diagnostics;
  const Run run(order, diagnostics);
  return run.estimated();
}

}  // namespace

int check_command(const Arguments& arguments, Console& console) {
  const auto map = parse(usage(), arguments, console);
  if (!map) {
    return exit_code::passed;
  }
  const bool as_json = map->count("json") != 0;
  Diagnostics diagnostics;
  const auto session = load(selection_of(*map), diagnostics);
  if (diagnostics.has_errors()) {
    return print_mistakes(diagnostics, as_json, console);
  }
  console.err << diagnostics.render();
  auto list = nlohmann::ordered_json::array();
  Duration all{};
  for (const RunOrder& order : session->orders) {
    const Duration most = longest(order);
    all += most;
    list.push_back({{"case", order.test->name.text},
                    {"row", order.row == nullptr ? nlohmann::ordered_json() : nlohmann::ordered_json(order.row->name)},
                    {"suite", order.suite},
                    {"title", order.test->title},
                    {"longest_s", to_seconds(most)}});
    if (!as_json) {
      console.out << "ok  " << order.suite << "/" << name_of(order) << "  at most " << span_text(most) << "\n";
    }
  }
  if (as_json) {
    print_json({{"verdict", "pass"}, {"exit_code", 0}, {"cases", list}, {"longest_s", to_seconds(all)}}, console);
  } else {
    console.out << fmt::format("{} {}, no mistake; at most {} of test time\n", session->orders.size(),
                               session->orders.size() == 1 ? "case" : "cases", span_text(all));
  }
  return exit_code::passed;
}

}  // namespace rig::cli

// gtxrig check: everything that `run` finds out before it switches anything on, and nothing more.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

#include "reports/text.hpp"
#include "rig/cli/printing.hpp"

namespace rig::cli {
namespace {

Usage usage() {
  Usage usage;
  usage.synopsis = "gtxrig check [CASE|DIR]... [options]";
  usage.text =
      "Proves before power what can be proven: keys, units, signals, set-points and limits, that no commanded point\n"
      "leaves what bench, fixture and pack stand, and that every step can end. Says for each case how long it takes,\n"
      "what energy and charge it moves and how often the chamber moves, and with --rows what this bench can decide of\n"
      "each requirement. Nothing is switched on. All mistakes of all files are reported at once.\n"
      "Exit code: 0 all is well, 2 there are mistakes (with --strict also warnings), 64 wrong usage.";
  usage.examples =
      "  gtxrig check cases\n"
      "  gtxrig check my_case.yaml --bench my_bench.yaml --set fixture.maximum_voltage=\"58 V\"\n"
      "  gtxrig check cases --rows --strict\n";
  usage.positional = "case";
  add_selection_options(usage.options);
  auto add = usage.options.add_options();
  add("rows", "also what this bench can decide of each requirement, and what would mend the rest");
  add("strict", "warnings count as mistakes");
  add("json", "results as one JSON document on stdout");
  add("help", "this text");
  return usage;
}

// Each warning once, whichever cases share it.
Diagnostics all_warnings(const Session& session, const Diagnostics& found) {
  Diagnostics all;
  std::set<std::string> told;
  const auto add = [&](const Diagnostic& d) {
    if (told.insert(d.mark.where() + d.message).second) {
      all.warning(d.mark, d.message, d.hint);
    }
  };
  std::for_each(found.all().begin(), found.all().end(), add);
  for (const RunPlan& plan : session.plans) {
    std::for_each(plan.warnings.begin(), plan.warnings.end(), add);
  }
  return all;
}

struct Sum {
  Duration expected{}, longest{};
};

Sum sum_of(const Session& session) {
  Sum sum;
  for (const RunPlan& plan : session.plans) {
    sum.expected += plan.forecast.known ? plan.forecast.expected : plan.forecast.longest;
    sum.longest += plan.forecast.longest;
  }
  return sum;
}

void print_text(const Session& session, const Diagnostics& warnings, bool rows, Console& console) {
  for (std::size_t i = 0; i < session.plans.size(); ++i) {
    console.out << plan_text(session.orders[i], session.plans[i]);
  }
  if (rows) {
    console.out << "\n" << rows_text(session.rows) << "\n";
  }
  console.out << left_out_text(session.left_out);
  const Sum sum = sum_of(session);
  const std::size_t count = warnings.all().size();
  console.out << fmt::format("{} {}, no mistake{}{}; about {}, at most {} of test time\n", session.orders.size(),
                             session.orders.size() == 1 ? "case" : "cases",
                             count == 0 ? "" : fmt::format(", {} {}", count, count == 1 ? "warning" : "warnings"),
                             session.left_out.empty() ? "" : fmt::format(", {} left out", session.left_out.size()),
                             span_text(sum.expected), span_text(sum.longest));
}

void print_document(const Session& session, int code, Console& console) {
  auto list = nlohmann::ordered_json::array();
  for (std::size_t i = 0; i < session.plans.size(); ++i) {
    list.push_back(plan_json(session.orders[i], session.plans[i]));
  }
  const Sum sum = sum_of(session);
  print_json({{"verdict", code == exit_code::passed ? "pass" : "error"},
              {"exit_code", code},
              {"cases", list},
              {"left_out", left_out_json(session.left_out)},
              {"expected_s", to_seconds(sum.expected)},
              {"longest_s", to_seconds(sum.longest)},
              {"rows", rows_json(session.rows)}},
             console);
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
  const Diagnostics warnings = all_warnings(*session, diagnostics);
  console.err << warnings.render();
  const bool strict = map->count("strict") != 0 && !warnings.all().empty();
  const int code = strict ? exit_code::invalid : exit_code::passed;
  if (as_json) {
    print_document(*session, code, console);
  } else {
    print_text(*session, warnings, map->count("rows") != 0, console);
  }
  return code;
}

}  // namespace rig::cli

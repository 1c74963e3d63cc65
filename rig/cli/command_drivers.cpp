// gtxrig drivers: what the drivers of real boxes can do.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "drivers/transport/families.hpp"
#include "rig/cli/options.hpp"
#include "rig/cli/printing.hpp"
#include "rig/cli/table.hpp"
#include "rig/core/diagnostic.hpp"

namespace rig::cli {
namespace {

Usage usage() {
  Usage usage;
  usage.synopsis = "gtxrig drivers [NAME]... [--json]";
  usage.text =
      "Shows which models the drivers of real boxes know: role, links, ranges, resolution and accuracy, as the "
      "makers'\n"
      "data sheets say it, and whether a box switches off by itself when nobody speaks to it any more (watchdog).\n"
      "`gtxrig list drivers` also has the virtual ones; `gtxrig list schema bench` has their keys.";
  usage.examples = "  gtxrig drivers\n  gtxrig drivers ea.psb tdk.genesys --json\n";
  usage.positional = "driver";
  auto add = usage.options.add_options();
  add("json", "the list as one JSON document");
  add("help", "this text");
  return usage;
}

// Of those that switch something; a meter that is left alone harms nobody.
std::string watchdog_text(const BoxFamily& family) {
  const bool switches = family.role == "supply" || family.role == "load" || family.role == "io";
  return family.watchdog ? "yes" : switches ? "no" : "";
}

void check_names(const std::vector<std::string>& wanted) {
  std::vector<std::string> known;
  for (const auto& [name, family] : box_families()) {
    known.push_back(name);
  }
  for (const std::string& name : wanted) {
    if (!box_families().contains(name)) {
      throw UsageError{"there is no driver of a real box named '" + name + "'; " + suggestion(name, known)};
    }
  }
}

}  // namespace

int drivers_command(const Arguments& arguments, Console& console) {
  const auto map = parse(usage(), arguments, console);
  if (!map) {
    return exit_code::passed;
  }
  const std::vector<std::string> wanted = list_of(*map, "driver");
  check_names(wanted);
  Table table({"driver", "role", "links", "watchdog", "model", "range", "resolution", "accuracy"});
  for (const auto& [name, family] : box_families()) {
    if (!wanted.empty() && std::find(wanted.begin(), wanted.end(), name) == wanted.end()) {
      continue;
    }
    const std::string watchdog = watchdog_text(family);
    for (const ModelFacts& model : family.models) {
      table.add({name, family.role, family.links, watchdog, model.name, model.range, model.resolution, model.accuracy});
    }
    if (family.models.empty()) {
      table.add({name, family.role, family.links, watchdog, "any", "", "", ""});
    }
  }
  if (map->count("json") != 0) {
    print_json(table.json(), console);
  } else {
    table.print(console.out);
  }
  return exit_code::passed;
}

}  // namespace rig::cli

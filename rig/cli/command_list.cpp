// gtxrig list: what there is to choose from.
#include <map>
#include <nlohmann/json.hpp>

#include "drivers/sim/firmware_defects.hpp"
#include "rig/bench/bench.hpp"
#include "rig/bench/bench_config.hpp"
#include "rig/cli/printing.hpp"
#include "rig/cli/table.hpp"
#include "rig/core/quantity.hpp"
#include "rig/engine/reference.hpp"
#include "rig/instrument/registry.hpp"

namespace rig::cli {
namespace {

Usage usage() {
  Usage usage;
  usage.synopsis =
      "gtxrig list cases|signals|drivers|requirements|firmware|defects [DIR] [options]\n"
      "       gtxrig list schema case|bench|requirements|profile";
  usage.text =
      "cases         cases of a folder (default: the folder `cases` here)\n"
      "signals       what a case can look at on this bench, with unit, writer and origin\n"
      "drivers       instrument drivers that a bench file can name\n"
      "requirements  rows that the pack on this bench is judged by\n"
      "firmware      numbers of the virtual pack's firmware, for --set\n"
      "defects       mistakes that the virtual pack's firmware can be given, for --set dut.defects\n"
      "schema        JSON Schema of a kind of file, for editors";
  usage.examples =
      "  gtxrig list signals\n"
      "  gtxrig list firmware --set dut.firmware.pack_ov.threshold=\"57.0 V\"\n"
      "  gtxrig run cases --set dut.defects=\"[frozen_limits]\"\n"
      "  gtxrig list schema case > case.schema.json\n";
  usage.positional = "case";
  auto add = usage.options.add_options();
  add("bench", po::value<std::string>()->value_name("FILE"), "bench file; default: the built-in virtual bench");
  add("set", po::value<std::vector<std::string>>()->composing()->value_name("PATH=VALUE"),
      "override a value of the bench, may be repeated");
  add("json", "as one JSON document");
  add("help", "this text");
  return usage;
}

struct Asked {
  std::vector<std::string> names;  // behind the first word
  Selection selection;
  bool json = false;
};

int print(const Table& table, const Asked& asked, Console& console) {
  if (asked.json) {
    print_json(table.json(), console);
  } else {
    table.print(console.out);
  }
  return exit_code::passed;
}

Setup setup_of(const Asked& asked, Diagnostics& diagnostics) {
  return read_setup(asked.selection.bench, asked.selection.overrides, diagnostics);
}

int list_cases(const Asked& asked, Console& console) {
  Table table({"case", "row", "suite", "title", "verifies", "file"});
  Diagnostics diagnostics;
  for (const std::string& file : find_cases(asked.names)) {
    const Case test = read_case(file, diagnostics);
    std::string verifies;
    for (const MarkedText& id : test.verifies) {
      verifies += (verifies.empty() ? "" : ",") + id.text;
    }
    const std::string folder = file.substr(0, file.find_last_of('/'));
    const std::string suite = folder.substr(folder.find_last_of('/') + 1);
    if (test.rows.empty()) {
      table.add({test.name.text, "", suite, test.title, verifies, file});
    }
    for (const Row& row : test.rows) {
      table.add({test.name.text, row.name, suite, test.title, verifies, file});
    }
  }
  if (diagnostics.has_errors()) {
    return print_mistakes(diagnostics, asked.json, console);
  }
  return print(table, asked, console);
}

int list_signals(const Asked& asked, Console& console) {
  Diagnostics diagnostics;
  const Setup setup = setup_of(asked, diagnostics);
  if (diagnostics.has_errors()) {
    return print_mistakes(diagnostics, asked.json, console);
  }
  Bench bench(setup.bench, 1, diagnostics);
  if (diagnostics.has_errors()) {
    return print_mistakes(diagnostics, asked.json, console);
  }
  References(setup.requirements).declare(bench.signals());
  Table table({"name", "unit", "origin", "source", "uncertainty", "help"});
  for (const SignalSpec& spec : bench.signals().specs()) {
    const Uncertainty& u = spec.uncertainty;
    std::string uncertainty = u.absolute > 0 ? format_rounded(u.absolute, spec.dimension, 3) : "";
    if (u.relative > 0) {
      uncertainty += (uncertainty.empty() ? "" : " + ") + format_rounded(u.relative, dimension::none, 3, "%");
    }
    const std::string unit = spec.dimension.boolean ? "on/off" : std::string(base_unit(spec.dimension));
    table.add({spec.name, unit, std::string(origin_name(spec.origin)), spec.source, uncertainty, spec.help});
  }
  for (const CommandSpec& spec : bench.commands().specs()) {
    if (!bench.signals().find(spec.name)) {
      table.add({spec.name, std::string(base_unit(spec.dimension)), "commanded", spec.instrument, "", spec.help});
    }
  }
  return print(table, asked, console);
}

int list_drivers(const Asked& asked, Console& console) {
  Table table({"driver", "help"});
  for (const std::string& name : DriverRegistry::instance().names()) {
    table.add({name, DriverRegistry::instance().find(name)->help});
  }
  return print(table, asked, console);
}

int list_requirements(const Asked& asked, Console& console) {
  Diagnostics diagnostics;
  const Setup setup = setup_of(asked, diagnostics);
  if (diagnostics.has_errors()) {
    return print_mistakes(diagnostics, asked.json, console);
  }
  Table table({"id", "rule", "kind", "manual", "threshold", "tolerance", "statement"});
  const auto number = [](const std::optional<OriginNumber>& n) {
    return n ? format_rounded(n->value(), n->quantity.dimension) + " (" + std::string(number_origin_name(n->origin)) +
                   ")"
             : std::string();
  };
  for (const RequirementRow& row : setup.requirements.rows) {
    table.add({row.id, row.rule, std::string(row_kind_name(row.kind)), row.manual, number(row.threshold),
               number(row.tolerance), row.statement});
  }
  return print(table, asked, console);
}

int list_firmware(const Asked& asked, Console& console) {
  Diagnostics diagnostics;
  const BenchConfig bench = read_bench(asked.selection.bench, asked.selection.overrides, diagnostics);
  if (diagnostics.has_errors()) {
    return print_mistakes(diagnostics, asked.json, console);
  }
  const InstrumentConfig& pack = bench.dut.pack;
  const DriverEntry* entry = DriverRegistry::instance().find(pack.driver);
  if (entry == nullptr) {
    return print_mistake("the pack of bench '" + bench.name + "' has no driver whose firmware could be listed",
                         asked.json, console);
  }
  BenchContext context(1);
  entry->make(pack.parameters, context, diagnostics);  // says what is wrong with an override
  if (diagnostics.has_errors()) {
    return print_mistakes(diagnostics, asked.json, console);
  }
  Table table({"name", "value", "unit", "origin", "help"});
  for (const ListedValue& value : entry->list(pack.parameters)) {
    const std::string path = value.path.starts_with(".") ? value.path.substr(1) : value.path;
    if (path.starts_with("firmware.")) {
      table.add({"dut." + path, value.value, value.unit, value.origin, value.help});
    }
  }
  return print(table, asked, console);
}

int list_defects(const Asked& asked, Console& console) {
  Table table({"name", "what", "row"});
  for (const sim::Defect& defect : sim::defects()) {
    table.add({std::string(defect.name), std::string(defect.what), std::string(defect.rows)});
  }
  return print(table, asked, console);
}

int list_schema(const Asked& asked, Console& console) {
  const std::map<std::string, nlohmann::json (*)()> schemas{{"case", case_schema},
                                                            {"bench", bench_schema},
                                                            {"requirements", requirements_schema},
                                                            {"profile", profile_schema}};
  const auto found = asked.names.size() == 1 ? schemas.find(asked.names.front()) : schemas.end();
  if (found == schemas.end()) {
    throw UsageError{"`list schema` wants one of: bench, case, profile, requirements"};
  }
  console.out << found->second().dump(2) << "\n";
  return exit_code::passed;
}

}  // namespace

int list_command(const Arguments& arguments, Console& console) {
  const auto map = parse(usage(), arguments, console);
  if (!map) {
    return exit_code::passed;
  }
  const std::map<std::string, int (*)(const Asked&, Console&)> lists{
      {"cases", list_cases},       {"signals", list_signals},
      {"drivers", list_drivers},   {"requirements", list_requirements},
      {"firmware", list_firmware}, {"schema", list_schema},
      {"defects", list_defects}};
  Asked asked;
  asked.names = list_of(*map, "case");
  asked.selection.bench = text_of(*map, "bench", default_bench);
  asked.selection.overrides = list_of(*map, "set");
  asked.json = map->count("json") != 0;
  std::vector<std::string> words;
  for (const auto& [word, list] : lists) {
    words.push_back(word);
  }
  if (asked.names.empty()) {
    throw UsageError{"what is to be listed? " + suggestion("", words)};
  }
  const std::string what = asked.names.front();
  asked.names.erase(asked.names.begin());
  const auto list = lists.find(what);
  if (list == lists.end()) {
    throw UsageError{"there is no list of '" + what + "'; " + suggestion(what, words)};
  }
  if (!asked.names.empty() && what != "cases" && what != "schema") {
    throw UsageError{"`list " + what + "` takes no further argument"};
  }
  return list->second(asked, console);
}

}  // namespace rig::cli

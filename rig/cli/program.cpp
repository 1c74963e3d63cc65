#include <algorithm>

#include "rig/cli/printing.hpp"
#include "rig/core/diagnostic.hpp"
#include "rig/core/error.hpp"

namespace rig::cli {
namespace {

const std::vector<std::string> selection_options{"--bench", "--set",        "--param", "--seed",
                                                 "--tick",  "--time-scale", "--json",  "--help"};

std::vector<std::string> with_selection(std::vector<std::string> more) {
  more.insert(more.end(), selection_options.begin(), selection_options.end());
  return more;
}

void print_overview(std::ostream& out) {
  out << "gtxrig " << version() << ": tests battery packs against their requirements\n\n"
      << "usage: gtxrig COMMAND [arguments]\n\ncommands:\n";
  for (const Command& command : commands()) {
    out << "  " << command.name << std::string(12 - command.name.size(), ' ') << command.summary << "\n";
  }
  out << "\n  gtxrig COMMAND --help    arguments and examples of a command\n"
      << "  gtxrig --version         the version\n\nexamples:\n"
      << "  gtxrig run cases                       all cases on the virtual bench\n"
      << "  gtxrig check cases                     finds mistakes, switches nothing on\n"
      << "  gtxrig list signals                    what a case can look at\n\n"
      << "exit codes: 0 all passed, 1 a case failed, 2 invalid or error, 3 tripped or aborted, 64 wrong usage\n";
}

int usage_error(const std::string& message, const std::string& command, Console& console) {
  console.err << "gtxrig: " << message << "\n"
              << "see: gtxrig " << (command.empty() ? "" : command + " ") << "--help\n";
  return exit_code::usage;
}

int run_named(const Command& command, const Arguments& arguments, Console& console) {
  try {
    return command.run(arguments, console);
  } catch (const UsageError& error) {
    return usage_error(error.message, command.name, console);
  } catch (const std::exception& error) {
    const bool as_json = std::find(arguments.begin(), arguments.end(), "--json") != arguments.end();
    return print_mistake(error.what(), as_json, console);
  }
}

}  // namespace

const std::vector<Command>& commands() {
  static const std::vector<Command> list{
      {"run", "runs cases, writes records and reports", run_command,
       with_selection({"--out", "--jobs", "--junit", "--record"})},
      {"check", "checks cases and bench, switches nothing on", check_command, with_selection({"--rows", "--strict"})},
      {"list",
       "lists cases, signals, drivers, requirements, firmware, defects or a schema",
       list_command,
       {"cases", "signals", "drivers", "requirements", "firmware", "defects", "schema", "--bench", "--set", "--json",
        "--help"}},
      {"report", "makes report.html of a finished run again", report_command, {"--out", "--json", "--help"}},
      {"replay",
       "judges a record again, bit for bit, or a CAN log by what the pack says in it",
       replay_command,
       {"--requirements", "--profile", "--dialect", "--dbc", "--json", "--help"}},
      {"must-fail",
       "runs cases that have to fail, for the reason they state",
       must_fail_command,
       {"--bench", "--json", "--help"}},
      {"must-pass",
       "runs cases against packs at the edge of their class",
       must_pass_command,
       {"--bench", "--seed", "--jobs", "--json", "--help"}},
      {"mutants",
       "packs with one mistake each: which case finds which, and how small a mistake is found",
       mutants_command,
       {"--bench", "--set", "--only", "--subset", "--ci", "--quick", "--no-curves", "--jobs", "--seed", "--resume",
        "--out", "--plan", "--list", "--json", "--help"}},
      {"healthy",
       "packs drawn from the class of healthy ones, none of which a case may reject",
       healthy_command,
       {"--packs", "--first", "--theme", "--bench", "--set", "--seed", "--jobs", "--plan", "--ci", "--json", "--help"}},
      {"matrix",
       "which case can fail which requirement, with orphans and what only looks covered",
       matrix_command,
       {"--bench", "--set", "--seed", "--jobs", "--html", "--csv", "--json", "--help"}},
      {"drivers", "shows what the drivers of real boxes can do", drivers_command, {"--json", "--help"}},
      {"bench-check",
       "connects to the instruments of a bench and reads each once, switches nothing on",
       bench_check_command,
       {"--set", "--json", "--help"}},
      {"can",
       "shows and decodes CAN frames, of a log or of a bench, and finds out the dialect",
       can_command,
       {"decode", "dump", "encode", "--dialect", "--dbc", "--driver", "--set", "--seconds", "--count", "--json",
        "--as-log", "--help"}},
      {"rt-check",
       "measures how late the loop is on this machine",
       rt_check_command,
       {"--bench", "--set", "--seconds", "--rate", "--json", "--help"}},
      {"sim",
       "serves simulated boxes at the far end of a bench's cables",
       sim_command,
       {"--time-scale", "--seed", "--out", "--set", "--until-eof", "--json", "--help"}},
      {"bench", "measures how fast the loop turns", bench_command, {"--seconds", "--json", "--help"}},
      {"completion", "prints the completion script of a shell", completion_command, {"bash", "--help"}},
  };
  return list;
}

std::string version() { return GTXRIG_VERSION; }

int run_program(const Arguments& arguments, Console& console) {
  if (arguments.empty()) {
    print_overview(console.err);
    return exit_code::usage;
  }
  const std::string& first = arguments.front();
  if (first == "--help" || first == "-h" || first == "help") {
    print_overview(console.out);
    return exit_code::passed;
  }
  if (first == "--version") {
    console.out << "gtxrig " << version() << "\n";
    return exit_code::passed;
  }
  std::vector<std::string> names;
  for (const Command& command : commands()) {
    if (command.name == first) {
      return run_named(command, Arguments(arguments.begin() + 1, arguments.end()), console);
    }
    names.push_back(command.name);
  }
  return usage_error("there is no command '" + first + "'; " + suggestion(first, names), "", console);
}

}  // namespace rig::cli

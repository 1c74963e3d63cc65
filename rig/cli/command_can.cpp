// gtxrig can: the bench engineer's view of the bus.
#include "rig/cli/can_commands.hpp"
#include "rig/core/diagnostic.hpp"

namespace rig::cli {
namespace {

struct SubCommand {
  std::string_view name;
  std::string_view summary;
  int (*run)(const Arguments& arguments, Console& console);
};

constexpr SubCommand sub_commands[] = {
    {"decode", "decodes the frames of a log, finds out the dialect", can_decode_command},
    {"dump", "shows the frames on a bench's bus, decoded, as they come", can_dump_command},
    {"encode", "prints the frame that a message's values make", can_encode_command},
    {"send", "sends frames that the bench's send list names", can_send_command},
};

void print_overview(std::ostream& out) {
  out << "usage: gtxrig can COMMAND [arguments]\n\ncommands:\n";
  for (const SubCommand& each : sub_commands) {
    out << "  " << each.name << std::string(12 - each.name.size(), ' ') << each.summary << "\n";
  }
}

}  // namespace

int can_command(const Arguments& arguments, Console& console) {
  if (arguments.empty()) {
    print_overview(console.err);
    return exit_code::usage;
  }
  const std::string& first = arguments.front();
  if (first == "--help" || first == "-h") {
    print_overview(console.out);
    for (const SubCommand& each : sub_commands) {
      console.out << "\n";
      each.run({"--help"}, console);
    }
    return exit_code::passed;
  }
  std::vector<std::string> names;
  for (const SubCommand& each : sub_commands) {
    if (each.name == first) {
      return each.run(Arguments(arguments.begin() + 1, arguments.end()), console);
    }
    names.emplace_back(each.name);
  }
  throw UsageError{"there is no command 'can " + first + "'; " + suggestion(first, names)};
}

}  // namespace rig::cli

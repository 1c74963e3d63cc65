// gtxrig can decode: what the frames of a log mean, in which dialect they are meant, and why.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "rig/canlog/candump.hpp"
#include "rig/canlog/log_reader.hpp"
#include "rig/cli/can_commands.hpp"
#include "rig/cli/can_view.hpp"
#include "rig/cli/printing.hpp"
#include "rig/core/error.hpp"

namespace rig::cli {
namespace {

Usage usage() {
  Usage usage;
  usage.synopsis = "gtxrig can decode LOG [--dialect auto|none|NAME] [--dbc FILE] [--json | --as-log]";
  usage.text =
      "Decodes a CAN log of candump (-l, -L or as on the console, with or without times) or Vector's .asc; \"-\" is "
      "the\n"
      "standard input. The dialect is found out from the whole log, by several signs; why is printed in the end. A\n"
      "dialect that is neither of the known ones is \"unknown\": then only what all have in common is decoded, and "
      "nothing\n"
      "whose numbers contradict the other frames.\n"
      "With --json one object a line: t (seconds as in the log), id, name, signals (in V, A, degC, Ah, %; null where "
      "the\n"
      "frame is too short or the pack says \"not supported\"), dialect; the last line has the counts and the "
      "evidence.\n"
      "A line that cannot be read is reported with its place on stderr, counted, and the rest is decoded.\n"
      "Exit code: 0 decoded, 2 the log has a line that cannot be read, or no frame.";
  usage.examples =
      "  gtxrig can decode bus.log\n"
      "  gtxrig can decode bus.log --dialect pylon_v12 --json\n"
      "  candump -L can0 | gtxrig can decode - --dbc other.dbc --dialect none\n"
      "  gtxrig can decode trace.asc --as-log > trace.log\n";
  usage.positional = "log";
  usage.most = 1;
  auto add = usage.options.add_options();
  add("dialect", po::value<std::string>()->value_name("NAME"),
      "auto (default), sofar_amass, pylon_v12, or none: plainly by the DBC");
  add("dbc", po::value<std::string>()->value_name("FILE"), "decode by this DBC instead of the built-in one");
  add("json", "one JSON object a line");
  add("as-log", "print the frames as candump -L does, decode nothing");
  add("help", "this text");
  return usage;
}

// What the reader had to say of the log, for the last line.
nlohmann::ordered_json log_json(const LogReader& log) {
  auto mistakes = nlohmann::ordered_json::array();
  for (const LogMistake& mistake : log.mistakes()) {
    mistakes.push_back({{"line", mistake.line}, {"column", mistake.column}, {"message", mistake.message}});
  }
  return {{"bad_lines", log.mistake_count()},
          {"lost_frames", log.lost_frames()},
          {"may_be_cut", log.may_be_cut()},
          {"errors", mistakes}};
}

void print_mistakes_of(const LogReader& log, bool any, Console& console) {
  for (const LogMistake& mistake : log.mistakes()) {
    console.err << render(mistake, log.name());
  }
  if (log.mistake_count() > log.mistakes().size()) {
    console.err << fmt::format("{}: error: {} more lines cannot be read\n", log.name(),
                               log.mistake_count() - log.mistakes().size());
  }
  if (log.may_be_cut()) {
    console.err << log.name() << ": warning: the last line has no end; its frame may have had more bytes\n";
  }
  if (log.lost_frames() > 0) {
    console.err << fmt::format("{}: warning: the logger itself lost {} frames\n", log.name(), log.lost_frames());
  }
  if (!any) {
    console.err << "error: " << log.name() << ": no frame in this log\n";
  }
}

// Twice through the log: what it says of its dialect as a whole, then its frames by that.
int decode_log(LogReader& log, CanView& view, Console& console) {
  LoggedFrame frame;
  while (log.next(frame)) {
    view.hear(frame);
  }
  log.rewind();
  view.settle();
  while (log.next(frame)) {
    view.print(frame);
  }
  console.out.flush();
  print_mistakes_of(log, view.frames() > 0, console);
  view.print_summary(log_json(log));
  return log.mistake_count() > 0 || view.frames() == 0 ? exit_code::invalid : exit_code::passed;
}

int print_as_log(LogReader& log, Console& console) {
  LoggedFrame frame;
  bool any = false;
  while (log.next(frame)) {
    any = true;
    console.out << candump_line(frame) << "\n";
  }
  print_mistakes_of(log, any, console);
  return log.mistake_count() > 0 || !any ? exit_code::invalid : exit_code::passed;
}

}  // namespace

int can_decode_command(const Arguments& arguments, Console& console) {
  const auto map = parse(usage(), arguments, console);
  if (!map) {
    return exit_code::passed;
  }
  const auto paths = list_of(*map, "log");
  if (paths.size() != 1) {
    throw UsageError{"which log? name its file, or - for the standard input"};
  }
  const bool as_json = map->count("json") != 0;
  try {
    const Dbc dbc = read_dbc(text_of(*map, "dbc", own_dbc));
    const DialectChoice choice = dialect_choice(*map, dbc);
    LogReader log{LineSource(paths.front())};
    if (map->count("as-log") != 0) {
      return print_as_log(log, console);
    }
    CanView view(dbc, choice, as_json, console);
    return decode_log(log, view, console);
  } catch (const RigError& error) {
    return print_mistake(error.what(), as_json, console);
  }
}

}  // namespace rig::cli

// gtxrig can decode: what the frames of a log mean, in which dialect they are meant, and why.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "rig/canlog/candump.hpp"
#include "rig/canlog/log_reader.hpp"
#include "rig/cli/can_commands.hpp"
#include "rig/cli/can_printing.hpp"
#include "rig/cli/options.hpp"
#include "rig/cli/printing.hpp"
#include "rig/core/diagnostic.hpp"
#include "rig/core/error.hpp"
#include "rig/dut/dialect_evidence.hpp"
#include "rig/dut/dut_port.hpp"

namespace rig::cli {
namespace {

constexpr const char* own_dbc = "builtin:cases/gtx5000.dbc";

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

struct Counts {
  std::uint64_t frames = 0;
  std::uint64_t unknown = 0;    // the DBC does not have the id
  std::uint64_t undecoded = 0;  // the dialect gives it no meaning, or its numbers are in doubt
  std::uint64_t too_short = 0;
  std::uint64_t implausible = 0;
  std::uint64_t errors = 0;
  std::uint64_t requests = 0;
  std::map<std::string, std::uint64_t> unknown_ids;
};

// What the user said the dialect is.
struct Choice {
  bool by_dbc = false;  // "none"
  std::optional<Dialect> dialect;
};

Choice choice_of(const po::variables_map& map) {
  const std::string word = text_of(map, "dialect", "auto");
  if (word == "none") {
    return {.by_dbc = true};
  }
  const auto dialect = parse_dialect(word);
  if (!dialect) {
    const std::vector<std::string> words{"auto", "none", "sofar_amass", "pylon_v12"};
    throw UsageError{"there is no dialect '" + word + "'; " + suggestion(word, words)};
  }
  return *dialect == Dialect::unknown ? Choice{} : Choice{.dialect = dialect};
}

bool has_pack_frames(const Dbc& dbc) {
  return dbc.find(0x351) != nullptr || dbc.find(0x355) != nullptr || dbc.find(0x356) != nullptr;
}

class Decoding {
 public:
  Decoding(LogReader& log, const Dbc& dbc, Choice choice, bool as_json, Console& console)
      : log_(log), dbc_(dbc), choice_(choice), as_json_(as_json), console_(console) {}
  int run();

 private:
  void listen();
  void print_frames();
  void print_mistakes();
  void print_summary();
  [[nodiscard]] nlohmann::ordered_json summary_json() const;
  void count(const LoggedFrame& frame, const DecodedFrame& decoded);
  [[nodiscard]] std::string_view dialect_word() const;

  LogReader& log_;
  const Dbc& dbc_;
  Choice choice_;
  bool as_json_;
  Console& console_;
  DialectSigns signs_;
  DecodeContext context_;
  Counts counts_;
};

// The first pass: what the log as a whole says of its dialect.
void Decoding::listen() {
  LoggedFrame frame;
  while (log_.next(frame)) {
    if (!frame.error && !frame.remote && !frame.fd) {
      signs_.hear(TimePoint{Duration{frame.time_ns}}, frame.id, frame.extended, frame.data());
    }
  }
  log_.rewind();
  if (choice_.by_dbc) {
    return;
  }
  context_ = DecodeContext::of(signs_, choice_.dialect);
  if (*context_.dialect != Dialect::unknown) {
    DutPort(dbc_, {.dialect = *context_.dialect});  // throws where DBC and dialect contradict each other
  }
}

std::string_view Decoding::dialect_word() const { return context_.dialect ? dialect_name(*context_.dialect) : "none"; }

void Decoding::count(const LoggedFrame& frame, const DecodedFrame& decoded) {
  ++counts_.frames;
  if (frame.error) {
    ++counts_.errors;
    return;
  }
  counts_.requests += frame.remote ? 1 : 0;
  if (decoded.message == nullptr) {
    ++counts_.unknown;
    ++counts_.unknown_ids[id_text(frame)];
    return;
  }
  counts_.undecoded += decoded.has_meaning ? 0 : 1;
  counts_.too_short += decoded.is_short && !frame.remote ? 1 : 0;
  counts_.implausible += decoded.implausible.empty() ? 0 : 1;
}

void Decoding::print_frames() {
  const FrameDecoder decoder(dbc_, context_);
  LoggedFrame frame;
  DecodedFrame decoded;
  while (log_.next(frame)) {
    if (frame.error) {
      decoded = {};
    } else {
      decoder.decode(frame.id, frame.extended, frame.data(), decoded);
    }
    if (frame.remote) {
      decoded.signals.clear();
    }
    count(frame, decoded);
    console_.out << (as_json_ ? frame_json(frame, decoded, dialect_word())
                              : frame_line(frame, decoded, console_.colours))
                 << "\n";
  }
}

void Decoding::print_mistakes() {
  for (const LogMistake& mistake : log_.mistakes()) {
    console_.err << render(mistake, log_.name());
  }
  if (log_.mistake_count() > log_.mistakes().size()) {
    console_.err << fmt::format("{}: error: {} more lines cannot be read\n", log_.name(),
                                log_.mistake_count() - log_.mistakes().size());
  }
  if (log_.may_be_cut()) {
    console_.err << log_.name() << ": warning: the last line has no end; its frame may have had more bytes\n";
  }
  if (counts_.frames == 0) {
    console_.err << "error: " << log_.name() << ": no frame in this log\n";
  }
}

nlohmann::ordered_json Decoding::summary_json() const {
  nlohmann::ordered_json json{{"summary", true},
                              {"frames", counts_.frames},
                              {"unknown", counts_.unknown},
                              {"short", counts_.too_short},
                              {"implausible", counts_.implausible},
                              {"undecoded", counts_.undecoded},
                              {"error_frames", counts_.errors},
                              {"requests", counts_.requests},
                              {"bad_lines", log_.mistake_count()},
                              {"lost_frames", log_.lost_frames()},
                              {"may_be_cut", log_.may_be_cut()},
                              {"unknown_ids", counts_.unknown_ids},
                              {"dialect", dialect_word()},
                              {"dialect_chosen", choice_.by_dbc || choice_.dialect.has_value()}};
  if (!choice_.by_dbc) {
    const DialectEvidence evidence = dialect_evidence(signs_);
    json["evidence"] = {{"found", dialect_name(evidence.dialect)},
                        {"points", {{"sofar_amass", evidence.sofar_amass}, {"pylon_v12", evidence.pylon_v12}}},
                        {"resembles", evidence.resembles},
                        {"doubt", dialect_doubt_text(signs_.doubt())},
                        {"signs", evidence.reasons},
                        {"notes", evidence.notes}};
  }
  auto mistakes = nlohmann::ordered_json::array();
  for (const LogMistake& mistake : log_.mistakes()) {
    mistakes.push_back({{"line", mistake.line}, {"column", mistake.column}, {"message", mistake.message}});
  }
  json["errors"] = mistakes;
  return json;
}

void Decoding::print_summary() {
  if (as_json_) {
    console_.out << summary_json().dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
    return;
  }
  std::ostream& out = console_.out;
  out << fmt::format("\n{} frames: {} unknown, {} short, {} implausible, {} without a meaning in this dialect\n",
                     counts_.frames, counts_.unknown, counts_.too_short, counts_.implausible, counts_.undecoded);
  for (const auto& [id, count] : counts_.unknown_ids) {
    out << fmt::format("  unknown: {} {}x\n", id, count);
  }
  if (counts_.errors + counts_.requests + log_.lost_frames() + log_.mistake_count() > 0) {
    out << fmt::format("{} error frames, {} requests, {} frames lost by the logger, {} lines that cannot be read\n",
                       counts_.errors, counts_.requests, log_.lost_frames(), log_.mistake_count());
  }
  if (choice_.by_dbc) {
    return;
  }
  const DialectEvidence evidence = dialect_evidence(signs_);
  out << fmt::format("dialect: {}{}\n", dialect_word(), choice_.dialect ? " (chosen)" : "");
  if (choice_.dialect && evidence.dialect != *choice_.dialect) {
    out << fmt::format("  the frames themselves say: {}\n", dialect_name(evidence.dialect));
  }
  if (!evidence.resembles.empty()) {
    out << "  looks like " << evidence.resembles << "\n";
  }
  out << fmt::format("  points: sofar_amass {}, pylon_v12 {}\n", evidence.sofar_amass, evidence.pylon_v12);
  for (const std::string& reason : evidence.reasons) {
    out << "  - " << reason << "\n";
  }
  for (const std::string& note : evidence.notes) {
    out << "  " << note << "\n";
  }
}

int Decoding::run() {
  listen();
  print_frames();
  console_.out.flush();
  print_mistakes();
  print_summary();
  return log_.mistake_count() > 0 || counts_.frames == 0 ? exit_code::invalid : exit_code::passed;
}

int print_as_log(LogReader& log, Console& console) {
  LoggedFrame frame;
  bool any = false;
  while (log.next(frame)) {
    any = true;
    console.out << candump_line(frame) << "\n";
  }
  for (const LogMistake& mistake : log.mistakes()) {
    console.err << render(mistake, log.name());
  }
  if (!any) {
    console.err << "error: " << log.name() << ": no frame in this log\n";
  }
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
  Choice choice = choice_of(*map);
  try {
    LogReader log{LineSource(paths.front())};
    if (map->count("as-log") != 0) {
      return print_as_log(log, console);
    }
    const Dbc dbc = read_dbc(text_of(*map, "dbc", own_dbc));
    choice.by_dbc = choice.by_dbc || (!choice.dialect && !has_pack_frames(dbc));
    return Decoding(log, dbc, choice, as_json, console).run();
  } catch (const RigError& error) {
    return print_mistake(error.what(), as_json, console);
  }
}

}  // namespace rig::cli

// gtxrig can send: frames by hand, as far as the bench lets them out.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "rig/cli/can_bench.hpp"
#include "rig/cli/can_commands.hpp"
#include "rig/cli/printing.hpp"
#include "rig/core/clock.hpp"
#include "rig/core/error.hpp"
#include "rig/dut/pcs_messages.hpp"
#include "rig/engine/interrupt.hpp"

namespace rig::cli {
namespace {

constexpr Duration step = std::chrono::milliseconds(10);
constexpr Duration last_look = std::chrono::milliseconds(300);  // for the adapter to say that nobody acknowledged

Usage usage() {
  Usage usage;
  usage.synopsis = "gtxrig can send BENCH FRAME [FRAME ...] [--count N] [--period MS] [--set PATH=VALUE] [--json]";
  usage.text =
      "Sends frames over a bench's CAN adapter, written as candump does: 305#0000000000000000, 18FF50E5#01.02.\n"
      "Only identifiers on the bench's send list go out (`pcs:` in its file: sends, flood, may_send); when one of the\n"
      "frames is not on it, none is sent. Of the bench only the CAN adapter is opened; nothing is switched on.\n"
      "Exit code: 0 when all were handed to the adapter and it reports no trouble, else 2.";
  usage.examples =
      "  gtxrig can send loopback.running.yaml 305#0000000000000000\n"
      "  gtxrig can send lab.yaml 305#0000000000000000 --count 60 --period 1000\n";
  usage.positional = "bench-and-frames";
  usage.most = -1;
  auto add = usage.options.add_options();
  add("count", po::value<std::string>()->value_name("N"), "send all of them so many times; default once");
  add("period", po::value<std::string>()->value_name("MS"), "time from one turn to the next, in ms; default 1000");
  add("set", po::value<std::vector<std::string>>()->composing()->value_name("PATH=VALUE"),
      "override a value of the bench, may be repeated");
  add("json", "what was sent as one JSON object");
  add("help", "this text");
  return usage;
}

std::vector<CanFrame> frames_of(const std::vector<std::string>& words, Diagnostics& diagnostics) {
  std::vector<CanFrame> frames;
  for (std::size_t i = 1; i < words.size(); ++i) {
    const auto source = std::make_shared<const SourceText>(SourceText{"frame", words[i]});
    Node node;
    node.kind = Node::Kind::scalar;
    node.scalar = words[i];
    node.mark = {source, 1, 1};
    FrameText frame;
    if (read(node, frame, diagnostics)) {
      frames.push_back(frame.value);
    }
  }
  return frames;
}

void refuse_what_is_not_listed(const std::vector<CanFrame>& frames, const std::vector<CanIdentifier>& list) {
  std::string allowed;
  for (const CanIdentifier& id : list) {
    allowed += (allowed.empty() ? "" : ", ") + identifier_text(id);
  }
  for (const CanFrame& frame : frames) {
    const CanIdentifier id{frame.id, frame.extended};
    if (std::find(list.begin(), list.end(), id) == list.end()) {
      throw RigError("the bench does not let " + identifier_text(id) + " out; its send list has " + allowed, "",
                     "add it to `pcs: { may_send: [...] }` of the bench file if it is meant; nothing was sent");
    }
  }
}

// Frames that the adapter took.
std::uint64_t send(Bench& bench, const std::vector<CanFrame>& frames, std::int64_t turns, Duration period) {
  WallClock clock(bench.timeline());
  clock.start(step);
  const CommandRow row(bench.commands());
  std::uint64_t sent = 0;
  std::int64_t done = 0;
  for (std::int64_t i = 0;; ++i) {
    i += clock.wait_until(TimePoint{i * step});
    const Tick tick{i, TimePoint{i * step}, step};
    const bool over = done == turns && tick.start - TimePoint{} > (turns - 1) * period + last_look;
    if (over || Interrupt::count().load(std::memory_order_relaxed) > 0) {
      return sent;
    }
    bench.sample(tick);
    if (done < turns && tick.start - TimePoint{} >= done * period) {
      for (const CanFrame& frame : frames) {
        sent += bench.send(frame) ? 1 : 0;
      }
      ++done;
    }
    bench.apply(tick, row);
  }
}

int send_command(BenchConfig config, const std::vector<CanFrame>& frames, const po::variables_map& map,
                 Console& console) {
  const auto turns = static_cast<std::int64_t>(map.count("count") != 0 ? number_of(map, "count", 1, 1'000'000) : 1);
  const Duration period =
      std::chrono::milliseconds(map.count("period") != 0 ? number_of(map, "period", 10, 3'600'000) : 1000);
  const std::string can = config.dut.rig.can.text;
  const std::vector<CanIdentifier> list = send_list(config.pcs);
  refuse_what_is_not_listed(frames, list);
  config.pcs.sends.clear();  // no keep-alive of its own beside what a person sends
  config.pcs.may_send.clear();
  for (const CanIdentifier& id : list) {
    config.pcs.may_send.push_back({id});
  }
  Diagnostics diagnostics;
  Bench bench(config, 1, diagnostics);
  diagnostics.throw_if_errors();
  bench.seal();
  connect_can(bench, can);
  bench.arm();
  const std::uint64_t sent = send(bench, frames, turns, period);
  for (const ConnectResult& link : bench.links()) {
    if (link.instrument == can && !link.trouble.empty()) {
      throw RigError(link.trouble, can);
    }
  }
  const std::uint64_t wanted = frames.size() * static_cast<std::uint64_t>(turns);
  if (map.count("json") != 0) {
    console.out << nlohmann::json{{"sent", sent}, {"wanted", wanted}}.dump() << "\n";
  } else {
    console.out << sent << " of " << wanted << " frames sent\n";
  }
  return sent == wanted ? exit_code::passed : exit_code::invalid;
}

}  // namespace

int can_send_command(const Arguments& arguments, Console& console) {
  const auto map = parse(usage(), arguments, console);
  if (!map) {
    return exit_code::passed;
  }
  const auto words = list_of(*map, "bench-and-frames");
  if (words.size() < 2) {
    throw UsageError{"name a bench file and a frame: gtxrig can send loopback.running.yaml 305#0000000000000000"};
  }
  const bool as_json = map->count("json") != 0;
  Diagnostics diagnostics;
  BenchConfig config = read_bench(words.front(), list_of(*map, "set"), diagnostics);
  const std::vector<CanFrame> frames = frames_of(words, diagnostics);
  if (diagnostics.has_errors()) {
    return print_mistakes(diagnostics, as_json, console);
  }
  keep_only_can(config);
  try {
    return send_command(std::move(config), frames, *map, console);
  } catch (const RigError& error) {
    return print_mistake(error.what(), as_json, console);
  }
}

}  // namespace rig::cli

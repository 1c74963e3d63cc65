// gtxrig can dump: what is said on a bench's CAN bus, decoded. Listens only.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "rig/bench/bench.hpp"
#include "rig/canlog/candump.hpp"
#include "rig/cli/can_bench.hpp"
#include "rig/cli/can_commands.hpp"
#include "rig/cli/can_view.hpp"
#include "rig/cli/printing.hpp"
#include "rig/core/clock.hpp"
#include "rig/core/error.hpp"
#include "rig/core/files.hpp"
#include "rig/engine/interrupt.hpp"

namespace rig::cli {
namespace {

constexpr Duration look_step = std::chrono::milliseconds(10);

Usage usage() {
  Usage usage;
  usage.synopsis =
      "gtxrig can dump BENCH | --driver DRIVER [--set KEY=VALUE] [--seconds N] [--count N] [--dialect auto|none|NAME]\n"
      "       [--dbc FILE] [--json | --as-log]";
  usage.text =
      "Shows the frames on the CAN bus of a bench as they come, decoded, until Ctrl-C. Of the bench only the CAN "
      "adapter\n"
      "is opened, and what is simulated; nothing is sent. Without a bench file, --driver names the adapter's driver "
      "and\n"
      "--set its parameters. Times are seconds since the start. Other options as for gtxrig can decode; the dialect "
      "is\n"
      "what the frames up to then have shown.\n"
      "Exit code: 0, 2 when the adapter is not there or no frame came.";
  usage.examples =
      "  gtxrig can dump loopback.running.yaml\n"
      "  gtxrig can dump --driver can.slcan --set \"endpoint=serial:///dev/ttyACM0?baud=115200\" --as-log > bus.log\n"
      "  gtxrig can dump cases/benches/virtual.yaml --seconds 3\n";
  usage.positional = "bench-file";
  usage.most = 1;
  auto add = usage.options.add_options();
  add("driver", po::value<std::string>()->value_name("DRIVER"), "a CAN adapter without a bench file");
  add("set", po::value<std::vector<std::string>>()->composing()->value_name("KEY=VALUE"),
      "override a value of the bench, or a parameter of --driver; may be repeated");
  add("seconds", po::value<std::string>()->value_name("N"), "end after so many seconds");
  add("count", po::value<std::string>()->value_name("N"), "end after so many frames");
  add("dialect", po::value<std::string>()->value_name("NAME"), "auto (default), sofar_amass, pylon_v12 or none");
  add("dbc", po::value<std::string>()->value_name("FILE"), "decode by this DBC");
  add("json", "one JSON object a line");
  add("as-log", "print the frames as candump -L does, decode nothing");
  add("help", "this text");
  return usage;
}

BenchConfig bench_of(const po::variables_map& map, Diagnostics& diagnostics) {
  const auto files = list_of(map, "bench-file");
  if (files.empty() == (map.count("driver") == 0)) {
    throw UsageError{"name a bench file or a --driver: gtxrig can dump cases/benches/virtual.yaml"};
  }
  if (!files.empty()) {
    return read_bench(files.front(), list_of(map, "set"), diagnostics);
  }
  register_builtin("can_dump/bench.yaml",
                   "bench: can_dump\nclock: wall\ninstruments:\n  can: { driver: " + text_of(map, "driver") +
                       " }\ndut:\n  requirements: ../cases/gtx5000.yaml\n  dbc: ../cases/gtx5000.dbc\n  can: can\n"
                       "fixture: { maximum_voltage: 1 V, maximum_current: 1 A, maximum_power: 1 W }\nlimits: "
                       "[]\nwatch: [dut.soc]\n");
  std::vector<std::string> parameters;
  for (const std::string& assignment : list_of(map, "set")) {
    parameters.push_back("instruments.can." + assignment);
  }
  return read_bench("builtin:can_dump/bench.yaml", parameters, diagnostics);
}

LoggedFrame logged(const CanFrame& frame, const std::string& channel) {
  LoggedFrame logged;
  logged.has_time = true;
  logged.time_ns = std::max<std::int64_t>(frame.time.time_since_epoch().count(), 0);
  logged.time_digits = 6;
  logged.channel = channel;
  logged.id = frame.id;
  logged.extended = frame.extended;
  logged.length = frame.length;
  std::copy(frame.data.begin(), frame.data.end(), logged.payload.begin());
  return logged;
}

struct Extent {
  std::uint64_t frames = ~std::uint64_t{0};
  Duration time = Duration::max();
};

Extent extent_of(const po::variables_map& map) {
  Extent extent;
  if (map.count("count") != 0) {
    extent.frames = number_of(map, "count", 1, 1'000'000'000'000);
  }
  if (map.count("seconds") != 0) {
    extent.time = std::chrono::seconds(number_of(map, "seconds", 1, 31'536'000));
  }
  return extent;
}

// Turns until it is enough, or the user says so; `take` gets each frame.
template <class Take>
std::uint64_t listen(Bench& bench, const Extent& extent, Take&& take) {
  WallClock clock(bench.timeline());
  clock.start(look_step);
  std::uint64_t count = 0;
  for (std::int64_t i = 0; i * look_step < extent.time && count < extent.frames; ++i) {
    if (Interrupt::count().load(std::memory_order_relaxed) > 0) {
      break;
    }
    i += clock.wait_until(TimePoint{i * look_step});
    bench.sample({i, TimePoint{i * look_step}, look_step});
    for (const CanFrame& frame : bench.can()->received().frames()) {
      if (count < extent.frames) {
        take(frame);
        ++count;
      }
    }
  }
  return count;
}

int dump(Bench& bench, const std::string& can, const po::variables_map& map, Console& console) {
  const Dbc dbc = read_dbc(text_of(map, "dbc", own_dbc));
  CanView view(dbc, dialect_choice(map, dbc), map.count("json") != 0, console);
  const Extent extent = extent_of(map);
  connect_can(bench, can);
  const bool as_log = map.count("as-log") != 0;
  const std::uint64_t count = listen(bench, extent, [&](const CanFrame& frame) {
    const LoggedFrame shown = logged(frame, can);
    if (as_log) {
      console.out << candump_line(shown) << "\n";
    } else {
      view.hear(shown);
      view.settle();
      view.print(shown);
    }
    console.out.flush();
  });
  if (!as_log) {
    view.print_summary(nlohmann::ordered_json::object());
  }
  for (const ConnectResult& link : bench.links()) {
    if (link.instrument == can && !link.trouble.empty()) {
      throw RigError(link.trouble, can);
    }
  }
  if (count == 0) {
    throw RigError("no frame came", can, "is the pack on, the bit rate right, the bus terminated?");
  }
  return exit_code::passed;
}

}  // namespace

int can_dump_command(const Arguments& arguments, Console& console) {
  const auto map = parse(usage(), arguments, console);
  if (!map) {
    return exit_code::passed;
  }
  const bool as_json = map->count("json") != 0;
  Diagnostics diagnostics;
  BenchConfig config = bench_of(*map, diagnostics);
  if (diagnostics.has_errors()) {
    return print_mistakes(diagnostics, as_json, console);
  }
  const std::string can = config.dut.rig.can.text;
  keep_only_can(config);
  Bench bench(config, 1, diagnostics);
  if (diagnostics.has_errors()) {
    return print_mistakes(diagnostics, as_json, console);
  }
  if (bench.can() == nullptr) {
    return print_mistake(config.path + ": this bench has no bus to the pack; `dut: { can: NAME }` names it", as_json,
                         console);
  }
  bench.seal();
  try {
    return dump(bench, can, *map, console);
  } catch (const RigError& error) {
    return print_mistake(error.what(), as_json, console);
  }
}

}  // namespace rig::cli

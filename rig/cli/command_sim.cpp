// gtxrig sim: the far end of a bench's cables on this machine.
#include <fmt/format.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <csignal>
#include <filesystem>
#include <fstream>

#include "drivers/sim/wire_farm.hpp"
#include "rig/bench/bench_config.hpp"
#include "rig/cli/printing.hpp"
#include "rig/cli/table.hpp"
#include "rig/core/error.hpp"
#include "rig/core/files.hpp"
#include "rig/core/thread_priority.hpp"

namespace rig::cli {
namespace {

Usage usage() {
  Usage usage;
  usage.synopsis = "gtxrig sim BENCH [--time-scale X] [--seed N] [--out FILE] [--set PATH=VALUE]... [options]";
  usage.text =
      "Serves what stands at the far end of a bench's cables: for each instrument a simulated box that speaks its\n"
      "protocol on 127.0.0.1 or a pseudo-terminal, all of them around one virtual pack. The bench file names the\n"
      "virtual bench under `simulated:`. Prints the endpoints and \"ready\", writes the bench file with the real\n"
      "endpoints and the time scale, and serves until it is interrupted.\n\n"
      "The control line takes one request a line: \"preset soc=0.5 temperature=25\", \"fault INSTRUMENT KIND\" with\n"
      "silence, half, garbage, slow, split, merge, nul, wrong_unit, closed, refuse, trip, local, power_cycle (all\n"
      "settings are lost, sockets closed) or clear, \"state\", \"time\".";
  usage.examples =
      "  gtxrig sim cases/benches/loopback.yaml --time-scale 5\n"
      "  gtxrig run cases/over_voltage --bench loopback.running.yaml\n"
      "  echo fault supply silence | nc -q 1 127.0.0.1 PORT\n";
  auto add = usage.options.add_options();
  add("time-scale", po::value<std::string>()->value_name("X"),
      "rig time that passes in a second, 0.1 to 100; default: the bench file's, else 1. Latencies and watchdogs of the "
      "boxes stay in wall time");
  add("seed", po::value<std::string>()->value_name("N"), "seed of the virtual pack until a case sends its own");
  add("out", po::value<std::string>()->value_name("FILE"),
      "where the bench file with the real endpoints goes; default NAME.running.yaml");
  add("set", po::value<std::vector<std::string>>()->composing()->value_name("PATH=VALUE"),
      "overrides a value of the virtual bench, such as dut.defects");
  add("until-eof", "serve until the end of stdin");
  add("json", "endpoints as one JSON line on stdout instead of a table");
  add("help", "this text");
  usage.positional = "bench";
  usage.most = 1;
  return usage;
}

// By the command line, else by the bench file.
double scale_of(const po::variables_map& map, const BenchConfig& bench) {
  if (map.count("time-scale") == 0) {
    return bench.time_scale.value();
  }
  const std::string text = text_of(map, "time-scale");
  double scale = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), scale);
  if (error != std::errc{} || end != text.data() + text.size() || !(scale >= 0.1 && scale <= 100)) {
    throw UsageError{"--time-scale is a number from 0.1 to 100, not '" + text + "'"};
  }
  return scale;
}

std::vector<sim::FarInstrument> far_end_of(const BenchConfig& bench) {
  std::vector<sim::FarInstrument> out;
  out.push_back({"dut", bench.dut.pack.driver, bench.dut.pack.parameters});
  for (const InstrumentConfig& instrument : bench.instruments.items) {
    out.push_back({instrument.name, instrument.driver, instrument.parameters});
  }
  return out;
}

// The value of `endpoint` as it stands in the bench file; nullptr without one.
const Node* endpoint_of(const InstrumentConfig& instrument) {
  const Node* node = instrument.parameters.find("endpoint");
  return node != nullptr && node->is_scalar() ? node : nullptr;
}

std::vector<sim::WireCable> cables_of(const BenchConfig& bench, Diagnostics& diagnostics) {
  std::vector<sim::WireCable> cables;
  for (const InstrumentConfig& instrument : bench.instruments.items) {
    if (const Node* endpoint = endpoint_of(instrument)) {
      cables.push_back({instrument.name, instrument.driver, endpoint->scalar, instrument.parameters});
    } else {
      diagnostics.error(instrument.driver_mark,
                        "'" + instrument.name + "' has no endpoint, so nothing can stand there");
    }
  }
  return cables;
}

// Texts of the bench file with their places, to be written anew. The rest of the file stays as it is, comments too.
class Rewriting {
 public:
  explicit Rewriting(std::string text) : text_(std::move(text)) {}
  void replace(const SourceMark& mark, const std::string& was, const std::string& becomes) {
    changes_.push_back({place_of(mark), was, becomes});
  }
  // A key of the outermost mapping that the file does not have yet.
  void add(const std::string& key, const std::string& value) {
    const std::size_t brace = text_.find_first_not_of(" \t\r\n");
    if (brace != std::string::npos && text_[brace] == '{') {
      changes_.push_back({brace + 1, "", " \"" + key + "\": " + value + ","});
    } else {
      const bool ended = text_.empty() || text_.back() == '\n';
      changes_.push_back({text_.size(), "", (ended ? "" : "\n") + key + ": " + value + "\n"});
    }
  }
  std::string result() {
    // From the end, so that the places before stay right.
    std::sort(changes_.begin(), changes_.end(), [](const Change& a, const Change& b) { return a.at > b.at; });
    for (const Change& change : changes_) {
      if (text_.compare(change.at, change.was.size(), change.was) != 0) {
        throw RigError("cannot write '" + change.becomes + "' in the place of '" + change.was + "'", "",
                       "write it in one line of the bench file, without escapes");
      }
      text_.replace(change.at, change.was.size(), change.becomes);
    }
    return text_;
  }

 private:
  struct Change {
    std::size_t at;
    std::string was, becomes;
  };
  [[nodiscard]] std::size_t place_of(const SourceMark& mark) const {
    std::size_t at = 0;
    for (int line = 1; line < mark.line; ++line) {
      at = std::min(text_.find('\n', at), text_.size() - 1) + 1;
    }
    return at + static_cast<std::size_t>(mark.column - 1);
  }
  std::string text_;
  std::vector<Change> changes_;
};

std::string absolute(const std::string& path) {
  return path.starts_with("builtin:") ? path : std::filesystem::absolute(path).lexically_normal().string();
}

// The file with the real endpoints. It lies in another folder, so what it refers to becomes absolute.
std::string running_bench(const BenchConfig& bench, const std::vector<sim::WireFarm::Served>& served,
                          double time_scale) {
  Rewriting file(bench.text);
  for (const InstrumentConfig& instrument : bench.instruments.items) {
    const auto real =
        std::find_if(served.begin(), served.end(), [&](const auto& one) { return one.instrument == instrument.name; });
    const Node* endpoint = endpoint_of(instrument);
    file.replace(endpoint->mark, endpoint->scalar, real->endpoint);
  }
  // The texts were resolved against the bench file when it was read; as written they stand in the file itself.
  Diagnostics none;
  const Node root = parse_yaml(std::make_shared<const SourceText>(SourceText{bench.path, bench.text}), none);
  const auto refer = [&](const char* section, const char* key) {
    const Node* mapping = root.find(section);
    const Node* node = mapping != nullptr ? mapping->find(key) : nullptr;
    if (node != nullptr && node->is_scalar()) {
      file.replace(node->mark, node->scalar, absolute(resolve_path(bench.path, node->scalar)));
    }
  };
  for (const char* key : {"requirements", "profile", "dbc"}) {
    refer("dut", key);
  }
  refer("simulated", "bench");
  // So that whoever takes this file runs as fast as the boxes.
  const Node* scale = root.find("time_scale");
  if (scale != nullptr && scale->is_scalar()) {
    file.replace(scale->mark, scale->scalar, fmt::format("{}", time_scale));
  } else {
    file.add("time_scale", fmt::format("{}", time_scale));
  }
  return file.result();
}

void write_file(const std::string& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary);
  out << text;
  out.close();
  if (!out) {
    throw RigError("cannot be written", path, "name another place with --out");
  }
}

void print_endpoints(const std::vector<sim::WireFarm::Served>& served, const std::string& file, bool as_json,
                     Console& console) {
  if (as_json) {
    nlohmann::ordered_json endpoints;
    for (const auto& one : served) {
      endpoints[one.instrument] = {{"driver", one.driver}, {"endpoint", one.endpoint}};
    }
    console.out << nlohmann::ordered_json{{"bench", file}, {"endpoints", endpoints}}.dump() << "\n";
  } else {
    Table table({"instrument", "driver", "endpoint"});
    for (const auto& one : served) {
      table.add({one.instrument, one.driver, one.endpoint});
    }
    table.print(console.out);
    console.out << "bench file: " << file << "\n";
  }
  console.out << "ready\n" << std::flush;
}

// Signals are taken from a descriptor: blocked before the first thread is made, no handler runs between them.
class EndSignal {
 public:
  EndSignal() {
    sigset_t set;
    ::sigemptyset(&set);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
      ::sigaddset(&set, signal);
    }
    ::pthread_sigmask(SIG_BLOCK, &set, &before_);
    handle_ = ::signalfd(-1, &set, SFD_CLOEXEC);
  }
  ~EndSignal() {
    signalfd_siginfo taken{};
    pollfd pending{handle_, POLLIN, 0};
    while (::poll(&pending, 1, 0) > 0 && ::read(handle_, &taken, sizeof taken) > 0) {
    }
    ::close(handle_);
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  EndSignal(const EndSignal&) = delete;
  EndSignal& operator=(const EndSignal&) = delete;
  void wait(bool until_eof) const {
    std::array<pollfd, 2> waits{pollfd{handle_, POLLIN, 0}, pollfd{until_eof ? STDIN_FILENO : -1, POLLIN, 0}};
    for (;;) {
      ::poll(waits.data(), waits.size(), -1);
      if (waits[0].revents != 0) {
        return;
      }
      std::array<char, 256> ignored{};
      if (waits[1].revents != 0 && ::read(STDIN_FILENO, ignored.data(), ignored.size()) <= 0) {
        return;
      }
    }
  }

 private:
  sigset_t before_{};
  int handle_ = -1;
};

BenchConfig virtual_bench(const BenchConfig& bench, const std::vector<std::string>& overrides,
                          Diagnostics& diagnostics) {
  if (bench.simulated.bench.text.empty()) {
    diagnostics.error(bench.mark, "the bench does not say what stands at the far end of its cables",
                      "name a virtual bench: `simulated: { bench: virtual.yaml }`");
    return {};
  }
  BenchConfig far = read_bench(resolve_path(bench.path, bench.simulated.bench.text), overrides, diagnostics);
  if (far.complete && far.dut.pack.driver.empty()) {
    diagnostics.error(far.dut.mark, "the far end has no pack", "its `dut:` needs a driver such as sim.pack");
  }
  return far;
}

}  // namespace

int sim_command(const Arguments& arguments, Console& console) {
  const auto map = parse(usage(), arguments, console);
  if (!map) {
    return exit_code::passed;
  }
  const bool as_json = map->count("json") != 0;
  if (map->count("bench") == 0) {
    throw UsageError{"name a bench file"};
  }
  Diagnostics diagnostics;
  const BenchConfig bench = read_bench(list_of(*map, "bench").front(), {}, diagnostics);
  if (!bench.complete || diagnostics.has_errors()) {
    return print_mistakes(diagnostics, as_json, console);
  }
  const sim::WireWorld::Options options{.seed = map->count("seed") != 0 ? number_of(*map, "seed", 0, ~0ull) : 1,
                                        .time_scale = scale_of(*map, bench)};
  const BenchConfig far = virtual_bench(bench, list_of(*map, "set"), diagnostics);
  const auto cables = cables_of(bench, diagnostics);
  if (diagnostics.has_errors()) {
    return print_mistakes(diagnostics, as_json, console);
  }
  const EndSignal end;
  prefer_this_thread(ThreadPriority::box, true);  // where it is not permitted, a busy machine makes the boxes late
  sim::WireFarm farm(far_end_of(far), cables, options);
  const std::string file = text_of(*map, "out", bench.name + ".running.yaml");
  write_file(file, running_bench(bench, farm.served(), options.time_scale));
  farm.start();
  print_endpoints(farm.served(), file, as_json, console);
  end.wait(map->count("until-eof") != 0);
  farm.stop();
  return exit_code::passed;
}

}  // namespace rig::cli

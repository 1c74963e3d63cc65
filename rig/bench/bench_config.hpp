#pragma once
#include <string>
#include <utility>
#include <vector>

#include "rig/core/fields.hpp"
#include "rig/core/units.hpp"
#include "rig/dut/pcs_messages.hpp"

// A bench file as it stands: plain structs. The keys are declared in bench_fields.hpp, the one source of the reader,
// the JSON Schema and the listing.
namespace rig {

// Why power has to go; each cause has an order of its own in which the instruments are switched off.
enum class TripCause : std::uint8_t { over_voltage, under_voltage, over_current, over_temperature, other };
inline constexpr std::size_t trip_cause_count = 5;
std::string_view trip_cause_name(TripCause cause);

// One entry of `instruments:`; everything but `driver` is the driver's own.
struct InstrumentConfig {
  std::string name;
  std::string driver;
  SourceMark driver_mark;
  Node parameters;
};
struct InstrumentList {
  std::vector<InstrumentConfig> items;
};

// What the rig itself has to know of the device under test.
struct DutRigKeys {
  MarkedText requirements;  // files, relative to where gtxrig was started once they are read
  MarkedText profile;
  MarkedText dbc;
  MarkedText dialect{"auto", {}};
  MarkedText can;
  Duration max_age = std::chrono::seconds(5);
  int full_charge_command = 3;
  int packs = 1;  // in parallel; what the first one tells on CAN is of all of them
};
// `dut:` holds the rig's keys and, for a virtual pack, those of its driver side by side.
struct DutConfig {
  DutRigKeys rig;
  InstrumentConfig pack;  // without a driver the pack is a real one
  SourceMark mark;
};

// What terminals, cables and contacts of the fixture stand. No set-point may go beyond.
struct FixtureConfig {
  Volts maximum_voltage;
  Amps maximum_current;
  Watts maximum_power;
  Ohms lead_resistance;  // of both leads together, for what stands between instrument and pack
};

// A condition that must never hold; no case can widen it.
struct LimitConfig {
  std::string name;
  MarkedText never;
  Duration stays{};  // trips when it has held for so long without a gap
  TripCause cause = TripCause::other;
};

// What stands at the far end of the cables when all of them end on this machine: `gtxrig sim` serves it.
struct SimulatedConfig {
  MarkedText bench;  // a virtual bench, relative to this file; its instruments have the names of this bench's
};

enum class ClockKind { lockstep, wall };

struct BenchConfig {
  std::string name;
  std::string title;
  InstrumentList instruments;
  DutConfig dut;
  PcsConfig pcs = default_pcs();
  SimulatedConfig simulated;
  std::vector<std::pair<std::string, MarkedText>> wiring;
  FixtureConfig fixture;
  std::vector<LimitConfig> limits;
  Duration stale_grace{};
  std::vector<MarkedText> watch;
  std::vector<std::pair<std::string, std::vector<MarkedText>>> safe_order;
  Duration tick = std::chrono::milliseconds(10);
  Duration ready_within = std::chrono::seconds(10);
  Duration safe_within = std::chrono::milliseconds(500);
  Duration observe_after = std::chrono::seconds(3);
  ClockKind clock = ClockKind::lockstep;
  Ratio time_scale{1.0};  // rig time over wall time; only against simulators that run so fast
  SourceMark mark;

  std::string path;                    // as the user named it
  std::string text;                    // the file as read, for the record
  std::vector<std::string> overrides;  // "PATH=VALUE" as given
  bool complete = false;               // read to its end; a Bench made of it finds the mistakes that are left
};

// Reads a bench file (or "builtin:...") and lays `overrides` ("PATH=VALUE", from the command line) over it. Mistakes go
// to `diagnostics`, those of an override at its own text. An override changes the bench and its pack; the requirements
// and the profile that the pack is judged by stay as the file says. Throws RigError when the file cannot be read.
BenchConfig read_bench(const std::string& path, const std::vector<std::string>& overrides, Diagnostics& diagnostics);

// The JSON Schema (draft 2020-12) of a bench file, with the parameters of every driver that is linked in.
nlohmann::json bench_schema();

}  // namespace rig

#pragma once
#include "rig/bench/bench_config.hpp"

// The keys of a bench file: the reader, the JSON Schema and the listing come from these declarations.
namespace rig {

template <>
struct Choices<TripCause> {
  static std::vector<std::pair<std::string, TripCause>> names();
};
template <>
struct Choices<ClockKind> {
  static std::vector<std::pair<std::string, ClockKind>> names() {
    return {{"lockstep", ClockKind::lockstep}, {"wall", ClockKind::wall}};
  }
};

template <>
struct Codec<InstrumentList> {
  static bool read(const Node& node, InstrumentList& out, Diagnostics& diagnostics);
  static Schema schema();
  static void list(const std::string& path, const InstrumentList& v, std::vector<ListedValue>& out,
                   const FieldOptions& o);
};
template <>
struct Codec<DutConfig> {
  static bool read(const Node& node, DutConfig& out, Diagnostics& diagnostics);
  static Schema schema();
  static void list(const std::string& path, const DutConfig& v, std::vector<ListedValue>& out, const FieldOptions& o);
};

template <>
struct Fields<DutRigKeys> {
  static void declare(Mapping<DutRigKeys>& m) {
    m.required("requirements", &DutRigKeys::requirements, "file of the requirements that the pack is judged by");
    m.optional("profile", &DutRigKeys::profile, "file of the pack's profile; without it defaults only characterise");
    m.required("dbc", &DutRigKeys::dbc, "CAN database");
    m.optional("dialect", &DutRigKeys::dialect, "auto, sofar_amass or pylon_v12; default auto: found from the frames");
    m.required("can", &DutRigKeys::can, "name of the instrument that is on the pack's CAN");
    m.optional("max_age", &DutRigKeys::max_age,
               {.help = "a dut.* value older than this is stale", .minimum = 0.01, .maximum = 3600});
    m.optional("packs", &DutRigKeys::packs,
               {.help = "packs in parallel; the first one speaks for all of them", .minimum = 1, .maximum = 8});
    m.optional("full_charge_command", &DutRigKeys::full_charge_command,
               {.help = "0x30F byte 0 of a pack that asks for a full charge, sofar_amass; default 3",
                .origin = "not public; the pack's own",
                .minimum = 3,
                .maximum = 255});
  }
};

template <>
struct Fields<SimulatedConfig> {
  static void declare(Mapping<SimulatedConfig>& m) {
    m.required("bench", &SimulatedConfig::bench, "file of the virtual bench, relative to this one");
  }
};

template <>
struct Fields<FixtureConfig> {
  static void declare(Mapping<FixtureConfig>& m) {
    m.required("maximum_voltage", &FixtureConfig::maximum_voltage,
               {.help = "highest voltage that may be set", .minimum = 0, .maximum = 2000});
    m.required("maximum_current", &FixtureConfig::maximum_current,
               {.help = "highest current that may be set", .minimum = 0, .maximum = 5000});
    m.required("maximum_power", &FixtureConfig::maximum_power,
               {.help = "highest power that may be set", .minimum = 0, .maximum = 1e6});
    m.optional("lead_resistance", &FixtureConfig::lead_resistance,
               {.help = "both leads together; in `wiring` it is $lead_resistance", .minimum = 0, .maximum = 1});
  }
};

template <>
struct Fields<LimitConfig> {
  static void declare(Mapping<LimitConfig>& m) {
    m.required("name", &LimitConfig::name, "its name in messages and in the report");
    m.required("never", &LimitConfig::never, "the condition that must never hold, \"pack.voltage > 60 V\"");
    m.optional("for", &LimitConfig::stays,
               {.help = "trips when it has held for so long; default at once. A condition on several instruments needs "
                        "more than the oldest of their readings",
                .minimum = 0,
                .maximum = 60});
    m.optional("cause", &LimitConfig::cause, "chooses the order of switching off; default other");
  }
};

template <>
struct Fields<BenchConfig> {
  static void declare(Mapping<BenchConfig>& m);
};

}  // namespace rig

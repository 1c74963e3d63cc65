#include "rig/bench/bench_config.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "rig/bench/bench_fields.hpp"
#include "rig/core/files.hpp"
#include "rig/instrument/registry.hpp"

namespace rig {
namespace {

constexpr const char* driver_key = "driver";
constexpr const char* packs_key = "packs";  // the rig reads it, and so does a virtual pack
constexpr const char* driver_help = "the driver's name, see `gtxrig list drivers`";

const std::vector<std::string>& dut_rig_keys() {
  static const std::vector<std::string> keys{"requirements",       "profile", "dbc", "dialect", "can", "max_age",
                                             "full_charge_command"};
  return keys;
}

// Takes `driver` out of the mapping; what is left belongs to the driver.
bool split_driver(const Node& node, InstrumentConfig& out, Diagnostics& diagnostics) {
  out.parameters = Node{};
  out.parameters.kind = Node::Kind::mapping;
  out.parameters.mark = node.mark;
  bool ok = true;
  for (const auto& member : node.members) {
    if (member.first.scalar == driver_key) {
      out.driver_mark = member.second.mark;
      ok = read(member.second, out.driver, diagnostics);
    } else {
      out.parameters.members.push_back(member);
    }
  }
  return ok;
}

// The schema of one driver's parameters together with its name and the `extra` properties beside them.
nlohmann::json driver_schema(const std::string& name, const DriverEntry& entry, const nlohmann::json& extra) {
  nlohmann::json schema = entry.schema().json();
  schema["properties"][driver_key] = {{"const", name}, {"description", entry.help}};
  schema["required"].push_back(driver_key);
  if (extra.contains("properties")) {
    schema["properties"].update(extra["properties"]);
    for (const auto& required : extra.value("required", nlohmann::json::array())) {
      schema["required"].push_back(required);
    }
  }
  return schema;
}

nlohmann::json any_driver(const nlohmann::json& extra) {
  nlohmann::json list = nlohmann::json::array();
  const auto& registry = DriverRegistry::instance();
  for (const std::string& name : registry.names()) {
    list.push_back(driver_schema(name, *registry.find(name), extra));
  }
  return list;
}

void list_driver(const std::string& path, const InstrumentConfig& config, std::vector<ListedValue>& out) {
  out.push_back({path + "." + driver_key, config.driver, "", driver_help, ""});
  if (const DriverEntry* entry = DriverRegistry::instance().find(config.driver)) {
    for (ListedValue value : entry->list(config.parameters)) {
      value.path = path + (value.path.starts_with(".") ? "" : ".") + value.path;
      out.push_back(std::move(value));
    }
  }
}

void check_safe_order(const BenchConfig& bench, const Node& node, Diagnostics& diagnostics) {
  std::vector<std::string> causes{"default"};
  for (const auto& [name, cause] : Choices<TripCause>::names()) {
    causes.push_back(name);
  }
  std::vector<std::string> instruments;
  for (const auto& instrument : bench.instruments.items) {
    instruments.push_back(instrument.name);
  }
  const Node* order = node.find("safe_order");
  for (const auto& [cause, list] : bench.safe_order) {
    if (std::find(causes.begin(), causes.end(), cause) == causes.end()) {
      const auto member = std::find_if(order->members.begin(), order->members.end(),
                                       [&](const auto& m) { return m.first.scalar == cause; });
      diagnostics.error(member->first.mark, "there is no cause '" + cause + "'", suggestion(cause, causes));
    }
    for (const MarkedText& name : list) {
      if (std::find(instruments.begin(), instruments.end(), name.text) == instruments.end()) {
        diagnostics.error(name.mark, "the bench has no instrument '" + name.text + "'",
                          suggestion(name.text, instruments));
      }
    }
  }
}

void check_bench(const Node& node, const BenchConfig& bench, Diagnostics& diagnostics) {
  if (bench.instruments.items.empty()) {
    diagnostics.error(node.mark, "the bench has no instrument");
  }
  if (bench.watch.empty()) {
    diagnostics.error(node.mark, "nothing is watched",
                      "name under `watch:` the signals that must be good before anything is energised");
  }
  for (std::size_t i = 0; i < bench.limits.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (bench.limits[i].name == bench.limits[j].name) {
        diagnostics.error(bench.limits[i].never.mark, "two limits are named '" + bench.limits[i].name + "'");
      }
    }
  }
  check_safe_order(bench, node, diagnostics);
}

const Node* dut_key(const Node& root, const char* key) {
  const Node* dut = root.find("dut");
  return dut != nullptr && dut->is_mapping() ? dut->find(key) : nullptr;
}

// What the pack is judged by has to be after the overrides what it was before them.
void refuse_changed_judges(const Node& before, const Node& after, const std::string& assignment,
                           Diagnostics& diagnostics) {
  for (const char* key : {"requirements", "profile"}) {
    const Node* old_value = dut_key(before, key);
    const Node* new_value = dut_key(after, key);
    const bool same = (old_value == nullptr) == (new_value == nullptr) &&
                      (old_value == nullptr || old_value->scalar == new_value->scalar);
    if (!same) {
      const auto text = std::make_shared<const SourceText>(SourceText{"--set", assignment});
      diagnostics.error({text, 1, 1}, "dut." + std::string(key) + " cannot be overridden",
                        "an override changes the pack, never what it is judged by; write another bench file");
    }
  }
}

}  // namespace

std::string_view trip_cause_name(TripCause cause) {
  switch (cause) {
    case TripCause::over_voltage:
      return "over_voltage";
    case TripCause::under_voltage:
      return "under_voltage";
    case TripCause::over_current:
      return "over_current";
    case TripCause::over_temperature:
      return "over_temperature";
    case TripCause::other:
      break;
  }
  return "other";
}

std::vector<std::pair<std::string, TripCause>> Choices<TripCause>::names() {
  std::vector<std::pair<std::string, TripCause>> result;
  for (std::size_t i = 0; i < trip_cause_count; ++i) {
    const auto cause = static_cast<TripCause>(i);
    result.emplace_back(trip_cause_name(cause), cause);
  }
  return result;
}

bool Codec<InstrumentList>::read(const Node& node, InstrumentList& out, Diagnostics& diagnostics) {
  if (!detail::expect_kind(node, Node::Kind::mapping, diagnostics)) {
    return false;
  }
  bool ok = true;
  out.items.clear();
  for (const auto& [key, value] : node.members) {
    InstrumentConfig item;
    item.name = key.scalar;
    if (item.name == "dut" || item.name == "script" || item.name == "model" || item.name == "judge" ||
        item.name == "pack" || item.name == "pcs") {
      diagnostics.error(key.mark, "'" + item.name + "' is a name that the rig itself uses", "choose another one");
      ok = false;
    } else if (!detail::expect_kind(value, Node::Kind::mapping, diagnostics)) {
      ok = false;
    } else if (value.find(driver_key) == nullptr) {
      detail::missing_key(value, driver_key, driver_help, diagnostics);
      ok = false;
    } else {
      ok = split_driver(value, item, diagnostics) && ok;
      out.items.push_back(std::move(item));
    }
  }
  return ok;
}

Schema Codec<InstrumentList>::schema() {
  return nlohmann::json{{"type", "object"}, {"additionalProperties", {{"anyOf", any_driver({})}}}};
}

void Codec<InstrumentList>::list(const std::string& path, const InstrumentList& v, std::vector<ListedValue>& out,
                                 const FieldOptions&) {
  for (const InstrumentConfig& item : v.items) {
    list_driver(path + "." + item.name, item, out);
  }
}

bool Codec<DutConfig>::read(const Node& node, DutConfig& out, Diagnostics& diagnostics) {
  if (!detail::expect_kind(node, Node::Kind::mapping, diagnostics)) {
    return false;
  }
  out.mark = node.mark;
  out.pack.name = "dut";
  Node rig_part = node;
  Node pack_part = node;
  std::erase_if(pack_part.members, [](const Node::Member& m) {
    return std::find(dut_rig_keys().begin(), dut_rig_keys().end(), m.first.scalar) != dut_rig_keys().end();
  });  // not `packs`, which the virtual pack has too
  bool ok = split_driver(pack_part, out.pack, diagnostics);
  if (!out.pack.driver.empty()) {
    std::erase_if(rig_part.members, [](const Node::Member& m) {
      return std::find(dut_rig_keys().begin(), dut_rig_keys().end(), m.first.scalar) == dut_rig_keys().end() &&
             m.first.scalar != packs_key;
    });
  }
  // Without a driver the rig's own reader sees all keys and names those that nobody knows.
  return rig::read(rig_part, out.rig, diagnostics) && ok;
}

Schema Codec<DutConfig>::schema() {
  const nlohmann::json rig_keys = schema_of<DutRigKeys>().json();
  nlohmann::json all = any_driver(rig_keys);
  all.push_back(rig_keys);
  return nlohmann::json{{"anyOf", all}};
}

void Codec<DutConfig>::list(const std::string& path, const DutConfig& v, std::vector<ListedValue>& out,
                            const FieldOptions&) {
  list_values(path, v.rig, out);
  if (!v.pack.driver.empty()) {
    list_driver(path, v.pack, out);
  }
}

void Fields<BenchConfig>::declare(Mapping<BenchConfig>& m) {
  m.title("A bench of gtxrig: instruments, wiring, fixture and the limits that no case can widen");
  m.mark(&BenchConfig::mark);
  m.required("bench", &BenchConfig::name, "the bench's name");
  m.optional("title", &BenchConfig::title, "one line for people");
  m.required("instruments", &BenchConfig::instruments, "name of each instrument, its driver and parameters");
  m.required("dut", &BenchConfig::dut, "the device under test: how it speaks and what it is judged by");
  m.optional(
      "pcs", &BenchConfig::pcs,
      "what the rig sends in the inverter's place, and the only identifiers that it may send; default: 0x305 each "
      "second to a pylon_v12 pack");
  m.optional("simulated", &BenchConfig::simulated,
             "what `gtxrig sim` serves at the far end of the cables; a bench of real boxes has none");
  m.optional(
      "wiring", &BenchConfig::wiring,
      "signals derived from others in each tick, in this order: \"pack.current: supply.current - load.current\"");
  m.required("fixture", &BenchConfig::fixture, "what terminals, cables and contacts stand");
  m.required("limits", &BenchConfig::limits, "conditions that must never hold; a case can only add narrower ones");
  m.optional(
      "stale_grace", &BenchConfig::stale_grace,
      {.help =
           "how long a watched signal may be stale while energised before the bench trips, in wall time; default 0 s",
       .minimum = 0,
       .maximum = 60});
  m.required("watch", &BenchConfig::watch, "signals that must be good before anything is energised");
  m.optional("safe_order", &BenchConfig::safe_order,
             "instruments in the order of switching off, for each cause and `default`; the others follow");
  m.optional("tick", &BenchConfig::tick, {.help = "base step of the loop", .minimum = 1e-5, .maximum = 10});
  m.optional("ready_within", &BenchConfig::ready_within,
             {.help = "the watched signals have to be good after this time", .minimum = 0, .maximum = 3600});
  m.optional("safe_within", &BenchConfig::safe_within,
             {.help = "a safe state has to be read back after this time", .minimum = 0, .maximum = 3600});
  m.optional("observe_after", &BenchConfig::observe_after,
             {.help = "how long the judges still look when everything is off, for what comes late; default 3 s",
              .minimum = 0,
              .maximum = 60});
  m.optional("clock", &BenchConfig::clock, "lockstep never waits; wall runs in real time; default lockstep");
  m.optional("time_scale", &BenchConfig::time_scale,
             {.help = "rig time over wall time with clock: wall; for simulators that were started with the same one",
              .minimum = 0.01,
              .maximum = 1000});
  m.check(check_bench);
}

BenchConfig read_bench(const std::string& path, const std::vector<std::string>& overrides, Diagnostics& diagnostics) {
  BenchConfig bench;
  bench.path = path;
  bench.overrides = overrides;
  const auto source = read_text(path);
  bench.text = source->text;
  const std::size_t errors_before = diagnostics.error_count();
  Node root = parse_yaml(source, diagnostics);
  if (diagnostics.error_count() > errors_before) {
    return bench;
  }
  for (const std::string& assignment : overrides) {
    const Node before = root;
    const std::size_t errors_so_far = diagnostics.error_count();
    set_path(root, assignment, "--set", diagnostics);
    refuse_changed_judges(before, root, assignment, diagnostics);
    if (diagnostics.error_count() > errors_so_far) {
      root = before;  // the mistakes of the others are found without it
    }
  }
  if (read(root, bench, diagnostics)) {
    for (MarkedText* file : {&bench.dut.rig.requirements, &bench.dut.rig.profile, &bench.dut.rig.dbc}) {
      file->text = file->text.empty() ? file->text : resolve_path(path, file->text);
    }
    bench.complete = true;
  }
  return bench;
}

nlohmann::json bench_schema() {
  nlohmann::json schema{{"$schema", "https://json-schema.org/draft/2020-12/schema"}};
  schema.update(schema_of<BenchConfig>().json());
  return schema;
}

}  // namespace rig

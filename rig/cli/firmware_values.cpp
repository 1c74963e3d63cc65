#include "rig/cli/firmware_values.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <charconv>

#include "rig/core/error.hpp"
#include "rig/instrument/registry.hpp"

namespace rig::cli {
namespace {

// The part of the driver's schema that describes this value; null when there is none.
const nlohmann::json* schema_at(const nlohmann::json& root, std::string_view path) {
  const nlohmann::json* here = &root;
  while (!path.empty()) {
    const std::string key(path.substr(0, path.find('.')));
    path.remove_prefix(std::min(path.size(), key.size() + 1));
    const auto properties = here->find("properties");
    if (properties == here->end() || !properties->contains(key)) {
      return nullptr;
    }
    here = &properties->at(key);
  }
  return here;
}

FirmwareValue value_of(const std::string& name, const ListedValue& listed, const nlohmann::json* schema) {
  FirmwareValue value{.name = name, .text = listed.value, .help = listed.help};
  if (listed.value == "true" || listed.value == "false") {
    value.kind = FirmwareValue::Kind::truth;
  } else if (schema != nullptr && schema->contains("enum")) {
    value.kind = FirmwareValue::Kind::word;
    value.words = schema->at("enum").get<std::vector<std::string>>();
  } else if (const auto parsed = parse_quantity(listed.value); const auto* q = std::get_if<QuantityValue>(&parsed)) {
    const bool whole = schema != nullptr && schema->value("type", nlohmann::json()) == "integer";
    value.kind = whole ? FirmwareValue::Kind::whole : FirmwareValue::Kind::number;
    value.quantity = *q;
  } else {
    value.kind = FirmwareValue::Kind::word;
  }
  return value;
}

}  // namespace

std::vector<FirmwareValue> firmware_values(const BenchConfig& bench, Diagnostics& diagnostics) {
  const InstrumentConfig& pack = bench.dut.pack;
  const DriverEntry* entry = DriverRegistry::instance().find(pack.driver);
  if (entry == nullptr) {
    throw RigError("the pack of bench '" + bench.name + "' has no driver whose firmware could be changed", bench.path,
                   "a bench with a virtual pack: dut.driver: sim.pack");
  }
  BenchContext context(1);
  entry->make(pack.parameters, context, diagnostics);  // says what is wrong with an override
  const nlohmann::json schema = entry->schema().json();
  const std::string prefix = "firmware.";
  std::vector<FirmwareValue> values;
  for (const ListedValue& listed : entry->list(pack.parameters)) {
    const std::string path = listed.path.starts_with(".") ? listed.path.substr(1) : listed.path;
    if (path.starts_with(prefix)) {
      values.push_back(value_of(path.substr(prefix.size()), listed, schema_at(schema, path)));
    }
  }
  return values;
}

std::string firmware_override(const std::string& name, const std::string& value) {
  return "dut.firmware." + name + "=" + value;
}

std::string value_text(double value, Dimension dimension) {
  const std::string digits = fmt::format("{:.7g}", value);
  double rounded = value;
  std::from_chars(digits.data(), digits.data() + digits.size(), rounded);
  return format_quantity(rounded, dimension);
}

bool matches(std::string_view pattern, std::string_view text) {
  const auto star = pattern.find('*');
  if (star == std::string_view::npos) {
    return pattern == text;
  }
  if (!text.starts_with(pattern.substr(0, star))) {
    return false;
  }
  const std::string_view rest = pattern.substr(star + 1);
  for (std::size_t i = star; i <= text.size(); ++i) {
    if (matches(rest, text.substr(i))) {
      return true;
    }
  }
  return false;
}

}  // namespace rig::cli

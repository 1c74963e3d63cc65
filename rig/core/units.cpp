#include "rig/core/units.hpp"

#include <array>
#include <map>
#include <mutex>
#include <tuple>

namespace rig {
namespace {

struct Named {
  Dimension dimension;
  std::string_view name;
  std::string_view unit;
};

constexpr std::array named{
    Named{dimension::none, "plain number", ""},
    Named{dimension::boolean, "truth value", ""},
    Named{dimension::voltage, "voltage", "V"},
    Named{dimension::current, "current", "A"},
    Named{dimension::power, "power", "W"},
    Named{dimension::energy, "energy", "J"},
    Named{dimension::charge, "charge", "C"},
    Named{dimension::resistance, "resistance", "Ohm"},
    Named{dimension::time, "time", "s"},
    Named{dimension::frequency, "frequency", "Hz"},
    Named{dimension::voltage_rate, "voltage rate", "V/s"},
    Named{dimension::current_rate, "current rate", "A/s"},
    Named{dimension::power / dimension::time, "power rate", "W/s"},
    Named{dimension::temperature_difference, "temperature difference", "K"},
    Named{dimension::temperature_rate, "temperature rate", "K/s"},
    Named{dimension::temperature, "temperature", "degC"},
    Named{dimension::power / dimension::temperature_difference, "thermal conductance", "W/K"},
    Named{dimension::energy / dimension::temperature_difference, "heat capacity", "J/K"},
    Named{dimension::temperature_difference / dimension::power, "thermal resistance", "K/W"},
    Named{dimension::voltage / dimension::temperature_difference, "voltage per temperature", "V/K"},
    Named{dimension::charge / dimension::voltage, "capacitance", "F"},
};

const Named* find(Dimension d) {
  for (const Named& entry : named) {
    if (entry.dimension == d) {
      return &entry;
    }
  }
  return nullptr;
}

// "V*A/s/K": a text that the parser of quantities reads back.
std::string product_of_bases(Dimension d) {
  const std::array<std::pair<int, const char*>, 4> bases{
      {{d.volt, "V"}, {d.ampere, "A"}, {d.second, "s"}, {d.kelvin, "K"}}};
  std::string above;
  std::string below;
  for (const auto& [exponent, unit] : bases) {
    for (int i = 0; i < exponent; ++i) {
      above += (above.empty() ? "" : "*") + std::string(unit);
    }
    for (int i = 0; i > exponent; --i) {
      below += "/" + std::string(unit);
    }
  }
  return (above.empty() ? "1" : above) + below;
}

// Dimensions without a name of their own come from products in expressions: few, so their texts are kept for good.
std::string_view kept_product(Dimension d) {
  static std::mutex mutex;
  static std::map<std::tuple<int, int, int, int>, std::string> texts;
  const std::lock_guard lock(mutex);
  auto& text = texts[{d.volt, d.ampere, d.second, d.kelvin}];
  if (text.empty()) {
    text = product_of_bases(d);
  }
  return text;
}

}  // namespace

std::string_view base_unit(Dimension d) {
  const Named* entry = find(d);
  if (entry != nullptr) {
    return entry->unit;
  }
  return kept_product(d);
}

std::string describe(Dimension d) {
  if (d.boolean) {
    return "a truth value";
  }
  const Named* entry = find(d);
  if (entry == nullptr) {
    return "a quantity in " + std::string(base_unit(d));
  }
  if (entry->unit.empty()) {
    return "a " + std::string(entry->name);
  }
  return std::string(entry->name) + " (" + std::string(entry->unit) + ")";
}

}  // namespace rig

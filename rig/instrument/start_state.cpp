#include "rig/instrument/start_state.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <type_traits>
#include <vector>

#include "rig/core/diagnostic.hpp"
#include "rig/core/error.hpp"

namespace rig {
namespace {

// The one list of keys. A member that is added to StartState does not compile until it stands here, so that the far end
// never begins a case from less than the near one.
template <class Start, class Visitor>
void each_member(Start& start, Visitor&& visit) {
  auto& [soc, temperature, state, cell_spread, leading_cell, leading_by, hot_cell, hot_by, since_full, stored, age] =
      start;
  visit("soc", soc);
  visit("temperature", temperature);
  visit("state", state);
  visit("cell_spread", cell_spread);
  visit("leading_cell", leading_cell);
  visit("leading_by", leading_by);
  visit("hot_cell", hot_cell);
  visit("hot_by", hot_by);
  visit("since_full", since_full);
  visit("stored", stored);
  visit("age", age);
}

struct Writer {
  nlohmann::json& object;
  template <class T>
  void operator()(const char* key, const std::optional<T>& value) const {
    if (value) {
      object[key] = *value;
    }
  }
  template <class T>
  void operator()(const char* key, const T& value) const {
    object[key] = value;
  }
};

struct Reader {
  const nlohmann::json& object;
  std::vector<std::string>& keys;
  template <class T>
  void operator()(const char* key, std::optional<T>& value) const {
    keys.emplace_back(key);
    if (object.contains(key) && !object[key].is_null()) {
      value = get<T>(key);
    }
  }
  template <class T>
  void operator()(const char* key, T& value) const {
    keys.emplace_back(key);
    if (object.contains(key)) {
      value = get<T>(key);
    }
  }
  template <class T>
  T get(const char* key) const {
    try {
      return object[key].get<T>();
    } catch (const nlohmann::json::exception&) {
      throw RigError(std::string("'") + key + "' cannot be " + object[key].dump(), "",
                     std::is_same_v<T, std::string> ? "write a word" : "write a number");
    }
  }
};

}  // namespace

void write_start_state(const StartState& start, nlohmann::json& object) { each_member(start, Writer{object}); }

StartState read_start_state(const nlohmann::json& object) {
  StartState start;
  std::vector<std::string> keys;
  each_member(start, Reader{object, keys});
  for (const auto& [key, value] : object.items()) {
    if (std::find(keys.begin(), keys.end(), key) == keys.end()) {
      throw RigError("a start state has no '" + key + "'", "", suggestion(key, keys));
    }
  }
  const auto cell = [](const std::optional<int>& number) {
    return number.value_or(1) >= 1 && number.value_or(1) <= 16;
  };
  const bool sane = (start.state == "standby" || start.state == "off") && start.soc.value_or(0.5) >= 0 &&
                    start.soc.value_or(0.5) <= 1 && start.temperature.value_or(25) >= -60 &&
                    start.temperature.value_or(25) <= 120 && cell(start.leading_cell) && cell(start.hot_cell) &&
                    start.since_full.value_or(0.0) >= 0 && start.stored >= 0;
  if (!sane) {
    throw RigError(
        "no pack can begin like this", "",
        "soc 0 to 1, temperature in degC from -60 to 120, state \"standby\" or \"off\", cells 1 to 16, times in s");
  }
  return start;
}

}  // namespace rig

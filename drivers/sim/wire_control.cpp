#include "drivers/sim/wire_control.hpp"

#include <nlohmann/json.hpp>
#include <sstream>

#include "rig/core/error.hpp"

namespace rig::sim {
namespace {

constexpr const char* power_cycle = "power_cycle";
constexpr const char* wrong_unit = "wrong_unit";

class ControlSession final : public WireSession {
 public:
  explicit ControlSession(WireControl& control) : control_(control) {}
  std::optional<Answer> take(std::string& inbox) override {
    const auto end = inbox.find('\n');
    if (end == std::string::npos) {
      return std::nullopt;
    }
    std::string line = inbox.substr(0, end);
    inbox.erase(0, end + 1);
    while (!line.empty() && line.back() == '\r') {
      line.pop_back();
    }
    return line.empty() ? Answer{} : Answer{control_.answer(line) + "\n", {}};
  }

 private:
  WireControl& control_;
};

// "fault supply slow 200 ms", "preset soc=0.5 state=off".
nlohmann::json from_words(const std::string& line) {
  std::istringstream words(line);
  nlohmann::json request;
  std::string word;
  words >> word;
  request["command"] = word;
  if (word == "fault") {
    words >> word;
    request["instrument"] = word;
    words >> word;
    request["kind"] = word;
    request["arguments"] = nlohmann::json::array();
    while (words >> word) {
      request["arguments"].push_back(word);
    }
    return request;
  }
  while (words >> word) {
    const auto equals = word.find('=');
    if (equals == std::string::npos) {
      throw RigError("'" + word + "' has no value", "", "write it like soc=0.5");
    }
    const std::string value = word.substr(equals + 1);
    const auto parsed = nlohmann::json::parse(value, nullptr, false);
    request[word.substr(0, equals)] = parsed.is_discarded() ? nlohmann::json(value) : parsed;
  }
  return request;
}

// {"command": "preset", "seed": 7, "start": {"soc": 0.5}}, or typed by hand: preset seed=7 soc=0.5
nlohmann::json start_of(const nlohmann::json& request) {
  if (request.contains("start")) {
    return request["start"];
  }
  nlohmann::json start = request;
  start.erase("command");
  start.erase("seed");
  return start;
}

}  // namespace

std::unique_ptr<WireSession> WireControl::connect() { return std::make_unique<ControlSession>(*this); }

std::string WireControl::answer(const std::string& line) {
  nlohmann::ordered_json answer;
  try {
    answer = obey(line.starts_with('{') ? nlohmann::json::parse(line) : from_words(line));
    answer["ok"] = true;
  } catch (const std::exception& error) {  // whatever is wrong with it: the line goes on
    answer = {{"ok", false}, {"error", error.what()}};
  }
  return answer.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

nlohmann::ordered_json WireControl::obey(const nlohmann::json& request) {
  const std::string command = request.value("command", "");
  if (command == "preset") {
    return preset(request);
  }
  if (command == "fault") {
    return lay_fault(request);
  }
  if (command == "state") {
    return state();
  }
  if (command == "time") {
    return {{"time", to_seconds(world_.now())}, {"time_scale", world_.time_scale()}};
  }
  const std::vector<std::string> known{"preset", "fault", "state", "time"};
  throw RigError("there is no command '" + command + "'", "", suggestion(command, known));
}

nlohmann::ordered_json WireControl::preset(const nlohmann::json& request) {
  std::optional<std::uint64_t> seed;
  if (request.contains("seed")) {
    seed = request["seed"].get<std::uint64_t>();
  }
  if (!world_.preset(read_start_state(start_of(request)), seed)) {
    throw RigError("this pack cannot begin like this", "",
                   "an age that it reaches; standby only of packs that are linked");
  }
  return nlohmann::ordered_json::object();
}

nlohmann::ordered_json WireControl::lay_fault(const nlohmann::json& request) {
  const std::string instrument = request.value("instrument", "");
  const std::string kind = request.value("kind", "");
  const auto arguments = request.value("arguments", std::vector<std::string>{});
  std::vector<std::string> names;
  bool found = false, known = false;
  for (const auto& [name, server] : servers_) {
    names.push_back(name);
    if (name != instrument && instrument != "all") {
      continue;
    }
    found = true;
    if (kind == wrong_unit && !server->box().has_units()) {
      known = known || instrument == "all";
      continue;
    }
    if (const auto faults = link_fault(kind, arguments)) {
      server->set_fault(*faults);
      known = true;
    }
    if (kind == power_cycle) {
      server->power_cycle();
      known = true;
      continue;
    }
    known = server->box().fault(kind, arguments) || known;
  }
  if (!found) {
    throw RigError("the bench has no simulated instrument '" + instrument + "'", "", suggestion(instrument, names));
  }
  if (!known) {
    std::vector<std::string> kinds = link_fault_names();
    kinds.insert(kinds.end(), {"trip", "local", power_cycle});
    if (kind == wrong_unit) {
      std::erase(kinds, wrong_unit);
      throw RigError("the answers of '" + instrument + "' carry no unit that could be wrong", "",
                     suggestion("", kinds));
    }
    throw RigError("'" + instrument + "' knows no fault '" + kind + "'", "", suggestion(kind, kinds));
  }
  return nlohmann::ordered_json::object();
}

nlohmann::ordered_json WireControl::state() const {
  nlohmann::ordered_json signals = nlohmann::ordered_json::object();
  const SignalTable& table = world_.signals();
  for (std::uint32_t i = 0; i < table.size(); ++i) {
    const Sample& sample = table[SignalId{i}];
    signals[table.spec(SignalId{i}).name] = sample.good() ? nlohmann::ordered_json(sample.value) : nullptr;
  }
  World& plant = world_.plant();
  return {{"time", to_seconds(world_.now())},
          {"signals", signals},
          {"truth",
           {{"voltage", plant.node().voltage},
            {"current", plant.node().pack_current},
            {"keep_alives", plant.bus.keep_alives}}}};
}

}  // namespace rig::sim

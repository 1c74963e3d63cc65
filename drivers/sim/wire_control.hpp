#pragma once
#include <nlohmann/json_fwd.hpp>
#include <utility>
#include <vector>

#include "drivers/sim/wire_server.hpp"

namespace rig::sim {

// What a real bench does not have: a line to the far end itself. One request a line, JSON or plain words, and one JSON
// answer a line:
//   {"command":"preset","soc":0.5,"temperature":25,"state":"standby","seed":1}     preset soc=0.5 state=off
//   {"command":"fault","instrument":"supply","kind":"slow","arguments":["200 ms"]}  fault supply slow 200 ms
//   {"command":"state"}                                                             state
//   {"command":"time"}                                                              time
class WireControl final : public WireBox {
 public:
  explicit WireControl(WireWorld& world) : world_(world) {}
  // Before the servers run.
  void add(const std::string& instrument, WireServer& server) { servers_.emplace_back(instrument, &server); }
  std::unique_ptr<WireSession> connect() override;
  void power_on(bool) override {}
  // One request, as one line without its end; never throws, a mistake is an answer.
  std::string answer(const std::string& line);

 private:
  nlohmann::ordered_json obey(const nlohmann::json& request);
  nlohmann::ordered_json preset(const nlohmann::json& request);
  nlohmann::ordered_json lay_fault(const nlohmann::json& request);
  [[nodiscard]] nlohmann::ordered_json state() const;

  WireWorld& world_;
  std::vector<std::pair<std::string, WireServer*>> servers_;
};

}  // namespace rig::sim

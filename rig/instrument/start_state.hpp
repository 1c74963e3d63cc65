#pragma once
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

namespace rig {

// Where a case begins. What is not given is left to the bench's default.
struct StartState {
  std::optional<double> soc;          // 0..1
  std::optional<double> temperature;  // degC, pack and ambient
  std::string state = "standby";      // "standby" or "off"
  std::optional<double> cell_spread;  // scale of the drawn SOC spread: 0 = equalised, 1 = as drawn
  std::optional<int> leading_cell;    // 1..16: this cell stands apart from the others by `leading_by`
  double leading_by = 0.0;            // SOC, 0..1; negative = behind
  std::optional<int> hot_cell;        // 1..16: this cell is hotter than the others by `hot_by`
  double hot_by = 0.0;                // K; negative = colder
  std::optional<double> since_full;   // s since the SOC was last at 97 %: what the pack's month timer stands at
  double stored = 0.0;                // s that the pack lay in this state and temperature before the case begins
  std::string age;                    // "label_500": what a life before the case has left of it; empty: a new pack
};

// The keys of an object for a bench that stands at the far end of a line, and back. What is not given has no key; what
// is no start state is a RigError: an unknown key, a number that no pack can have.
void write_start_state(const StartState& start, nlohmann::json& object);
StartState read_start_state(const nlohmann::json& object);

}  // namespace rig

#pragma once
#include <cstdint>
#include <string>
#include <vector>

// The values of lights.*: what the lights of a pack can be seen to do (manual 5.2.2). Who sees them, who says what they
// have to show and who compares the two share these words and nothing else.
namespace rig {

// One lamp.
enum class LampPattern : std::uint8_t {
  unknown,  // not known (yet): too few samples, a change just now, a sensor that tells nothing
  dark,
  steady,
  flash_1,  // 0.25 s on, 3.75 s off
  flash_2,  // 0.5 s on, 0.5 s off
  flash_3,  // 0.5 s on, 1.5 s off
  other     // it flashes in no way that the manual has
};

// L7, which is blue or red or both.
enum class LightColor : std::uint8_t { unknown, off, blue, red, purple };

// The whole panel.
enum class PanelPattern : std::uint8_t {
  unknown,
  dark,         // all off
  standby,      // L7 blue flash 1, level steady
  charging,     // L7 blue steady, the highest level light flash 2, those below steady
  full,         // all steady, L7 blue
  discharging,  // L7 blue flash 3, level steady
  red,          // L7 red steady, all others off
  coding,       // all flash, L7 purple
  sweep_up,     // one after the other, L7 to L1
  sweep_down,   // L1 to L7
  other         // seen well, and none of these
};
inline constexpr unsigned panel_patterns = 11;

inline std::vector<std::string> lamp_pattern_labels() {
  return {"unknown", "dark", "steady", "flash_1", "flash_2", "flash_3", "other"};
}
inline std::vector<std::string> light_color_labels() { return {"unknown", "off", "blue", "red", "purple"}; }
inline std::vector<std::string> panel_pattern_labels() {
  return {"unknown", "dark",   "standby",  "charging",   "full", "discharging",
          "red",     "coding", "sweep_up", "sweep_down", "other"};
}

// A set of panel patterns, one bit for each.
constexpr std::uint32_t panel_bit(PanelPattern pattern) noexcept { return 1u << static_cast<unsigned>(pattern); }
inline constexpr std::uint32_t any_panel = (1u << panel_patterns) - 1;

}  // namespace rig

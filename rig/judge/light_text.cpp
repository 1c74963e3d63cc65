// What the panel showed and what it should have, in plain words.
#include <fmt/format.h>

#include "rig/core/quantity.hpp"
#include "rig/judge/conformance.hpp"

namespace rig {
namespace {

constexpr std::array<const char*, panel_patterns> panel_texts{
    "nothing that can be told",
    "all lights off",
    "standby (L7 flashes blue, 0.25 s on and 3.75 s off, the level is steady)",
    "charging (L7 steady blue, the highest level light flashes, 0.5 s on and 0.5 s off, those below are steady)",
    "full (all six level lights and L7 steady blue)",
    "discharging (L7 flashes blue, 0.5 s on and 1.5 s off, the level is steady)",
    "protection or fault (L7 steady red, all others off)",
    "coding (all lights flash, L7 purple)",
    "a sweep from L7 to L1",
    "a sweep from L1 to L7",
    "a pattern that the manual does not have"};
constexpr std::array<const char*, 7> lamp_texts{"not settled",       "off", "steady", "flash 1", "flash 2", "flash 3",
                                                "flashing otherwise"};
constexpr std::array<const char*, 5> color_texts{"", "", "blue ", "red ", "purple "};

template <std::size_t n>
std::string word(const std::array<const char*, n>& texts, double value) {
  const auto index = static_cast<std::size_t>(value);
  return index < n ? texts[index] : "";
}

std::string lamps(const LightsSeen& seen) {
  const std::string level = seen.level < 0    ? "no level that can be read"
                            : seen.level == 0 ? "no level light"
                                              : fmt::format("{:.0f} level light{}, the highest {}", seen.level,
                                                            seen.level == 1 ? "" : "s", word(lamp_texts, seen.top));
  return fmt::format("L7 {}{}, {}", word(color_texts, seen.color), word(lamp_texts, seen.run), level);
}

std::string allowed(std::uint32_t may) {
  std::string text;
  for (std::size_t p = 1; p < panel_patterns; ++p) {
    if ((may >> p & 1u) != 0) {
      text += (text.empty() ? "" : " or ") + std::string(panel_texts[p]);
    }
  }
  return text;
}

}  // namespace

void Conformance::describe_lights(const Divergence& d, const RequirementRow& row, Finding& f) const {
  const std::string soc =
      fmt::format("SOC at {:.0f} %, current {}", 100.0 * d.at.soc, format_rounded(d.at.current, dimension::current, 3));
  switch (d.fault) {
    case Fault::lights_level:
      f.signal = "lights.level";
      f.seen = fmt::format("{:.0f} level lights showed, {}", d.seen, soc);
      f.expected =
          d.lo == d.hi ? fmt::format("{:.0f} of them", d.lo) : fmt::format("{:.0f} to {:.0f} of them", d.lo, d.hi);
      return;
    case Fault::lights_time: {
      const bool top = row.panel == PanelPattern::charging;
      const bool on = d.check == 0;
      f.signal = std::string("lights.") + (top ? "top" : "run") + (on ? "_on" : "_off");
      f.seen = fmt::format("{} was {} for {} at each flash", top ? "the highest level light" : "L7",
                           on ? "lit" : "dark", format_rounded(d.seen, dimension::time, 3));
      f.expected =
          fmt::format("{} to {}", format_rounded(d.lo, dimension::time, 3), format_rounded(d.hi, dimension::time, 3));
      return;
    }
    default:
      f.signal = "lights.panel";
      f.seen = fmt::format("the lights showed {}: {}; {}", word(panel_texts, d.seen), lamps(d.lights), soc);
      f.expected = allowed(static_cast<std::uint32_t>(d.lo));
      return;
  }
}

}  // namespace rig

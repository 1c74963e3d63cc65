#include "reports/plot_groups.hpp"

#include <algorithm>
#include <set>

#include "rig/core/units.hpp"

namespace rig {
namespace {
constexpr int small = 130;  // px

// "dut.charge_current_limit" to "Charge current limit".
std::string title_of(const std::string& signal) {
  std::string title = signal.substr(signal.rfind('.') + 1);
  std::ranges::replace(title, '_', ' ');
  if (title == "soc" || title == "soh") {
    return title == "soc" ? "State of charge" : "State of health";
  }
  if (signal == "dut.cells.sum") {
    return "Sum of the cells";
  }
  if (!title.empty() && title[0] >= 'a' && title[0] <= 'z') {
    title[0] = static_cast<char>(title[0] - 'a' + 'A');
  }
  return title;
}
}  // namespace

std::vector<PlotGroup> plot_groups(const RunReader& reader) {
  const auto recorded = [&](const std::string& name) { return reader.find(name).has_value(); };
  std::vector<PlotGroup> out = {
      {.title = "Voltage", .signals = {"pack.voltage", "dut.voltage"}, .unit = "V", .least_span = 0.3},
      {.title = "Current", .signals = {"pack.current", "dut.current"}, .unit = "A", .least_span = 1}};
  PlotGroup temperature{.title = "Temperature",
                        .signals = {"pack.skin_temperature", "ambient.temperature", "dut.temperature"},
                        .unit = "degC",
                        .least_span = 2,
                        .height = small,
                        .only_when_moving = true};
  std::set<std::string> taken(temperature.signals.begin(), temperature.signals.end());
  for (const PlotGroup& group : out) {
    taken.insert(group.signals.begin(), group.signals.end());
  }
  for (const SignalSpec& spec : reader.columns()) {
    if (taken.contains(spec.name) || !recorded("model." + spec.name + ".lo") ||
        !recorded("model." + spec.name + ".hi")) {
      continue;
    }
    PlotGroup group{.title = title_of(spec.name),
                    .signals = {spec.name},
                    .unit = std::string(base_unit(spec.dimension)),
                    .height = small,
                    .only_when_moving = true};
    if (spec.dimension == dimension::voltage) {
      group.least_span = 2;
    } else if (spec.dimension == dimension::none) {  // a share such as SOC: its envelope may be 0 to 1
      group.unit = "%";
      group.factor = 100;
      group.least_span = 5;
    }
    out.push_back(std::move(group));
  }
  if (recorded("dut.cells.highest")) {
    out.push_back({.title = "Cells",
                   .signals = {"dut.cells.highest", "dut.cells.lowest"},
                   .unit = "V",
                   .least_span = 0.05,
                   .height = small,
                   .only_when_moving = true});
  }
  out.push_back(std::move(temperature));
  for (PlotGroup& group : out) {
    std::erase_if(group.signals, [&](const std::string& name) { return !recorded(name); });
  }
  return out;
}

}  // namespace rig

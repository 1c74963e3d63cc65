#include "drivers/scpi/power_model.hpp"

#include "drivers/scpi/text.hpp"

namespace rig {

const PowerModel* find_model(std::span<const PowerModel> models, std::string_view name) {
  for (const PowerModel& model : models) {
    if (scpi::same_word(model.name, name)) {
      return &model;
    }
  }
  return nullptr;
}

SupplyRatings ratings_of(const PowerModel& model) {
  return {.voltage = Volts{model.volts},
          .current = Amps{model.amps},
          .power = Watts{model.watts},
          .voltage_uncertainty = model.volt_uncertainty,
          .current_uncertainty = model.amp_uncertainty};
}

std::vector<ModelFacts> facts_of(std::span<const PowerModel> models) {
  using scpi::format_fixed;
  std::vector<ModelFacts> out;
  for (const PowerModel& m : models) {
    out.push_back({std::string(m.name),
                   "0 to " + format_fixed(m.volts, 0) + " V, 0 to " + format_fixed(m.amps, 1) + " A, " +
                       format_fixed(m.watts, 0) + " W",
                   format_fixed(m.volt_step, 4) + " V, " + format_fixed(m.amp_step, 4) + " A",
                   format_fixed(m.volt_uncertainty.at(m.volts), 3) + " V, " +
                       format_fixed(m.amp_uncertainty.at(m.amps), 3) + " A at full scale"});
  }
  return out;
}

std::string names_of(std::span<const PowerModel> models) {
  std::string out;
  for (const PowerModel& model : models) {
    out += (out.empty() ? "" : ", ") + std::string(model.name);
  }
  return out;
}

void check_model(const Node& node, std::span<const PowerModel> models, const std::string& name,
                 Diagnostics& diagnostics) {
  const Node* const at = node.find("model");
  const SourceMark mark = at == nullptr ? node.mark : at->mark;
  const PowerModel* const model = find_model(models, name);
  if (model == nullptr) {
    diagnostics.error(mark, "this driver does not know the model '" + name + "'", "one of " + names_of(models));
  } else if (model->crowbar) {
    diagnostics.error(
        mark, "the over-voltage protection of " + name + " shorts its terminals, which must not happen on a battery",
        "use a supply that only switches off");
  }
}

}  // namespace rig

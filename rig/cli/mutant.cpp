#include "rig/cli/mutant.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "drivers/sim/firmware_defects.hpp"

namespace rig::cli {
namespace {

// A number of which no requirement says how exact it has to be is made half and half as large again.
constexpr double half = 0.5;

std::string group_of(const std::string& name) { return name.substr(0, name.find('.')); }

class Maker {
 public:
  Maker(const MutantPlan& plan, const DefectSizes& sizes) : plan_(plan), sizes_(sizes) {}

  std::vector<Mutant> make(const std::vector<FirmwareValue>& values) {
    for (const FirmwareValue& value : values) {
      switch (value.kind) {
        case FirmwareValue::Kind::truth:
          add(value, value.text == "true" ? "false" : "true", value.text == "true" ? "false" : "true");
          break;
        case FirmwareValue::Kind::word:
          words(value);
          break;
        case FirmwareValue::Kind::whole:
          whole(value);
          break;
        case FirmwareValue::Kind::number:
          number(value);
          break;
      }
    }
    defects();
    return std::move(mutants_);
  }

 private:
  Mutant& add(const FirmwareValue& value, const std::string& change, const std::string& text) {
    Mutant mutant;
    mutant.name = value.name + " " + change;
    mutant.group = group_of(value.name);
    mutant.parameter = value.name;
    mutant.change = change;
    mutant.value = text;
    mutant.what = value.help + ": " + text + " instead of " + value.text;
    mutant.rows = sizes_.rows_of(value);
    mutant.overrides = plan_.base;
    mutant.overrides.push_back(firmware_override(value.name, text));
    mutants_.push_back(std::move(mutant));
    return mutants_.back();
  }

  void words(const FirmwareValue& value) {
    for (const std::string& word : value.words) {
      if (word != value.text) {
        add(value, word, word);
      }
    }
  }

  void whole(const FirmwareValue& value) {
    const auto size = sizes_.of(value);
    const double low = size && size->low > 0 ? size->low : 1.0;
    const double high = size && size->high > 0 ? size->high : 1.0;
    add(value, "low", fmt::format("{:.0f}", value.quantity.value - low));
    add(value, "high", fmt::format("{:.0f}", value.quantity.value + high));
  }

  void number(const FirmwareValue& value) {
    const Dimension dimension = value.quantity.dimension;
    const double nominal = value.quantity.value;
    const auto size = sizes_.of(value);
    if (!size && nominal == 0.0) {
      zero(value);
      return;
    }
    for (const bool up : {false, true}) {
      const double distance = size ? (up ? size->high : size->low) : half * std::abs(nominal);
      if (!(distance > 0)) {
        continue;
      }
      const double step = up ? distance : -distance;
      double factor = size ? mutant_factor : 1.0;
      // A time cannot be shorter than nothing; the mutant is then the shortest, and smaller than was wished.
      if (dimension == dimension::time && nominal + factor * step < 0) {
        factor = -nominal / step;
      }
      const double changed = nominal + factor * step;
      const bool shortest = factor < mutant_factor && size;
      const std::string text = value_text(shortest ? 0.0 : changed, dimension);
      Mutant& mutant = add(value, up ? "high" : "low", text);
      if (size) {
        mutant.size = factor;
        mutant.rows = size->rows;
        mutant.scale = Mutant::Scale{nominal, step, dimension, *size};
      }
    }
  }

  // Nothing to be halved: one step of what such a quantity is usually wrong by.
  void zero(const FirmwareValue& value) {
    const Dimension d = value.quantity.dimension;
    const double step = d == dimension::voltage ? 0.05 : d == dimension::none ? 0.1 : 5.0;
    add(value, "high", value_text(step, d));
  }

  void defects() {
    for (const sim::Defect& defect : sim::defects()) {
      Mutant mutant;
      mutant.name = "defect " + std::string(defect.name);
      mutant.group = "defect";
      mutant.change = defect.name;
      mutant.what = defect.what;
      std::istringstream rows{std::string(defect.rows)};
      for (std::string row; rows >> row;) {
        mutant.rows.push_back(row);
      }
      mutant.overrides = plan_.base;
      mutant.overrides.push_back("dut.defects=[" + std::string(defect.name) + "]");
      mutants_.push_back(std::move(mutant));
    }
  }

  const MutantPlan& plan_;
  const DefectSizes& sizes_;
  std::vector<Mutant> mutants_;
};

}  // namespace

std::optional<Mutant> resized(const Mutant& mutant, double factor) {
  const Mutant::Scale& scale = *mutant.scale;
  const double value = scale.nominal + factor * scale.step;
  if (scale.dimension == dimension::time && value < 0) {
    return std::nullopt;
  }
  Mutant other = mutant;
  other.size = factor;
  other.value = value_text(value, scale.dimension);
  other.overrides.back() = firmware_override(mutant.parameter, other.value);
  return other;
}

std::vector<Mutant> make_mutants(const std::vector<FirmwareValue>& values, const MutantPlan& plan,
                                 const DefectSizes& sizes) {
  return Maker(plan, sizes).make(values);
}

}  // namespace rig::cli

#pragma once
#include <optional>
#include <string>
#include <vector>

#include "rig/cli/firmware_values.hpp"
#include "rig/cli/pack_trial.hpp"
#include "rig/core/fields.hpp"
#include "rig/core/random.hpp"

namespace rig::cli {

// How a number of the pack differs from one healthy pack to the next.
struct Draw {
  MarkedText parameter;               // of the firmware, with `*`
  std::vector<std::string> range;     // two ends
  std::optional<std::string> within;  // so far from the nominal value
  std::optional<std::string> share;   // so large a part of the nominal value
  // What the errors of the pack's sensors take of `within` when they are as large as their class allows.
  std::optional<std::string> sensors;
  bool sensor = false;  // is itself an error of the sensors: its nominal value is the largest
  std::string why;
};

struct Theme {
  std::string name;
  std::vector<std::string> folders;
};

// cases/healthy.yaml: the class of healthy packs.
struct HealthyPlan {
  std::string name;
  std::vector<Theme> themes;
  std::vector<Draw> draw;
};

HealthyPlan read_healthy_plan(const std::string& path, Diagnostics& diagnostics);

struct HealthyPack {
  TrialPack pack;
  bool corner = false;  // every number at one of its ends
};

// Draws packs of the class; the same index and seed give the same pack on every machine. The cells of each and what its
// sensors are off by come from its own seed.
class HealthyPacks {
 public:
  HealthyPacks(const HealthyPlan& plan, const std::vector<FirmwareValue>& values, TrialPack nominal,
               Diagnostics& diagnostics);
  // Every fourth pack is a corner of the class.
  [[nodiscard]] HealthyPack at(std::size_t index) const;

 private:
  struct Number {
    std::string path;
    Dimension dimension{};
    double low = 0.0, high = 0.0;  // ends when the sensors are true
    double sensors = 0.0;          // they move in by so much when the sensors are as wrong as they may be
    bool sensor = false;
  };
  void add(const Draw& draw, const FirmwareValue& value, Diagnostics& diagnostics);

  TrialPack nominal_;
  std::vector<Number> numbers_;
};

}  // namespace rig::cli

namespace rig {
template <>
struct Fields<cli::Draw> {
  static void declare(Mapping<cli::Draw>& m) {
    using D = cli::Draw;
    m.required("parameter", &D::parameter, "names of the firmware's values, `*` stands for any text");
    m.optional("range", &D::range, "its two ends");
    m.optional("within", &D::within, "so far from the nominal value, both ways");
    m.optional("share", &D::share, "such a part of the nominal value, both ways");
    m.optional("sensors", &D::sensors, "what wrong sensors take of it");
    m.optional("sensor", &D::sensor, "an error of the pack's sensors, from none to the nominal value");
    m.optional("why", &D::why, "where the numbers come from");
  }
};
template <>
struct Fields<cli::Theme> {
  static void declare(Mapping<cli::Theme>& m) {
    m.required("theme", &cli::Theme::name, "its name, for --theme");
    m.required("folders", &cli::Theme::folders, "folders of cases");
  }
};
template <>
struct Fields<cli::HealthyPlan> {
  static void declare(Mapping<cli::HealthyPlan>& m) {
    using P = cli::HealthyPlan;
    m.required("healthy", &P::name, "its name");
    m.optional("themes", &P::themes, "what --theme can name besides a folder");
    m.required("draw", &P::draw, "what differs between healthy packs");
  }
};
}  // namespace rig

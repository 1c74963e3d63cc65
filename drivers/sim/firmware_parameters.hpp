#pragma once
#include <string>

#include "rig/core/fields.hpp"

namespace rig::sim {

enum class ReleaseWord { voltage, current, soc, any };
enum class DialectWord { sofar_amass, pylon_v12 };

// One voltage protection of the virtual pack's firmware.
struct VoltageRule {
  Volts threshold;
  Duration delay = std::chrono::seconds(2);
  Volts release;
  ReleaseWord release_policy = ReleaseWord::voltage;
  Amps release_current{1.0};
  Ratio release_soc{0.96};
  Duration release_delay = std::chrono::seconds(1);
  bool enabled = true;
  bool flag = true;
  bool fet = true;
};

struct AfeParameters {
  Duration scan_period = std::chrono::milliseconds(100);
  Volts cell_resolution{0.001};
  Amps current_resolution{0.01};
  Volts cell_offset{0.0};
  Ratio voltage_gain{1.0};
  Ratio current_gain{1.0};
};

struct FetParameters {
  Duration open_delay = std::chrono::milliseconds(20);
  Duration close_delay = std::chrono::milliseconds(50);
  bool charge_stuck = false;
  bool discharge_stuck = false;
};

struct LimitParameters {
  Volts charge_voltage{56.1};
  Amps charge_current{50.0};
  Amps discharge_current{75.0};
  Watts discharge_power{3500.0};
  Volts discharge_voltage{45.6};
  bool zero_when_blocked = true;
};

struct ContactParameters {
  Duration delay = std::chrono::milliseconds(100);
  bool charge_inverted = false;
  bool discharge_inverted = false;
  bool charge_works = true;
  bool discharge_works = true;
};

struct CanParameters {
  DialectWord dialect = DialectWord::sofar_amass;
  Duration period = std::chrono::seconds(1);
  Duration spacing = std::chrono::milliseconds(5);
  bool enabled = true;
  Ratio voltage_scale{1.0};
  Ratio current_scale{1.0};
  bool permissions_follow = true;
};

struct SocParameters {
  Amps current_offset{0.0};
  Ratio capacity_scale{1.0};
  Ratio soh{1.0};
  std::int64_t cycles = 1;
};

// Every number of the virtual firmware by name. Defaults are the nominal pack.
struct FirmwareParameters {
  VoltageRule pack_ov{.threshold = Volts{56.0}, .release = Volts{54.0}, .release_soc = Ratio{0.96}};
  VoltageRule pack_uv{.threshold = Volts{45.6}, .release = Volts{48.0}, .release_soc = Ratio{0.05}};
  VoltageRule cell_ov{.threshold = Volts{3.65}, .release = Volts{3.40}, .release_soc = Ratio{0.96}};
  VoltageRule cell_uv{.threshold = Volts{2.80}, .release = Volts{3.10}, .release_soc = Ratio{0.05}};
  AfeParameters afe;
  FetParameters fet;
  LimitParameters limits;
  ContactParameters contacts;
  CanParameters can;
  SocParameters soc;
};

}  // namespace rig::sim

namespace rig {
template <>
struct Choices<sim::ReleaseWord> {
  static std::vector<std::pair<std::string, sim::ReleaseWord>> names() {
    using enum sim::ReleaseWord;
    return {{"voltage", voltage}, {"current", current}, {"soc", soc}, {"any", any}};
  }
};
template <>
struct Choices<sim::DialectWord> {
  static std::vector<std::pair<std::string, sim::DialectWord>> names() {
    using enum sim::DialectWord;
    return {{"sofar_amass", sofar_amass}, {"pylon_v12", pylon_v12}};
  }
};
template <>
struct Fields<sim::FirmwareParameters> {
  static void declare(Mapping<sim::FirmwareParameters>& m);
};
template <>
struct Fields<sim::VoltageRule> {
  static void declare(Mapping<sim::VoltageRule>& m);
};
template <>
struct Fields<sim::AfeParameters> {
  static void declare(Mapping<sim::AfeParameters>& m);
};
template <>
struct Fields<sim::FetParameters> {
  static void declare(Mapping<sim::FetParameters>& m);
};
template <>
struct Fields<sim::LimitParameters> {
  static void declare(Mapping<sim::LimitParameters>& m);
};
template <>
struct Fields<sim::ContactParameters> {
  static void declare(Mapping<sim::ContactParameters>& m);
};
template <>
struct Fields<sim::CanParameters> {
  static void declare(Mapping<sim::CanParameters>& m);
};
template <>
struct Fields<sim::SocParameters> {
  static void declare(Mapping<sim::SocParameters>& m);
};
}  // namespace rig

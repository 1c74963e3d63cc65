#pragma once
#include <array>

#include "drivers/sim/firmware_afe.hpp"
#include "drivers/sim/firmware_debounce.hpp"
#include "rig/core/fields.hpp"

namespace rig::sim {

enum class ReleaseWord { voltage, current, soc, any };
enum class CurrentReleaseWord { time, current, any };
enum class DebounceWord { continuous, leaky };
enum class OverVoltageWord { manual_literal, full_first };

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
  Volts wander{0.0};  // defect: each trip draws another threshold within this
};

// One stage of an over-current protection. After `lock_after` trips within `lock_window` it does not retry any more.
struct CurrentRule {
  Amps threshold{100.0};
  Duration delay = std::chrono::seconds(10);
  Duration release_time = std::chrono::seconds(60);
  CurrentReleaseWord release_policy = CurrentReleaseWord::time;
  Amps release_current{1.0};
  std::int64_t lock_after = 5;
  Duration lock_window = std::chrono::minutes(30);
  bool enabled = true;
  bool flag = true;
  bool fet = true;
};

struct TemperatureRule {
  Celsius threshold;
  Duration delay = std::chrono::seconds(5);
  Celsius release;
  Duration release_delay = std::chrono::seconds(1);
  bool enabled = true;
  bool flag = true;
  bool fet = true;
  bool latches = false;  // defect: never lets go
};

// Protection that takes "full" for what it is: 56.0 V with tapering current ends the charge, more is a fault.
struct FullFirst {
  Volts complete{56.0};
  Amps taper{5.0};
  Duration delay = std::chrono::seconds(2);
  Volts threshold{56.4};
  Ratio resume_soc{0.96};
  Amps resume_current{1.0};
};

struct ProtectionParameters {
  VoltageRule pack_ov{.threshold = Volts{56.0}, .release = Volts{54.0}, .release_soc = Ratio{0.96}};
  VoltageRule pack_uv{.threshold = Volts{45.6}, .release = Volts{48.0}, .release_soc = Ratio{0.05}};
  VoltageRule cell_ov{.threshold = Volts{3.65}, .release = Volts{3.40}, .release_soc = Ratio{0.96}};
  VoltageRule cell_uv{.threshold = Volts{2.80}, .release = Volts{3.10}, .release_soc = Ratio{0.05}};
  CurrentRule charge_oc, discharge_oc;
  CurrentRule charge_oc2{.threshold = Amps{200.0}, .delay = std::chrono::milliseconds(300)};
  CurrentRule discharge_oc2{.threshold = Amps{200.0}, .delay = std::chrono::milliseconds(300)};
  TemperatureRule charge_ot{.threshold = Celsius{55.0}, .release = Celsius{50.0}};
  TemperatureRule charge_ut{.threshold = Celsius{-10.0}, .release = Celsius{0.0}};
  TemperatureRule discharge_ot{.threshold = Celsius{60.0}, .release = Celsius{55.0}};
  TemperatureRule discharge_ut{.threshold = Celsius{-20.0}, .release = Celsius{-15.0}};
  DebounceWord debounce = DebounceWord::continuous;
  OverVoltageWord over_voltage_policy = OverVoltageWord::manual_literal;
  FullFirst full_first;
  // Defects.
  bool over_voltage_blocks_both = false, under_voltage_blocks_both = false;
};

// Flags as they go onto the bus, protections or alarms.
struct Flags {
  bool over_voltage = false, under_voltage = false, charge_oc = false, discharge_oc = false;
  bool charge_ot = false, charge_ut = false, discharge_ot = false, discharge_ut = false;
  bool cell_difference = false, system_error = false;
  [[nodiscard]] bool any() const noexcept {
    return over_voltage || under_voltage || charge_oc || discharge_oc || charge_ot || charge_ut || discharge_ot ||
           discharge_ut || cell_difference || system_error;
  }
  // What any of two packs tells.
  Flags& operator|=(const Flags& o) noexcept {
    over_voltage |= o.over_voltage;
    under_voltage |= o.under_voltage;
    charge_oc |= o.charge_oc;
    discharge_oc |= o.discharge_oc;
    charge_ot |= o.charge_ot;
    charge_ut |= o.charge_ut;
    discharge_ot |= o.discharge_ot;
    discharge_ut |= o.discharge_ut;
    cell_difference |= o.cell_difference;
    system_error |= o.system_error;
    return *this;
  }
  friend bool operator==(const Flags&, const Flags&) = default;
};

// All protections: trips and releases on the latest scan. The result changes only in update().
class Protections {
 public:
  void configure(const ProtectionParameters& parameters, std::uint64_t seed);
  void restart() noexcept;
  void update(double now, const Scan& scan, double soc) noexcept;
  // The next moment at which time alone changes something.
  [[nodiscard]] double due() const noexcept { return due_; }
  // The button unlocks what has tripped too often.
  void unlock(double now) noexcept;

  [[nodiscard]] const Flags& flags() const noexcept { return flags_; }
  [[nodiscard]] const Flags& tripped() const noexcept { return tripped_; }  // whether or not it is told
  [[nodiscard]] bool charge_blocked() const noexcept { return charge_blocked_; }
  [[nodiscard]] bool discharge_blocked() const noexcept { return discharge_blocked_; }
  [[nodiscard]] bool charge_fet_demand() const noexcept { return charge_fet_; }
  [[nodiscard]] bool discharge_fet_demand() const noexcept { return discharge_fet_; }
  [[nodiscard]] bool over_voltage_tripped() const noexcept { return pack_ov_.tripped || cell_ov_.tripped; }
  [[nodiscard]] bool under_voltage_tripped() const noexcept { return pack_uv_.tripped || cell_uv_.tripped; }
  // Which of the voltage rules; the flags on the bus tell no cell from the pack.
  struct VoltageTrips {
    bool pack_ov, pack_uv, cell_ov, cell_uv;
  };
  [[nodiscard]] VoltageTrips voltage_trips() const noexcept {
    return {pack_ov_.tripped, pack_uv_.tripped, cell_ov_.tripped, cell_uv_.tripped};
  }
  // full_first: the charge is complete and none is wanted.
  [[nodiscard]] bool charge_complete() const noexcept { return complete_; }

 private:
  struct Level {
    Debounce trip, back;
    bool tripped = false;
    double shift = 0;  // of a wandering threshold
  };
  struct Stage {
    Debounce trip;
    bool tripped = false, locked = false;
    double since = 0;                // s, when it tripped
    std::array<double, 16> trips{};  // s, a ring of the latest
    std::size_t count = 0;
  };

  void judge(Level& state, const VoltageRule& rule, double threshold, bool above, double value, double now) noexcept;
  void judge(Level& state, const TemperatureRule& rule, bool above, double value, double now) noexcept;
  void judge(Stage& state, const CurrentRule& rule, double magnitude, double now) noexcept;
  void step(Level& state, bool beyond, bool back, double delay, double release_delay, double now) noexcept;
  void trip(Stage& state, const CurrentRule& rule, double now) noexcept;
  void complete_charge(double now) noexcept;
  void conclude() noexcept;
  void wander(Level& state, const VoltageRule& rule) noexcept;
  void due_at(double moment) noexcept { due_ = moment < due_ ? moment : due_; }

  ProtectionParameters parameters_;
  bool leaky_ = false;
  Level pack_ov_, pack_uv_, cell_ov_, cell_uv_, charge_ot_, charge_ut_, discharge_ot_, discharge_ut_;
  Stage charge_oc_, charge_oc2_, discharge_oc_, discharge_oc2_;
  Debounce full_;
  bool complete_ = false;
  double current_ = 0, soc_ = 0, voltage_ = 0;
  double due_ = never_due;
  Flags flags_, tripped_;
  bool charge_blocked_ = false, discharge_blocked_ = false, charge_fet_ = true, discharge_fet_ = true;
  Random random_{0};
  std::uint64_t seed_ = 0;
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
struct Choices<sim::CurrentReleaseWord> {
  static std::vector<std::pair<std::string, sim::CurrentReleaseWord>> names() {
    using enum sim::CurrentReleaseWord;
    return {{"time", time}, {"current", current}, {"any", any}};
  }
};
template <>
struct Choices<sim::DebounceWord> {
  static std::vector<std::pair<std::string, sim::DebounceWord>> names() {
    using enum sim::DebounceWord;
    return {{"continuous", continuous}, {"leaky", leaky}};
  }
};
template <>
struct Choices<sim::OverVoltageWord> {
  static std::vector<std::pair<std::string, sim::OverVoltageWord>> names() {
    using enum sim::OverVoltageWord;
    return {{"manual_literal", manual_literal}, {"full_first", full_first}};
  }
};
template <>
struct Fields<sim::VoltageRule> {
  static void declare(Mapping<sim::VoltageRule>& m);
};
template <>
struct Fields<sim::CurrentRule> {
  static void declare(Mapping<sim::CurrentRule>& m);
};
template <>
struct Fields<sim::TemperatureRule> {
  static void declare(Mapping<sim::TemperatureRule>& m);
};
template <>
struct Fields<sim::FullFirst> {
  static void declare(Mapping<sim::FullFirst>& m);
};
}  // namespace rig

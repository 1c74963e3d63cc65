#pragma once
// Instruments of a few lines for tests of bench and engine: a pack of constant voltage whose current is what the supply
// is set to. Each can be made to misbehave, and all write down in which order they were switched off. Include it in one
// file of a test executable only: it registers drivers.
#include <string>
#include <vector>

#include "rig/core/error.hpp"
#include "rig/instrument/can_bus.hpp"
#include "rig/instrument/registry.hpp"
#include "rig/instrument/roles.hpp"
#include "tests/source_dir.hpp"

namespace rig::test {

struct ToyWorld {
  static inline ToyWorld* latest = nullptr;  // that of the bench that was made last
  static inline int supplies_made_safe = 0;  // so often, in all worlds: what is left when a bench is gone
  ToyWorld() { latest = this; }
  double voltage = 52.0;
  double current = 0.0;
  bool supply_on = false;
  bool load_on = false;
  bool meter_silent = false;
  bool stays_on = false;      // the supply never reads back that it is off
  bool meter_throws = false;  // against its contract
  bool preset_works = true;
  bool supply_refuses = false;  // to be armed
  std::vector<std::string> switched_off;
  std::vector<std::string> commanded;
};

class ToySupply final : public PowerSupply {
 public:
  struct Parameters {
    Volts voltage{80.0};
  };
  ToySupply(const Parameters& p, BenchContext& context) : p_(p), world_(context.shared<ToyWorld>("toy")) {
    world_->switched_off.reserve(64);
    world_->commanded.reserve(64);
  }
  bool preset(const StartState&) override { return world_->preset_works; }
  void arm(const ArmLimits&) override {
    if (world_->supply_refuses) {
      throw RigError("the protection does not take its limit", "supply");
    }
  }
  void make_safe() noexcept override {
    ++ToyWorld::supplies_made_safe;
    world_->switched_off.emplace_back("supply");
    world_->supply_on = false;
    world_->current = 0.0;
  }
  [[nodiscard]] bool is_safe() const noexcept override { return !world_->supply_on && !world_->stays_on; }

 protected:
  [[nodiscard]] SupplyRatings ratings() const override {
    return {.voltage = p_.voltage,
            .current = Amps{50.0},
            .power = Watts{5000.0},
            .voltage_uncertainty = {0.02, 0.001},
            .current_uncertainty = {0.03, 0.002}};
  }

 private:
  SupplyReading measure(const Tick& tick) noexcept override {
    return {.voltage = Volts{world_->voltage},
            .current = Amps{world_->current},
            .output = world_->supply_on,
            .time = tick.start};
  }
  void command(const Setpoint& s) noexcept override {
    if (s.output != world_->supply_on) {
      world_->commanded.emplace_back(s.output ? "supply on" : "supply off");
    }
    world_->supply_on = s.output;
    world_->current = s.output ? s.current.value() : 0.0;
  }
  Parameters p_;
  std::shared_ptr<ToyWorld> world_;
};

class ToyLoad final : public ElectronicLoad {
 public:
  struct Parameters {
    Amps current{60.0};
  };
  ToyLoad(const Parameters& p, BenchContext& context) : p_(p), world_(context.shared<ToyWorld>("toy")) {}
  void make_safe() noexcept override {
    world_->switched_off.emplace_back("load");
    world_->load_on = false;
  }
  [[nodiscard]] bool is_safe() const noexcept override { return !world_->load_on; }

 protected:
  [[nodiscard]] SupplyRatings ratings() const override {
    return {.voltage = Volts{80.0},
            .current = p_.current,
            .power = Watts{5000.0},
            .voltage_uncertainty = {0.02, 0.001},
            .current_uncertainty = {0.04, 0.001}};
  }

 private:
  LoadReading measure(const Tick& tick) noexcept override {
    return {.voltage = Volts{world_->voltage}, .input = world_->load_on, .time = tick.start};
  }
  void command(const Setpoint& s) noexcept override {
    if (s.input != world_->load_on) {
      world_->commanded.emplace_back(s.input ? "load on" : "load off");
    }
    world_->load_on = s.input;
  }
  Parameters p_;
  std::shared_ptr<ToyWorld> world_;
};

class ToyMeter final : public Meter {
 public:
  struct Parameters {
    Duration max_age = std::chrono::milliseconds(100);
  };
  ToyMeter(const Parameters& p, BenchContext& context) : p_(p), world_(context.shared<ToyWorld>("toy")) {}

 protected:
  [[nodiscard]] Ratings ratings() const override { return {{0.005, 0.0001}, p_.max_age}; }

 private:
  Reading measure(const Tick& tick) noexcept override {
    if (world_->meter_throws) {
      std::terminate();  // what becomes of an exception here
    }
    return {.voltage = Volts{world_->voltage}, .time = tick.start, .fresh = !world_->meter_silent};
  }
  Parameters p_;
  std::shared_ptr<ToyWorld> world_;
};

class ToyCan final : public CanBus {
 public:
  struct Parameters {
    bool silent = true;
  };
  ToyCan(const Parameters&, BenchContext&) {}

 private:
  void receive(const Tick&, FrameBatch&) noexcept override {}
  void transmit(const Tick&, const FrameBatch&) noexcept override {}
};

}  // namespace rig::test

template <>
struct rig::Fields<rig::test::ToySupply::Parameters> {
  static void declare(Mapping<test::ToySupply::Parameters>& m) {
    m.optional("voltage", &test::ToySupply::Parameters::voltage, "rated voltage");
  }
};
template <>
struct rig::Fields<rig::test::ToyLoad::Parameters> {
  static void declare(Mapping<test::ToyLoad::Parameters>& m) {
    m.optional("current", &test::ToyLoad::Parameters::current, "rated current");
  }
};
template <>
struct rig::Fields<rig::test::ToyMeter::Parameters> {
  static void declare(Mapping<test::ToyMeter::Parameters>& m) {
    m.optional("max_age", &test::ToyMeter::Parameters::max_age, "older is stale");
  }
};
template <>
struct rig::Fields<rig::test::ToyCan::Parameters> {
  static void declare(Mapping<test::ToyCan::Parameters>& m) {
    m.optional("silent", &test::ToyCan::Parameters::silent, "hears nothing");
  }
};

namespace rig::test {
RIG_DRIVER(ToySupply, "toy.supply", "a supply for tests")
RIG_DRIVER(ToyLoad, "toy.load", "a load for tests")
RIG_DRIVER(ToyMeter, "toy.meter", "a meter for tests")
RIG_DRIVER(ToyCan, "toy.can", "a bus without frames")

// A bench file of these instruments; requirements and DBC are the project's.
inline std::string toy_bench() {
  const std::string root = source_dir() + "/cases/";
  return R"(bench: toy
instruments:
  supply: { driver: toy.supply }
  load: { driver: toy.load }
  meter: { driver: toy.meter }
  can: { driver: toy.can }
dut:
  requirements: )" +
         root + R"(gtx5000.yaml
  dbc: )" +
         root +
         R"(gtx5000.dbc
  can: can
wiring:
  pack.voltage: meter.voltage
  pack.current: supply.current - load.current
  pack.charge_demand: supply.output
fixture: { maximum_voltage: 60 V, maximum_current: 40 A, maximum_power: 2 kW, lead_resistance: 2 mOhm }
limits:
  - { name: too high, never: pack.voltage > 58 V, cause: over_voltage }
  - { name: too low, never: pack.voltage < 40 V, cause: under_voltage }
watch: [pack.voltage, pack.current]
safe_order:
  under_voltage: [load]
  default: [supply]
observe_after: 0 s
)";
}

}  // namespace rig::test

// What the role classes promise to every driver and every case: names, units, freshness, and commands only on news.
#include <gtest/gtest.h>

#include "rig/core/error.hpp"
#include "rig/instrument/roles.hpp"

namespace rig {
namespace {

class FakeSupply final : public PowerSupply {
 public:
  void make_safe() noexcept override {}
  SupplyRatings rated{};
  SupplyReading next{};
  Setpoint commanded{};
  int commands = 0;

 protected:
  [[nodiscard]] SupplyRatings ratings() const override { return rated; }

 private:
  SupplyReading measure(const Tick&) noexcept override { return next; }
  void command(const Setpoint& setpoint) noexcept override {
    commanded = setpoint;
    ++commands;
  }
};

class FakeLoad final : public ElectronicLoad {
 public:
  void make_safe() noexcept override {}
  Setpoint commanded{};

 protected:
  [[nodiscard]] SupplyRatings ratings() const override { return {}; }

 private:
  LoadReading measure(const Tick&) noexcept override { return {}; }
  void command(const Setpoint& setpoint) noexcept override { commanded = setpoint; }
};

class FakeMeter final : public Meter {
 public:
  Reading next{};

 protected:
  [[nodiscard]] Ratings ratings() const override { return {{0.005, 2e-4}}; }

 private:
  Reading measure(const Tick&) noexcept override { return next; }
};

struct Shelf {
  SignalTable signals;
  CommandTable commands;
  CommandRow row;
  void put(Instrument& instrument, const char* name) {
    Declarations declarations(name, "test.fake", signals, commands);
    instrument.declare(declarations);
  }
  void seal() {
    signals.seal();
    commands.seal();
    row = CommandRow(commands);
  }
  void set(const char* name, double value) { row.set(commands.find(name).value(), value); }
  [[nodiscard]] const Sample& operator[](const char* name) const { return signals[signals.require(name)]; }
};

constexpr Tick first{.index = 0};
constexpr Tick second{.index = 1, .start = TimePoint{std::chrono::milliseconds(10)}};

TEST(Roles, a_supply_declares_its_names_units_and_limits) {
  Shelf shelf;
  FakeSupply supply;
  supply.rated.voltage = Volts{60};
  supply.rated.current = Amps{40};
  shelf.put(supply, "supply");
  const auto& voltage = shelf.signals.spec(shelf.signals.require("supply.voltage"));
  EXPECT_EQ(voltage.dimension, dimension::voltage);
  EXPECT_EQ(voltage.origin, Origin::measured);
  EXPECT_EQ(voltage.source, "supply (test.fake)");
  EXPECT_EQ(shelf.signals.spec(shelf.signals.require("supply.voltage_set")).origin, Origin::commanded);
  const auto& set = shelf.commands.spec(shelf.commands.find("supply.current_set").value());
  EXPECT_EQ(set.range, (Interval{0.0, 40.0}));
  EXPECT_EQ(set.instrument, "supply");
  EXPECT_TRUE(shelf.commands.spec(shelf.commands.find("supply.output").value()).energises);
  EXPECT_FALSE(set.energises);
}

TEST(Roles, the_uncertainty_of_power_covers_that_of_voltage_and_current_over_the_whole_range) {
  Shelf shelf;
  FakeSupply supply;
  supply.rated.voltage_uncertainty = {0.5, 1e-3};
  supply.rated.current_uncertainty = {0.2, 2e-3};
  shelf.put(supply, "supply");
  const Uncertainty power = shelf.signals.spec(shelf.signals.require("supply.power")).uncertainty;
  for (const double volts : {5.0, 56.0, 80.0}) {
    for (const double amps : {0.0, 12.0, 60.0, 120.0}) {
      const double first_order =
          supply.rated.voltage_uncertainty.at(volts) * amps + supply.rated.current_uncertainty.at(amps) * volts;
      EXPECT_GE(power.at(volts * amps), first_order - 1e-9) << volts << " V " << amps << " A";
    }
  }
}

TEST(Roles, a_reading_without_news_keeps_value_and_time) {
  Shelf shelf;
  FakeSupply supply;
  shelf.put(supply, "supply");
  shelf.seal();
  supply.next = {.voltage = Volts{52}, .current = Amps{3}, .regulation = Regulation::constant_current, .output = true};
  supply.sample(first, shelf.signals);
  EXPECT_EQ(shelf["supply.power"].value, 156.0);
  EXPECT_EQ(shelf["supply.regulation"].value, 2.0);
  supply.next = {.voltage = Volts{1}, .output = false, .time = second.start, .fresh = false};
  supply.sample(second, shelf.signals);
  EXPECT_EQ(shelf["supply.voltage"].value, 52.0);
  EXPECT_EQ(shelf["supply.voltage"].time, first.start);
  EXPECT_EQ(shelf["supply.output"].value, 0.0) << "whether it is on is known in every tick";
}

TEST(Roles, an_invalid_reading_is_not_good) {
  Shelf shelf;
  FakeMeter meter;
  shelf.put(meter, "meter");
  shelf.seal();
  EXPECT_EQ(shelf["meter.voltage"].quality, Quality::never);
  meter.next = {.voltage = Volts{52}, .valid = false};
  meter.sample(first, shelf.signals);
  EXPECT_EQ(shelf["meter.voltage"].quality, Quality::invalid);
}

TEST(Roles, set_points_reach_the_driver_only_when_they_change) {
  Shelf shelf;
  FakeSupply supply;
  shelf.put(supply, "supply");
  shelf.seal();
  supply.apply(first, shelf.row);
  EXPECT_EQ(supply.commands, 1) << "the safe row is news to a box whose state nobody knows";
  EXPECT_FALSE(supply.commanded.output);
  EXPECT_EQ(supply.commanded.power, Watts{10000}) << "no power limit but the rating";
  supply.apply(second, shelf.row);
  EXPECT_EQ(supply.commands, 1);
  shelf.set("supply.voltage_set", 57);
  shelf.set("supply.output", 1);
  supply.apply(second, shelf.row);
  EXPECT_EQ(supply.commands, 2);
  EXPECT_EQ(supply.commanded.voltage, Volts{57});
  EXPECT_TRUE(supply.commanded.output);
  supply.sample(second, shelf.signals);
  EXPECT_EQ(shelf["supply.voltage_set"].value, 57.0);
}

TEST(Roles, the_mode_of_a_load_is_its_number) {
  Shelf shelf;
  FakeLoad load;
  shelf.put(load, "load");
  shelf.seal();
  for (const auto mode : {LoadMode::constant_power, LoadMode::constant_voltage, LoadMode::constant_current}) {
    shelf.set("load.mode", static_cast<double>(mode));
    load.apply(first, shelf.row);
    EXPECT_EQ(load.commanded.mode, mode);
  }
  const auto labels = shelf.signals.spec(shelf.signals.require("load.mode")).labels;
  EXPECT_EQ(labels, (std::vector<std::string>{"constant_current", "constant_power", "constant_voltage"}));
}

TEST(Roles, two_instruments_of_one_name_are_refused) {
  Shelf shelf;
  FakeMeter one, two;
  shelf.put(one, "meter");
  EXPECT_THROW(shelf.put(two, "meter"), RigError);
}

}  // namespace
}  // namespace rig

// What the role of a chamber promises.
#include <gtest/gtest.h>

#include "rig/instrument/roles.hpp"

namespace rig {
namespace {

class FakeChamber final : public Chamber {
 public:
  ChamberReading next{};
  Setpoint commanded{};
  int commands = 0;
  void make_safe() noexcept override {}

 protected:
  [[nodiscard]] ChamberRatings ratings() const override { return {Celsius{-20.0}, Celsius{80.0}, {0.3, 0.0}}; }

 private:
  ChamberReading measure(const Tick&) noexcept override { return next; }
  void command(const Setpoint& setpoint) noexcept override {
    commanded = setpoint;
    ++commands;
  }
};

struct Shelf {
  Shelf() {
    Declarations declarations("chamber", "test.fake", signals, commands);
    chamber.declare(declarations);
    signals.seal();
    commands.seal();
  }
  [[nodiscard]] const Sample& operator[](const char* name) const { return signals[signals.require(name)]; }
  FakeChamber chamber;
  SignalTable signals;
  CommandTable commands;
};

TEST(Chamber, is_left_at_25_degrees_and_running) {
  Shelf shelf;
  EXPECT_EQ(shelf.commands.spec(*shelf.commands.find("chamber.temperature_set")).safe, 25.0);
  EXPECT_EQ(shelf.commands.spec(*shelf.commands.find("chamber.run")).safe, 1.0);
  EXPECT_EQ(shelf.commands.spec(*shelf.commands.find("chamber.temperature_set")).range, (Interval{-20.0, 80.0}));
  CommandRow row(shelf.commands);
  shelf.chamber.apply({}, row);
  EXPECT_EQ(shelf.chamber.commanded.temperature, Celsius{25.0});
  EXPECT_TRUE(shelf.chamber.commanded.run);
}

TEST(Chamber, begins_at_the_start_temperature_as_far_as_it_goes_and_safe_stays_safe) {
  for (const auto& [asked, set] : {std::pair{45.0, 45.0}, std::pair{-30.0, -20.0}, std::pair{95.0, 80.0}}) {
    Shelf shelf;
    StartState start;
    start.temperature = asked;
    shelf.chamber.put_start(start, shelf.commands);
    EXPECT_EQ(CommandRow(shelf.commands)[*shelf.commands.find("chamber.temperature_set")], set);
    EXPECT_EQ(CommandRow::at_safe(shelf.commands)[*shelf.commands.find("chamber.temperature_set")], 25.0);
  }
}

TEST(Chamber, reads_back_what_is_active_and_not_what_was_asked) {
  Shelf shelf;
  CommandRow row(shelf.commands);
  row.set(*shelf.commands.find("chamber.temperature_set"), 60.0);
  shelf.chamber.apply({}, row);
  shelf.chamber.apply({}, row);
  EXPECT_EQ(shelf.chamber.commands, 1) << "only news";
  shelf.chamber.next = {Celsius{24.0}, Celsius{30.0}, false, TimePoint{std::chrono::seconds(1)}};
  shelf.chamber.sample({}, shelf.signals);
  EXPECT_EQ(shelf["chamber.temperature"].value, 24.0);
  EXPECT_EQ(shelf["chamber.temperature"].time, TimePoint{std::chrono::seconds(1)});
  EXPECT_EQ(shelf["chamber.temperature_set"].value, 30.0);
  EXPECT_EQ(shelf["chamber.run"].value, 0.0);
}

}  // namespace
}  // namespace rig

// Dry contacts always; lights and a button where they are fitted.
#include <gtest/gtest.h>

#include "rig/instrument/roles.hpp"

namespace rig {
namespace {

class FakeIo final : public DigitalIo {
 public:
  explicit FakeIo(Fittings fitted) : fitted_(fitted) {}
  Reading contacts{};
  LightReading lights{};
  bool down = false;
  int presses = 0;

 protected:
  [[nodiscard]] Fittings fittings() const override { return fitted_; }

 private:
  Reading measure(const Tick&) noexcept override { return contacts; }
  LightReading look(const Tick&) noexcept override { return lights; }
  void press(bool wanted) noexcept override {
    ++presses;
    down = wanted;
  }
  [[nodiscard]] bool pressed() const noexcept override { return down; }
  Fittings fitted_;
};

struct Shelf {
  explicit Shelf(DigitalIo::Fittings fitted) : io(fitted) {
    Declarations declarations("io", "test.fake", signals, commands);
    io.declare(declarations);
    signals.seal();
    commands.seal();
    row = CommandRow(commands);
  }
  [[nodiscard]] const Sample& operator[](const char* name) const { return signals[signals.require(name)]; }
  FakeIo io;
  SignalTable signals;
  CommandTable commands;
  CommandRow row;
};

TEST(DigitalIo, without_fittings_has_contacts_only) {
  Shelf shelf({});
  EXPECT_EQ(shelf.signals.size(), 2u);
  EXPECT_EQ(shelf.commands.size(), 0u);
  shelf.io.sample({}, shelf.signals);
  shelf.io.apply({}, shelf.row);
  EXPECT_EQ(shelf.io.presses, 0);
}

TEST(DigitalIo, each_light_has_its_name_and_its_own_time) {
  Shelf shelf({.lights = true, .light = {0.1, 0.0}});
  shelf.io.lights = {{0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8}, TimePoint{std::chrono::seconds(7)}, true, true};
  shelf.io.sample({}, shelf.signals);
  double level = 0.1;
  for (const char* name : {"led1", "led2", "led3", "led4", "led5", "led6", "led7_blue", "led7_red"}) {
    const Sample& seen = shelf[(std::string("io.") + name).c_str()];
    EXPECT_NEAR(seen.value, level, 1e-12) << name;
    EXPECT_EQ(seen.time, TimePoint{std::chrono::seconds(7)});
    level += 0.1;
  }
  shelf.io.lights = {};
  shelf.io.sample({.index = 1, .start = TimePoint{std::chrono::seconds(9)}}, shelf.signals);
  EXPECT_EQ(shelf["io.led1"].value, 0.1) << "no news: the old sample stays";
}

TEST(DigitalIo, the_button_is_read_back_and_no_output_that_needs_good_signals) {
  Shelf shelf({.button = true});
  const CommandSpec& spec = shelf.commands.spec(*shelf.commands.find("io.button"));
  EXPECT_FALSE(spec.energises);
  EXPECT_TRUE(spec.stays_safe) << "the way out releases it";
  shelf.io.apply({}, shelf.row);
  shelf.row.set(*shelf.commands.find("io.button"), 1.0);
  shelf.io.apply({}, shelf.row);
  shelf.io.apply({}, shelf.row);
  EXPECT_EQ(shelf.io.presses, 2) << "only news";
  EXPECT_TRUE(shelf.io.down);
  shelf.io.sample({}, shelf.signals);
  EXPECT_EQ(shelf["io.button"].value, 1.0);
  shelf.io.down = false;  // the relay fell off by itself
  shelf.io.sample({}, shelf.signals);
  EXPECT_EQ(shelf["io.button"].value, 0.0);
}

}  // namespace
}  // namespace rig

// A step that waits for work outside of the loop, tick by tick.
#include "tests/case/stage.hpp"

namespace rig {
namespace {

class Port final : public OutsidePort {
 public:
  void begin(std::uint32_t job, const Tick& tick, const SignalTable&) noexcept override {
    begun.push_back(job);
    at = tick.start;
    now = State::busy;
  }
  [[nodiscard]] State state() const noexcept override { return now; }
  [[nodiscard]] Given given(std::size_t place) const noexcept override {
    return {0.01 + static_cast<double>(place), 0.001};
  }
  std::vector<std::uint32_t> begun;
  TimePoint at{};
  State now = State::idle;
};

const std::string asking = with_check(R"(  - { name: before, hold: 200 ms }
  - name: ask
    python: { call: f.py:f, returns: { r: mOhm }, timeout: 1 h }
    measure: [{ id: m, value: r, limits: [1 mOhm, 20 mOhm] }]
  - { name: after, hold: 100 ms }
)");

TEST(ScriptOutside, begins_the_work_in_the_tick_in_which_its_step_begins_and_waits_as_long_as_it_takes) {
  Port port;
  Stage stage(asking, 0, &port);
  stage.tick(3);
  ASSERT_EQ(port.begun, std::vector<std::uint32_t>{0});
  EXPECT_EQ(port.at, TimePoint{2 * tick_step});
  stage.tick(50);
  EXPECT_EQ(stage.step(), 1);
  EXPECT_EQ(port.begun.size(), 1u);
  EXPECT_EQ(stage.signal("keep.r").quality, Quality::never);
  port.now = OutsidePort::State::done;
  stage.tick();
  EXPECT_EQ(stage.step(), 2);
}

TEST(ScriptOutside, keeps_what_came_back_and_measures_it_with_its_uncertainty) {
  Port port;
  Stage stage(asking, 0, &port);
  stage.tick(3);
  port.now = OutsidePort::State::done;
  stage.tick();
  EXPECT_EQ(stage.signal("keep.r").value, 0.01);
  EXPECT_EQ(stage.signal("measure.m").value, 0.01);
  EXPECT_EQ(stage.signal("measure.m.u").value, 0.001);
}

TEST(ScriptOutside, ends_the_steps_when_the_work_failed_and_leaves_the_finding_to_who_did_it) {
  Port port;
  Stage stage(asking, 0, &port);
  stage.tick(3);
  port.now = OutsidePort::State::failed;
  stage.tick();
  EXPECT_TRUE(stage.script().failed());
  EXPECT_TRUE(stage.script().faults().empty());
  EXPECT_EQ(stage.signal("keep.r").quality, Quality::never);
}

TEST(ScriptOutside, takes_at_most_the_timeout_of_the_function) {
  Stage stage(asking);
  EXPECT_EQ(estimate(stage.program()), std::chrono::hours(1) + std::chrono::milliseconds(300));
}

}  // namespace
}  // namespace rig

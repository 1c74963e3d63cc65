// A clock that misses ticks: where nothing hangs on them the verdict stands, else it is `invalid`.
#include "rig/engine/replay.hpp"
#include "tests/engine/late_clock.hpp"
#include "tests/engine/run_fixture.hpp"

namespace rig::test {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

// Rests until 5 s and charges then; watched signals are good in the first tick.
constexpr const char* rest_and_charge = R"(case: rest_and_charge
steps:
  - { name: rest, hold: 5 s }
  - name: charge
    set: { supply.voltage_set: 55 V, supply.current_set: 5 A, supply.output: on }
    expect:
      - { that: pack.current > 4 A, within: 1 s, for: 2 s }
always:
  - never: pack.voltage > 57 V
)";

class Missing : public RunFixture {
 protected:
  RunResult miss(std::vector<LateClock::Miss> misses, const std::string& text = rest_and_charge) {
    own_clock = [misses] { return std::make_unique<LateClock>(misses); };
    RunResult result = execute(text);
    // A record tells it again.
    const ReplayReport again = replay(result.record, {});
    EXPECT_EQ(again.verdict, result.verdict) << texts(result);
    EXPECT_TRUE(again.first.empty());
    return result;
  }
  static const Finding* of_gap(const RunResult& result) {
    const auto found = std::find_if(result.findings.begin(), result.findings.end(),
                                    [](const Finding& f) { return f.gap.has_value(); });
    return found == result.findings.end() ? nullptr : &*found;
  }
};

TEST_F(Missing, ticks_of_a_rest_spoil_nothing_and_are_told) {
  const RunResult result = miss({{milliseconds(2000), 3}, {milliseconds(3000), 1}});
  EXPECT_EQ(result.verdict, Verdict::pass) << texts(result);
  const auto told = std::count_if(result.info.events.begin(), result.info.events.end(),
                                  [](const EventRow& event) { return event.kind == "missed ticks"; });
  EXPECT_EQ(told, 2);
}

TEST_F(Missing, ticks_before_the_case_begins_spoil_nothing) {
  EXPECT_EQ(miss({{milliseconds(0), 300}}).verdict, Verdict::pass);
}

TEST_F(Missing, ticks_inside_the_time_for_which_something_has_to_stay_true_make_the_run_invalid) {
  const RunResult result = miss({{milliseconds(6500), 3}});
  EXPECT_EQ(result.verdict, Verdict::invalid) << texts(result);
  const Finding* finding = of_gap(result);
  ASSERT_NE(finding, nullptr);
  EXPECT_EQ(finding->kind, FindingKind::stale);
  EXPECT_EQ(finding->step, "charge");
  EXPECT_THAT(finding->sentence, HasSubstr("could not be judged whether pack.current > 4 A"));
  EXPECT_THAT(finding->sentence, HasSubstr("3 ticks were missed: nothing was seen between 6.49 s and 6.53 s"));
}

TEST_F(Missing, an_expectation_begins_anew_behind_them_while_it_still_may) {
  EXPECT_EQ(miss({{milliseconds(5500), 3}}).verdict, Verdict::pass);
}

TEST_F(Missing, what_fails_still_fails) {
  std::string text = rest_and_charge;
  text.replace(text.find("> 4 A"), 5, "> 6 A");
  const RunResult result = miss({{milliseconds(2000), 3}, {milliseconds(5990), 9}}, text);
  EXPECT_EQ(result.verdict, Verdict::fail) << texts(result);
}

TEST_F(Missing, a_never_is_bridged_far_from_its_limit_and_not_near_it_or_for_long) {
  const auto with = [](const std::string& limit) {
    std::string text = rest_and_charge;
    return text.replace(text.find("57 V"), 4, limit);
  };
  EXPECT_EQ(miss({{milliseconds(2000), 90}}).verdict, Verdict::pass);
  const RunResult near = miss({{milliseconds(2000), 3}}, with("52.003 V"));
  EXPECT_EQ(near.verdict, Verdict::invalid) << texts(near);
  EXPECT_THAT(texts(near), HasSubstr("never pack.voltage > 52.003 V: could not be judged; 3 ticks were missed"));
  EXPECT_EQ(miss({{milliseconds(2000), 110}}).verdict, Verdict::invalid);
}

TEST_F(Missing, an_until_that_may_have_come_too_late_is_not_seen_in_time) {
  const std::string text = R"(case: late
steps:
  - name: charge
    set: { supply.voltage_set: 55 V, supply.current_set: 5 A, supply.output: on }
    until: script.time > 505 ms
    timeout: 510 ms
    keep: { then: script.time }
measure:
  - { id: then, value: then, limits: [0 s, 1 s] }
)";
  EXPECT_EQ(miss({}, text).verdict, Verdict::pass);
  const RunResult before = miss({{milliseconds(300), 3}}, text);
  EXPECT_EQ(before.verdict, Verdict::pass) << texts(before);
  const RunResult across = miss({{milliseconds(490), 9}}, text);
  EXPECT_EQ(across.verdict, Verdict::invalid);
  EXPECT_THAT(texts(across), HasSubstr("it could not be seen whether script.time > 505 ms came true within 510 ms"));
  EXPECT_THAT(texts(across), HasSubstr("it could not be seen when to take then"));
}

TEST_F(Missing, a_step_that_became_much_longer_is_not_the_one_that_was_asked_for) {
  const std::string text = R"(case: pulse
steps:
  - name: pulse
    set: { supply.voltage_set: 55 V, supply.current_set: 5 A, supply.output: on }
    hold: 400 ms
  - { name: rest, set: { supply.output: off }, hold: 1 s }
always:
  - never: pack.voltage > 57 V
)";
  const auto verdict = [&](std::int64_t ticks) { return miss({{milliseconds(380), ticks}}, text).verdict; };
  EXPECT_EQ(verdict(5), Verdict::pass);
  EXPECT_EQ(verdict(12), Verdict::invalid);
}

}  // namespace
}  // namespace rig::test

// A step that leaves its work to somebody outside of the loop: what he gets, what comes of his answer, and that he can
// neither hold the loop nor change what the record says.
#include <condition_variable>
#include <mutex>
#include <nlohmann/json.hpp>

#include "rig/core/error.hpp"
#include "rig/engine/outside_desk.hpp"
#include "rig/engine/replay.hpp"
#include "rig/record/reader.hpp"
#include "tests/engine/run_fixture.hpp"

namespace rig::test {
namespace {
using testing::HasSubstr;
using Json = nlohmann::ordered_json;

constexpr const char* asking = R"(case: asking
steps:
  - name: charge
    set: { supply.voltage_set: 55 V, supply.current_set: 5 A, supply.output: on }
    hold: 2 s
  - name: ask
    python:
      call: there.py:look
      with: { current: 5 A, deep: on }
      signals: [pack.voltage, pack.current]
      history: 1 s
      every: 100 ms
      returns: { r: mOhm }
      timeout: 7 s
    measure: [{ id: kept, value: r, limits: [1 mOhm, 20 mOhm] }]
  - name: after
    hold: 1 s
)";

std::string answer(const std::string& checks, const std::string& returns = R"({"value":0.01,"uncertainty":0.001})",
                   const std::string& failure = "null") {
  return R"({"checks":[)" + checks + R"(],"returns":[)" + returns + R"(],"failure":)" + failure + "}";
}
std::string check(const std::string& name, double value, double upper) {
  return R"({"name":")" + name + R"(","value":)" + std::to_string(value) +
         R"(,"uncertainty":0.1,"dimension":[1,0,0,0,false,false],"time":2.0,"lower":50,"upper":)" +
         std::to_string(upper) + R"(,"rule":"simple"})";
}

class Teller final : public OutsideWorker {
 public:
  using Work = std::function<std::string(const std::string&, std::chrono::nanoseconds)>;
  explicit Teller(Work work) : work_(std::move(work)) {}
  std::string work(const std::string& request, std::chrono::nanoseconds limit) override {
    return work_(request, limit);
  }
  void cancel() noexcept override {}
  [[nodiscard]] std::vector<std::string> files() const override { return {}; }

 private:
  Work work_;
};

class Outside : public RunFixture {
 protected:
  void SetUp() override {
    RunFixture::SetUp();
    outside = [this](const Program&) { return std::make_unique<Teller>(tell_); };
  }
  Teller::Work tell_ = [this](const std::string& request, std::chrono::nanoseconds limit) {
    request_ = Json::parse(request);
    limit_ = limit;
    return told_;
  };
  Json request_;
  std::chrono::nanoseconds limit_{};
  std::string told_ = answer(check("top", 55, 56));
};

TEST_F(Outside, checks_stand_beside_the_measures_of_the_case_and_what_was_given_back_is_kept) {
  const RunResult result = execute(asking);
  EXPECT_EQ(result.verdict, Verdict::pass) << texts(result);
  ASSERT_EQ(result.info.measures.size(), 2u);
  EXPECT_EQ(result.info.measures[0].id, "kept");
  EXPECT_DOUBLE_EQ(result.info.measures[0].value, 0.01);
  EXPECT_DOUBLE_EQ(result.info.measures[0].uncertainty, 0.001);
  EXPECT_EQ(result.info.measures[1].id, "top");
  EXPECT_EQ(result.info.measures[1].verdict, "pass");
  ASSERT_EQ(result.info.kept.size(), 1u);
  EXPECT_EQ(result.info.kept[0].name, "r");
}

TEST_F(Outside, a_value_beyond_its_limits_fails_the_run_and_the_steps_go_on) {
  told_ = answer(check("top", 58, 56));
  const RunResult result = execute(asking);
  EXPECT_EQ(result.verdict, Verdict::fail);
  EXPECT_TRUE(has_finding(result, FindingKind::measure, "top")) << texts(result);
  EXPECT_EQ(result.info.steps.back().name, "after");
}

TEST_F(Outside, the_request_has_the_signals_as_they_stand_and_their_past_as_far_apart_as_the_step_says) {
  execute(asking);
  EXPECT_EQ(limit_, std::chrono::seconds(7));
  const Json& voltage = request_.at("signals").at(0);
  const double now = request_.at("time").get<double>();
  EXPECT_EQ(voltage.at("quality"), "good");
  const auto times = voltage.at("times").get<std::vector<double>>();
  const auto values = voltage.at("values").get<std::vector<double>>();
  ASSERT_EQ(times.size(), values.size());
  ASSERT_GE(times.size(), 9u);
  ASSERT_LE(times.size(), 11u);
  EXPECT_GE(times.front(), now - 1.0);
  EXPECT_LE(times.back(), now);
  for (std::size_t i = 1; i < times.size(); ++i) {
    EXPECT_GE(times[i] - times[i - 1], 0.0999);
  }
}

TEST_F(Outside, rig_time_stands_still_while_a_function_of_the_virtual_bench_works) {
  const RunResult quick = execute(asking);
  tell_ = [this](const std::string&, std::chrono::nanoseconds) {
    for (int i = 0; i < 500; ++i) {
      std::this_thread::yield();  // the loop would turn thousands of ticks meanwhile
    }
    return told_;
  };
  const RunResult slow = execute(asking);
  EXPECT_EQ(quick.ticks, slow.ticks);
  EXPECT_EQ(record_digest(quick.record), record_digest(slow.record));
}

TEST_F(Outside, a_replay_asks_nobody_and_judges_the_same) {
  told_ = answer(check("top", 58, 56));
  const RunResult result = execute(asking);
  outside = nullptr;
  const ReplayReport again = replay(result.record);
  EXPECT_TRUE(again.identical());
  EXPECT_EQ(again.verdict, Verdict::fail);
  ASSERT_EQ(again.findings.size(), result.findings.size());
  for (std::size_t i = 0; i < again.findings.size(); ++i) {
    EXPECT_EQ(again.findings[i].sentence, result.findings[i].sentence);
    EXPECT_EQ(again.findings[i].time, result.findings[i].time);
  }
}

TEST_F(Outside, an_assertion_fails_the_run_and_ends_its_steps_also_in_a_replay) {
  told_ = answer("", "", R"j({"judged":true,"text":"failed: it is too high (there.py:3)"})j");
  const RunResult result = execute(asking);
  EXPECT_EQ(result.verdict, Verdict::fail);
  EXPECT_THAT(texts(result), HasSubstr("in step 'ask' there.py:look failed: it is too high (there.py:3)"));
  EXPECT_EQ(result.info.steps.back().name, "ask");
  EXPECT_EQ(replay(result.record).verdict, Verdict::fail);
}

TEST_F(Outside, what_breaks_or_comes_too_late_is_an_error_of_the_run_and_not_of_the_pack) {
  tell_ = [](const std::string&, std::chrono::nanoseconds) -> std::string {
    throw OutsideTooLate("did not come back");
  };
  const RunResult late = execute(asking);
  EXPECT_EQ(late.verdict, Verdict::error);
  EXPECT_TRUE(has_finding(late, FindingKind::timeout, "there.py:look")) << texts(late);
  EXPECT_EQ(replay(late.record).verdict, Verdict::error);
  EXPECT_EQ(replay(late.record).findings.size(), late.findings.size());
  tell_ = [](const std::string&, std::chrono::nanoseconds) -> std::string { throw RigError("has gone"); };
  const RunResult broken = execute(asking);
  EXPECT_EQ(broken.verdict, Verdict::error);
  EXPECT_TRUE(has_finding(broken, FindingKind::instrument, "there.py:look")) << texts(broken);
}

TEST_F(Outside, an_answer_that_is_none_is_named_and_never_taken) {
  const std::vector<std::pair<std::string, std::string>> table{
      {"no json", "parse error"},
      {"{}", "checks"},
      {answer(check("Top", 55, 56)), "'Top' is no name for a check"},
      {answer(check("kept", 55, 56)), "there is a check or measure 'kept' already"},
      {answer(check("a", 55, 56) + "," + check("a", 55, 56)), "there is a check or measure 'a' already"},
      {answer(check("a", 55, 40)), "the lower limit is above the upper one"},
      {answer("", ""), "gave back 0 values instead of 1"},
      {answer("", R"({"value":null,"uncertainty":0})"), "cannot be taken"},
      {answer("", R"({"value":1,"uncertainty":-1})"), "an uncertainty is not negative"},
      {answer("", R"({"value":1e999,"uncertainty":0})"), ""},
  };
  for (const auto& [text, message] : table) {
    told_ = text;
    const RunResult result = execute(asking);
    EXPECT_EQ(result.verdict, Verdict::error) << text;
    EXPECT_THAT(texts(result), HasSubstr(message)) << text;
  }
}

TEST_F(Outside, without_anybody_who_can_call_functions_nothing_is_switched_on) {
  outside = nullptr;
  try {
    prepare(asking).execute(interrupts);
    FAIL() << "it ran";
  } catch (const RigError& error) {
    EXPECT_THAT(error.what(), HasSubstr("there.py:look"));
  }
}

// Holds on to its work until it is told to give up or to go on.
class Waiter final : public OutsideWorker {
 public:
  std::string work(const std::string&, std::chrono::nanoseconds) override {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return cancelled || go_on; });
    if (cancelled) {
      throw OutsideTooLate("was given up");
    }
    return answer("", "");
  }
  void cancel() noexcept override {
    const std::lock_guard lock(mutex);
    cancelled = true;
    changed.notify_all();
  }
  void let_go() {
    const std::lock_guard lock(mutex);
    go_on = true;
    changed.notify_all();
  }
  [[nodiscard]] std::vector<std::string> files() const override { return {}; }
  std::mutex mutex;
  std::condition_variable changed;
  bool cancelled = false, go_on = false;
};

struct Desk {
  Desk() {
    signals.seal();
    program.outside.push_back({.call = "a.py:f", .step = "s", .limit = std::chrono::seconds(1)});
    auto made = std::make_unique<Waiter>();
    worker = made.get();
    desk = std::make_unique<OutsideDesk>(program, signals, std::move(made), OutsideDesk::Turning::real_time, 1.0);
  }
  void await_end() const {
    while (desk->state() == OutsidePort::State::busy) {
      std::this_thread::yield();
    }
  }
  Program program;
  SignalTable signals;
  Waiter* worker = nullptr;
  std::unique_ptr<OutsideDesk> desk;
  std::atomic<int> interrupts{0};
};

TEST(OutsideDesk, does_not_hold_a_loop_in_real_time) {
  Desk d;
  d.desk->begin(0, {}, d.signals);
  d.desk->wait(d.interrupts);  // would never come back
  EXPECT_EQ(d.desk->state(), OutsidePort::State::busy);
  d.worker->let_go();
  d.await_end();
  EXPECT_EQ(d.desk->state(), OutsidePort::State::done);
}

TEST(OutsideDesk, ends_what_is_under_way_when_the_run_is_on_its_way_out_and_wants_no_answer) {
  Desk d;
  d.desk->begin(0, {}, d.signals);
  d.desk->give_up();
  d.await_end();
  EXPECT_EQ(d.desk->state(), OutsidePort::State::failed);
  d.desk->close();
  EXPECT_TRUE(d.desk->outcomes().empty());
}

}  // namespace
}  // namespace rig::test

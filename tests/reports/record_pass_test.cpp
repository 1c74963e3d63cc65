#include "reports/record_pass.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>

#include "rig/record/recorder.hpp"

namespace rig::test {
namespace {
constexpr Duration step{10'000'000};
constexpr double infinite = std::numeric_limits<double>::infinity();

bool holds(const Trace& trace, double t, double v) {
  return std::any_of(trace.begin(), trace.end(),
                     [&](const TracePoint& p) { return std::abs(p.t - t) < 1e-9 && p.v == v; });
}
std::ptrdiff_t breaks_of(const Trace& trace) {
  return std::count_if(trace.begin(), trace.end(), [](const TracePoint& p) { return std::isnan(p.v); });
}
}  // namespace

// A record of 20000 rows in five blocks, filled row by row by each test.
class RecordPass : public ::testing::Test {
 protected:
  static constexpr std::int64_t rows = 20'000;
  static constexpr double end = 200;

  void SetUp() override {
    const std::string name = ::testing::UnitTest::GetInstance()->current_test_info()->name();
    folder_ = std::filesystem::temp_directory_path() / ("gtxrig_pass_" + name + std::to_string(getpid()));
    std::filesystem::remove_all(folder_);
    const auto truth = [&](const char* signal, Origin origin) {
      return signals_.declare({.name = signal, .dimension = dimension::boolean, .origin = origin});
    };
    value_ = signals_.declare({.name = "pack.voltage", .dimension = dimension::voltage});
    low_ =
        signals_.declare({.name = "model.pack.voltage.lo", .dimension = dimension::voltage, .origin = Origin::model});
    high_ =
        signals_.declare({.name = "model.pack.voltage.hi", .dimension = dimension::voltage, .origin = Origin::model});
    may_ = truth("model.pack.blocked.may", Origin::model);
    must_ = truth("model.pack.blocked.must", Origin::model);
    seen_ = truth("pack.blocked", Origin::measured);
    signals_.seal();
    commands_.seal();
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  template <class Row>
  void record(const Row& row) {
    RunInfo info;
    info.tick = step;
    RunWriter writer(folder_.string(), info);
    Recorder recorder(writer, signals_, commands_, {});
    const CommandRow command(commands_);
    for (std::int64_t i = 0; i < rows; ++i) {
      const Tick tick{i, TimePoint{i * step}, step};
      row(i, tick.start);
      recorder.push(tick, signals_, command, command, {});
      signals_.clear_changed();
    }
    recorder.close();
    writer.finish(info);
    reader_.emplace(folder_.string());
  }
  std::size_t column(const char* name) { return *reader_->find(name); }

  SignalTable signals_;
  CommandTable commands_;
  SignalId value_, low_, high_, may_, must_, seen_;
  std::filesystem::path folder_;
  std::optional<RunReader> reader_;
};

TEST_F(RecordPass, gives_each_window_its_part_of_a_line_with_the_spike_in_it) {
  record([&](std::int64_t i, TimePoint now) { signals_.write(value_, i == 12'345 ? 99.0 : 50.0, now); });
  const std::vector<Window> windows = {{123, 124}, {150, 160}, {0, end}};
  LineSource line(column("pack.voltage"), windows, 100);
  PlotSource* const sources[] = {&line};
  pass_through(*reader_, sources);
  EXPECT_FALSE(line.empty());
  EXPECT_TRUE(holds(line.finish(0), 123.45, 99.0));
  const Trace calm = line.finish(1);
  EXPECT_FALSE(holds(calm, 123.45, 99.0));
  EXPECT_EQ(calm.front().t, 150) << "what held before the window";
  const Trace whole = line.finish(2);
  EXPECT_TRUE(holds(whole, 123.45, 99.0));
  EXPECT_LE(whole.size(), 100 * Decimation::most_points_of_a_bucket + 1);
  EXPECT_EQ(breaks_of(whole), 0) << "blocks are no gaps";
}

TEST_F(RecordPass, breaks_a_line_where_a_block_is_damaged) {
  record([&](std::int64_t i, TimePoint now) { signals_.write(value_, static_cast<double>(i % 7), now); });
  reader_.reset();
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open((folder_ / "run.sqlite").c_str(), &database), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(database, "UPDATE blocks SET crc = crc + 1 WHERE block = 1", nullptr, nullptr, nullptr),
            SQLITE_OK);
  sqlite3_close(database);
  reader_.emplace(folder_.string());
  const std::vector<Window> windows = {{0, end}};
  LineSource line(column("pack.voltage"), windows, 1000);
  PlotSource* const sources[] = {&line};
  pass_through(*reader_, sources);
  const Trace trace = line.finish(0);
  EXPECT_EQ(breaks_of(trace), 1);
  EXPECT_EQ(reader_->damage().size(), 1u);
  const double from = 4096 * 0.01, to = 2 * 4096 * 0.01;
  EXPECT_TRUE(std::none_of(trace.begin(), trace.end(),
                           [&](const TracePoint& p) { return p.t > from && p.t < to && !std::isnan(p.v); }));
}

TEST_F(RecordPass, takes_an_envelope_out_only_where_it_is_infinite_to_both_sides) {
  record([&](std::int64_t i, TimePoint now) {
    signals_.write(low_, i < 5000 || i >= 15'000 ? -infinite : 1.0, now);
    signals_.write(high_, i < 5000 || i >= 18'000 ? infinite : 2.0, now);
  });
  const std::vector<Window> windows = {{0, end}};
  BandSource band(column("model.pack.voltage.lo"), column("model.pack.voltage.hi"), windows, 1000);
  PlotSource* const sources[] = {&band};
  pass_through(*reader_, sources);
  const Trace lower = band.lower(0), upper = band.upper(0);
  EXPECT_NEAR(upper.front().t, 50, 1e-9);
  EXPECT_TRUE(holds(upper, 170, 2.0)) << "bounded to one side";
  ASSERT_TRUE(std::isnan(upper.back().v));
  EXPECT_NEAR(upper.back().t, 180, 1e-9);
  EXPECT_EQ(breaks_of(lower), breaks_of(upper)) << "both edges break together";
}

TEST_F(RecordPass, sees_a_truth_value_as_the_judges_saw_it_row_by_row) {
  record([&](std::int64_t i, TimePoint now) {
    signals_.write(may_, i >= 5000 ? 1.0 : 0.0, now);
    signals_.write(must_, 0.0, now);
    // Its own time is older than the row in which it arrived: the reference allowed it by then.
    signals_.write(seen_, i >= 5000 ? 1.0 : 0.0, now - 3 * step);
  });
  const std::vector<Window> windows = {{0, end}, {49, 51}};
  TruthSource truth({column("model.pack.blocked.may"), column("model.pack.blocked.must"), column("pack.blocked")},
                    windows, 1000);
  PlotSource* const sources[] = {&truth};
  pass_through(*reader_, sources);
  EXPECT_TRUE(truth.happened());
  const Strip whole = truth.finish(0, "x"), near = truth.finish(1, "x");
  EXPECT_EQ(whole.seen, (Intervals{{50, end}}));
  EXPECT_EQ(near.seen, (Intervals{{50, 51}}));
  EXPECT_EQ(whole.wrong, Intervals{});
  EXPECT_EQ(near.wrong, Intervals{});
  EXPECT_EQ(near.unknown, Intervals{});
}

}  // namespace rig::test

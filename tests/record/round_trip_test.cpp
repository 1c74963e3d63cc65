#include <bit>
#include <limits>

#include "record_fixture.hpp"
#include "rig/core/random.hpp"

namespace rig::test {

class Record : public RecordTest {};

TEST_F(Record, keeps_every_sample_bit_for_bit) {
  const std::vector<double> odd = {0.0,
                                   -0.0,
                                   std::bit_cast<double>(std::uint64_t{0x7FF8DEADBEEF0001u}),
                                   std::bit_cast<double>(std::uint64_t{0xFFF0000000000001u}),
                                   std::numeric_limits<double>::infinity(),
                                   std::numeric_limits<double>::denorm_min(),
                                   std::numeric_limits<double>::max(),
                                   -std::numeric_limits<double>::max(),
                                   53.123};
  SmallTable table;
  Random random(5);
  RunWriter writer(folder(), some_info());
  Recorder recorder(writer, table.signals, table.commands, {});
  struct Written {
    std::int64_t tick;
    Sample sample;
  };
  std::vector<Written> written;
  std::int64_t index = 3;
  for (int i = 0; i < 10000; ++i) {
    const auto n = static_cast<std::int64_t>(random.next() % 50 == 0 ? random.next() % 1000 + 1 : 1);
    const Tick tick = tick_at(index, n);
    if (random.next() % 3 != 0) {
      const double value = i % 5 == 0 ? odd[random.next() % odd.size()] : random.normal();
      const TimePoint time = tick.start - Duration{static_cast<std::int64_t>(random.next() % 3'000'000)};
      const auto quality = random.next() % 100 == 0 ? Quality::invalid : Quality::good;
      table.signals.write(table.voltage, value, time, quality);
      written.push_back({index, {value, time, quality}});
    }
    table.push(recorder, tick);
    index += n;
  }
  recorder.close();
  writer.finish(some_info());

  RunReader reader(folder());
  const ColumnData column = reader.read("pack.voltage");
  ASSERT_EQ(column.size(), written.size());
  for (std::size_t i = 0; i < written.size(); ++i) {
    ASSERT_EQ(column.ticks[i], written[i].tick);
    ASSERT_EQ(std::bit_cast<std::uint64_t>(column.values[i]), std::bit_cast<std::uint64_t>(written[i].sample.value));
    ASSERT_EQ(column.times[i], written[i].sample.time);
    ASSERT_EQ(column.qualities[i], written[i].sample.quality);
  }
  EXPECT_TRUE(reader.damage().empty());
  EXPECT_EQ(reader.read("dut.flag").size(), 0u);
}

TEST_F(Record, leaves_out_writes_that_change_nothing_but_keeps_a_new_moment) {
  SmallTable table;
  RunWriter writer(folder(), some_info());
  Recorder recorder(writer, table.signals, table.commands, {});
  for (std::int64_t i = 0; i < 6; ++i) {
    table.signals.write(table.voltage, 50, TimePoint{ten_ms * (i / 2)});
    table.push(recorder, tick_at(i));
  }
  recorder.close();
  writer.finish(some_info());
  const ColumnData column = RunReader(folder()).read("pack.voltage");
  EXPECT_EQ(column.ticks, (std::vector<std::int64_t>{0, 2, 4}));
}

TEST_F(Record, keeps_column_declarations_commands_and_frames) {
  SmallTable table;
  RunWriter writer(folder(), some_info());
  Recorder recorder(writer, table.signals, table.commands, {});
  RecordedFrame frame{.time = TimePoint{Duration{123456}}, .id = 0x351, .length = 8};
  table.push(recorder, tick_at(0));
  table.wanted.set(table.set, 57);
  table.push(recorder, tick_at(1), {&frame, 1});
  table.admitted.set(table.set, 56);
  table.push(recorder, tick_at(2));
  recorder.note_clock({.tick = 2, .missed = 4});
  recorder.close();
  writer.finish(some_info());

  RunReader reader(file());
  EXPECT_EQ(reader.frames(), std::vector{frame});
  ASSERT_EQ(reader.columns().size(), 5u);
  EXPECT_EQ(reader.columns()[1].labels, (std::vector<std::string>{"open", "closed"}));
  EXPECT_EQ(reader.columns()[1].dimension, dimension::boolean);
  EXPECT_EQ(reader.columns()[2].origin, Origin::model);
  EXPECT_EQ(reader.columns()[0].uncertainty.absolute, 0.004);
  EXPECT_EQ(reader.columns()[3].origin, Origin::commanded);
  EXPECT_EQ(reader.read("wanted.supply.voltage_set").values, (std::vector<double>{0, 57}));
  EXPECT_EQ(reader.read("admitted.supply.voltage_set").values, (std::vector<double>{0, 56}));
  EXPECT_EQ(reader.read("admitted.supply.voltage_set").ticks, (std::vector<std::int64_t>{0, 2}));
  ASSERT_EQ(reader.clock_events().size(), 1u);
  EXPECT_EQ(reader.clock_events()[0].missed, 4);
}

TEST_F(Record, keeps_the_run_info_with_every_list) {
  RunInfo info = some_info();
  info.findings.push_back({.kind = "divergence",
                           .time = TimePoint{Duration{7}},
                           .seen = "a \"quote\" and \xC2\xB0"
                                   "C"});
  info.measures.push_back({.id = "trip", .value = 56.01, .uncertainty = 0.01, .unit = "V", .upper = 56.2});
  info.rules.push_back({.requirement = "GTX-OV-01", .found_lower = 55.9, .must_reached = true});
  info.documents.push_back({.kind = "case", .text = std::string(200000, 'x')});
  RunWriter(folder(), info).finish(info);
  EXPECT_FALSE(std::filesystem::exists(file() + "-wal")) << "a finished record is one file";
  RunReader reader(folder());
  EXPECT_EQ(reader.state(), "complete");
  EXPECT_EQ(reader.info().seed, info.seed);
  EXPECT_EQ(reader.info().findings.at(0).seen, info.findings[0].seen);
  EXPECT_EQ(reader.info().measures.at(0).upper, 56.2);
  EXPECT_FALSE(reader.info().measures.at(0).lower.has_value());
  EXPECT_TRUE(reader.info().rules.at(0).must_reached);
  EXPECT_FALSE(reader.info().rules.at(0).diverged.has_value());
  EXPECT_EQ(reader.info().documents.at(0).text.size(), 200000u);
}

TEST_F(Record, has_the_same_digest_for_the_same_run_but_another_for_one_other_bit) {
  const auto run = [&](const std::string& where, double last, std::int64_t wall) {
    SmallTable table;
    RunInfo info = some_info();
    info.started_unix_ns = wall;
    RunWriter writer(where, info);
    Recorder recorder(writer, table.signals, table.commands, {});
    for (std::int64_t i = 0; i < 5000; ++i) {
      table.signals.write(table.voltage, i == 4999 ? last : 50.0 + static_cast<double>(i % 7), tick_at(i).start);
      table.push(recorder, tick_at(i));
    }
    recorder.close();
    writer.finish(info);
    return record_digest(where);
  };
  const std::string first = run(folder() + "/a", 50.0, 1);
  EXPECT_EQ(run(folder() + "/b", 50.0, 2), first);
  EXPECT_NE(run(folder() + "/c", std::nextafter(50.0, 51.0), 1), first);
}

TEST_F(Record, of_a_run_under_way_can_be_read_and_says_so) {
  SmallTable table;
  RunWriter writer(folder(), some_info());
  EXPECT_EQ(RunReader(folder()).state(), "running");
  Recorder recorder(writer, table.signals, table.commands, {});
  for (std::int64_t i = 0; i < 5000; ++i) {
    table.signals.write(table.voltage, 50.0, tick_at(i).start);
    table.push(recorder, tick_at(i));
  }
  recorder.close();
  EXPECT_EQ(RunReader(folder()).read("pack.voltage").size(), 5000u);
  EXPECT_EQ(RunReader(folder()).state(), "running");
}

}  // namespace rig::test

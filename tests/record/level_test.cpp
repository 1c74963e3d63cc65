#include "record_fixture.hpp"

namespace rig::test {

class RecordLevels : public RecordTest {
 protected:
  // 3 s of a voltage that moves by 0.9 mV a tick (U/4 is 1 mV), a flag that changes once, a frame each second.
  void run(RecordLevel level) {
    SmallTable table;
    RunWriter writer(folder(), some_info(level), {.level = level});
    Recorder recorder(writer, table.signals, table.commands, {});
    for (std::int64_t i = 0; i < 300; ++i) {
      const Tick tick = tick_at(i);
      table.signals.write(table.voltage, 50 + static_cast<double>(i < 100 ? i : 100) * 0.0009, tick.start,
                          i == 250 ? Quality::invalid : Quality::good);
      table.signals.write(table.flag, i >= 33 ? 1 : 0, tick.start);
      const RecordedFrame frame{.time = tick.start, .id = 0x351};
      table.push(recorder, tick, {&frame, i % 100 == 0 ? 1u : 0u});
    }
    recorder.close();
    writer.finish(some_info(level));
  }
};

TEST_F(RecordLevels, full_keeps_every_sample) {
  run(RecordLevel::full);
  EXPECT_EQ(RunReader(folder()).read("pack.voltage").size(), 300u);
}

TEST_F(RecordLevels, changes_keeps_moves_beyond_a_quarter_of_u_new_qualities_and_one_a_second) {
  run(RecordLevel::changes);
  RunReader reader(folder());
  const ColumnData voltage = reader.read("pack.voltage");
  // 0, 2, 4 ... 100 move by 1.8 mV; 200 is a second later; 250 invalid, 251 good again.
  ASSERT_EQ(voltage.size(), 54u);
  EXPECT_EQ(voltage.ticks[1], 2);
  EXPECT_EQ(std::vector(voltage.ticks.end() - 3, voltage.ticks.end()), (std::vector<std::int64_t>{200, 250, 251}));
  EXPECT_EQ(reader.read("dut.flag").ticks, (std::vector<std::int64_t>{0, 33, 133, 233}));
}

TEST_F(RecordLevels, events_keeps_frames_but_no_column) {
  run(RecordLevel::events);
  RunReader reader(folder());
  EXPECT_EQ(reader.frames().size(), 3u);
  EXPECT_EQ(reader.read("pack.voltage").size(), 0u);
}

TEST_F(RecordLevels, none_writes_no_file) {
  run(RecordLevel::none);
  EXPECT_FALSE(std::filesystem::exists(folder()));
}

}  // namespace rig::test

#include <sqlite3.h>

#include "record_fixture.hpp"
#include "rig/core/random.hpp"

namespace rig::test {

class RecordThatCannotBeWritten : public RecordTest {};

TEST_F(RecordThatCannotBeWritten, because_the_disk_is_full_says_so_and_is_no_result) {
  SmallTable table;
  Random random(1);
  RunWriter writer(folder(), some_info(), {.max_bytes = 400'000});
  Recorder recorder(writer, table.signals, table.commands, {});
  std::int64_t i = 0;
  for (; i < 2'000'000 && !recorder.failed(); ++i) {
    table.signals.write(table.voltage, random.normal(), tick_at(i).start);
    table.push(recorder, tick_at(i));
  }
  ASSERT_TRUE(recorder.failed());
  EXPECT_FALSE(recorder.push(tick_at(i), table.signals, table.wanted, table.admitted, {}));
  const std::string error = error_of([&] { recorder.close(); });
  EXPECT_TRUE(error.starts_with(file())) << error;
  EXPECT_NE(error.find("disk is full"), std::string::npos) << error;
  EXPECT_THROW(writer.finish(some_info()), RigError);

  RunReader reader(folder());
  EXPECT_NE(reader.state(), "complete");
  const ColumnData column = reader.read("pack.voltage");
  EXPECT_GT(column.size(), 4096u) << "what was written before the disk was full is intact";
  EXPECT_EQ(column.size() % 4096, 0u);
  EXPECT_TRUE(reader.damage().empty());
}

TEST_F(RecordThatCannotBeWritten, at_all_leaves_no_file) {
  const std::string error = error_of([&] { RunWriter(folder(), some_info(), {.max_bytes = 8192}); });
  EXPECT_NE(error.find("disk is full"), std::string::npos) << error;
  EXPECT_TRUE(std::filesystem::is_empty(folder()));
}

TEST_F(RecordThatCannotBeWritten, because_the_folder_is_a_file_names_the_path) {
  write_bytes(folder(), {'x'});
  const std::string error = error_of([&] { RunWriter(folder(), some_info()); });
  EXPECT_TRUE(error.starts_with(folder())) << error;
}

TEST_F(RecordThatCannotBeWritten, over_another_record_unless_asked_to) {
  RunWriter(folder(), some_info()).finish(some_info());
  EXPECT_NE(error_of([&] { RunWriter(folder(), some_info()); }).find("there is a record already"), std::string::npos);
  EXPECT_NO_THROW(RunWriter(folder(), some_info(), {.replace = true}).finish(some_info()));
}

TEST_F(RecordThatCannotBeWritten, to_its_end_is_marked_as_failed) {
  { RunWriter writer(folder(), some_info()); }
  EXPECT_EQ(RunReader(folder()).state(), "failed");
  EXPECT_EQ(RunReader(folder()).failure(), "the run ended without a result");
}

// Another connection holds the write lock: the encoder stands still for as long as the test wants.
TEST_F(RecordThatCannotBeWritten, fast_enough_drops_blocks_on_the_wall_clock_and_marks_the_gap) {
  SmallTable table;
  RunWriter writer(folder(), some_info());
  Recorder recorder(writer, table.signals, table.commands, {.blocking = false});
  sqlite3* lock = nullptr;
  ASSERT_EQ(sqlite3_open(file().c_str(), &lock), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(lock, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  table.signals.write(table.flag, 1, tick_at(0).start);
  std::int64_t i = 0;
  for (; recorder.dropped_rows() == 0; ++i) {
    ASSERT_LT(i, 100 * 4096);
    table.signals.write(table.voltage, static_cast<double>(i), tick_at(i).start);
    table.push(recorder, tick_at(i));
  }
  sqlite3_close(lock);
  table.signals.write(table.voltage, static_cast<double>(i), tick_at(i).start);
  table.push(recorder, tick_at(i));
  recorder.close();
  writer.finish(some_info());

  RunReader reader(folder());
  ASSERT_EQ(reader.gaps().size(), 1u);
  EXPECT_EQ(reader.gaps()[0].rows, recorder.dropped_rows());
  const ColumnData voltage = reader.read("pack.voltage");
  EXPECT_EQ(static_cast<std::int64_t>(voltage.size()), i + 1 - recorder.dropped_rows());
  EXPECT_EQ(voltage.ticks.back(), i);
  EXPECT_EQ(reader.read("dut.flag").ticks.size(), 2u) << "after the gap everything known is written again";
  EXPECT_EQ(reader.read("wanted.supply.voltage_set").ticks.back(), reader.gaps()[0].last_tick + 1);
}

}  // namespace rig::test

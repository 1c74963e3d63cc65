#include <sqlite3.h>

#include <cstring>

#include "record_fixture.hpp"
#include "rig/core/random.hpp"
#include "rig/record/replay_cursor.hpp"

namespace rig::test {

class DamagedRecord : public RecordTest {
 protected:
  void record(std::int64_t ticks = 20000) {
    SmallTable table;
    Random random(11);
    RunWriter writer(folder(), some_info());
    Recorder recorder(writer, table.signals, table.commands, {});
    for (std::int64_t i = 0; i < ticks; ++i) {
      table.signals.write(table.voltage, random.normal(), tick_at(i).start);
      table.push(recorder, tick_at(i));
    }
    recorder.close();
    writer.finish(some_info());
  }
  void sql(const std::string& text) {
    sqlite3* handle = nullptr;
    ASSERT_EQ(sqlite3_open(file().c_str(), &handle), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(handle, text.c_str(), nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(handle);
    sqlite3_close(handle);
  }
  std::string open_error() {
    return error_of([&] { RunReader reader(file()); });
  }
};

TEST_F(DamagedRecord, that_is_no_record_at_all_is_refused_with_its_name) {
  const std::vector<std::string> contents = {"", "hello", std::string(100000, '\0'), "SQLite format 3"};
  for (const auto& content : contents) {
    write_bytes(file(), {content.begin(), content.end()});
    const std::string error = open_error();
    EXPECT_TRUE(error.starts_with(file())) << error;
    EXPECT_NE(error.find("no record"), std::string::npos) << error;
  }
  EXPECT_NE(error_of([] { RunReader("/nowhere/at/all"); }).find("there is no record here"), std::string::npos);
}

TEST_F(DamagedRecord, of_another_program_or_another_version_is_refused) {
  record(10);
  sql("PRAGMA user_version = 7");
  EXPECT_NE(open_error().find("format version 7, this gtxrig reads versions 1 to 2"), std::string::npos)
      << open_error();
  sql("PRAGMA user_version = 1; PRAGMA application_id = 5");
  EXPECT_NE(open_error().find("no record of gtxrig"), std::string::npos) << open_error();
}

TEST_F(DamagedRecord, that_lost_its_head_is_refused_with_its_name) {
  record(10);
  sql("DELETE FROM meta");
  EXPECT_NE(open_error().find(file() + ": the record does not say whether it is complete"), std::string::npos)
      << open_error();
}

TEST_F(DamagedRecord, names_the_block_and_keeps_the_others) {
  record();
  sql("UPDATE samples SET data = zeroblob(length(data)) WHERE id = 65536 * 2");
  RunReader reader(folder());
  EXPECT_EQ(reader.read("pack.voltage").size(), 20000u - 4096u);
  ASSERT_EQ(reader.damage().size(), 1u);
  EXPECT_EQ(reader.damage()[0], "block 2 of pack.voltage (4096 ticks from 8192): the checksum does not match");
  EXPECT_NE(error_of([&] { record_digest(folder()); }).find("block 2 of pack.voltage"), std::string::npos);

  SmallTable table;
  ReplayCursor cursor(reader, table.signals);
  Tick tick;
  int rows = 0;
  while (cursor.next(tick, table.signals)) {
    ++rows;
  }
  EXPECT_EQ(rows, 20000 - 4096);
  EXPECT_TRUE(cursor.incomplete());
}

TEST_F(DamagedRecord, notices_a_block_in_the_wrong_place) {
  record();
  sql("UPDATE samples SET id = 65536 * 99 WHERE id = 65536 * 1; UPDATE samples SET id = 65536 WHERE id = 65536 * 2");
  RunReader reader(folder());
  reader.read("pack.voltage");
  ASSERT_EQ(reader.damage().size(), 1u);
  EXPECT_TRUE(reader.damage()[0].starts_with("block 1 of pack.voltage"));
}

TEST_F(DamagedRecord, gives_no_bytes_of_a_column_where_the_ticks_are_lost) {
  record();
  sql("UPDATE blocks SET data = zeroblob(length(data)) WHERE block = 1");
  for (const bool at_once : {false, true}) {
    RunReader reader(folder());
    if (at_once) {
      reader.check_rows();
      EXPECT_TRUE(reader.damage().empty());
    }
    const auto second = reader.another();
    const RunReader::Pass pass(*second);
    std::vector<std::uint8_t> bytes;
    for (std::size_t block = 0; block < 5; ++block) {
      EXPECT_EQ(second->read_bytes(block, 0, bytes), block != 1) << block;
      EXPECT_FALSE(bytes.empty());
    }
    ASSERT_EQ(second->damage().size(), 1u);
    EXPECT_TRUE(second->damage()[0].starts_with("block 1 of the ticks")) << second->damage()[0];
  }
}

TEST_F(DamagedRecord, with_bytes_overwritten_in_the_middle_still_gives_most_of_its_samples) {
  record();
  auto bytes = bytes_of(file());
  std::memset(bytes.data() + bytes.size() / 2, 0x5A, 5000);
  write_bytes(file(), bytes);
  RunReader reader(folder());
  EXPECT_GE(reader.read("pack.voltage").size(), 20000u - 2 * 4096u);
  EXPECT_FALSE(reader.damage().empty());
}

TEST_F(DamagedRecord, truncated_or_flipped_anywhere_never_crashes_and_never_gives_a_wrong_sample) {
  record(6000);
  const auto good = bytes_of(file());
  const ColumnData truth = RunReader(folder()).read("pack.voltage");
  Random random(13);
  int noticed = 0;
  for (int round = 0; round < 300; ++round) {
    auto bad = good;
    if (round % 3 == 0) {
      bad.resize(random.next() % bad.size());
    } else {
      for (int n = round % 3 * 10; n > 0; --n) {
        bad[random.next() % bad.size()] ^= static_cast<char>(1u << random.next() % 8);
      }
    }
    write_bytes(file(), bad);
    try {
      RunReader reader(folder());
      const ColumnData column = reader.read("pack.voltage");
      noticed += reader.damage().empty() ? 0 : 1;
      for (std::size_t i = 0; i < column.size(); ++i) {
        const auto tick = static_cast<std::size_t>(column.ticks[i]);
        ASSERT_LT(tick, truth.size());
        ASSERT_EQ(column.values[i], truth.values[tick]);
      }
      reader.frames();
    } catch (const RigError&) {
      ++noticed;
    }
  }
  EXPECT_GT(noticed, 100);
}

}  // namespace rig::test

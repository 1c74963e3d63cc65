#include "rig/record/replay_cursor.hpp"

#include "record_fixture.hpp"
#include "rig/core/random.hpp"

namespace rig::test {
namespace {
bool same(const Sample& a, const Sample& b) {
  return std::bit_cast<std::uint64_t>(a.value) == std::bit_cast<std::uint64_t>(b.value) && a.time == b.time &&
         a.quality == b.quality;
}
}  // namespace

class ReplayCursorOnARecord : public RecordTest {
 protected:
  // Rows as the table stood at each tick.
  std::vector<std::vector<Sample>> record(std::int64_t ticks) {
    SmallTable table;
    Random random(9);
    RunWriter writer(folder(), some_info());
    Recorder recorder(writer, table.signals, table.commands, {});
    std::vector<std::vector<Sample>> rows;
    for (std::int64_t i = 0; i < ticks; ++i) {
      const Tick tick = tick_at(2 * i, 2);
      if (i % 3 == 0) {
        table.signals.write(table.voltage, random.normal(), tick.start - Duration{77});
      }
      if (i % 1000 == 999) {
        table.signals.set_quality(table.voltage, Quality::stale);
      }
      table.signals.write(table.model, static_cast<double>(i / 10), tick.start);
      table.push(recorder, tick);
      rows.emplace_back(table.signals.row().begin(), table.signals.row().end());
    }
    recorder.close();
    writer.finish(some_info());
    return rows;
  }
};

TEST_F(ReplayCursorOnARecord, gives_back_every_row_as_it_stood) {
  const auto rows = record(9000);
  SmallTable table;
  RunReader reader(folder());
  ReplayCursor cursor(reader, table.signals);
  Tick tick;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    ASSERT_TRUE(cursor.next(tick, table.signals));
    ASSERT_EQ(tick.index, static_cast<std::int64_t>(2 * i));
    ASSERT_EQ(tick.start, tick_at(tick.index).start);
    ASSERT_EQ(tick.step, 2 * ten_ms);
    ASSERT_TRUE(same(table.signals[table.voltage], rows[i][table.voltage.index])) << i;
    ASSERT_TRUE(same(cursor.expected(table.model), rows[i][table.model.index])) << i;
    ASSERT_EQ(table.signals[table.model].quality, Quality::never) << "the model is computed again, not written";
  }
  EXPECT_FALSE(cursor.next(tick, table.signals));
  EXPECT_FALSE(cursor.incomplete());
  EXPECT_TRUE(cursor.missing().empty());
}

TEST_F(ReplayCursorOnARecord, names_recorded_inputs_that_the_table_lacks) {
  record(10);
  SignalTable other;
  other.declare({.name = "pack.voltage"});
  other.seal();
  RunReader reader(folder());
  EXPECT_EQ(ReplayCursor(reader, other).missing(), std::vector<std::string>{"dut.flag"});
}

TEST_F(ReplayCursorOnARecord, refuses_a_record_without_every_sample) {
  RunWriter(folder(), some_info(RecordLevel::changes), {.level = RecordLevel::changes})
      .finish(some_info(RecordLevel::changes));
  SmallTable table;
  RunReader reader(folder());
  EXPECT_NE(error_of([&] { ReplayCursor(reader, table.signals); }).find("--record full"), std::string::npos);
}

}  // namespace rig::test

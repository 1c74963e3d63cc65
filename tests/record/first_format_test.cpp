#include "first_format.hpp"

#include <algorithm>

#include "record_fixture.hpp"
#include "rig/core/random.hpp"
#include "rig/record/column_decoder.hpp"
#include "rig/record/crc32c.hpp"

namespace rig::test {

// A flag with stale samples at random, in 1904 rows of a block, as the last gtxrig of format version 1 stored it.
TEST(ColumnOfTheFirstFormat, as_the_program_of_then_wrote_it_gives_its_samples) {
  constexpr std::string_view hex =
      "01e20228b52ffd606200d5040012871620b0278d0178049b28025abbe1e6b25b0ce016e1a204165156768b441d7d6f9952bb"
      "7bf72b5f55180a8c935883c812090e7a5832a0cf922f42888c57fd8ee4619cc52359a2c68125014ab381545d3bb551a93655"
      "ce95dc7349301b005d771a08c598e33f103b85879a766dd443e101c0002001e8030423c5cdaa1150000b1b7219accab79279"
      "67b15d51810033cfbf34021e011846c010";
  std::vector<std::uint8_t> blob;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    blob.push_back(static_cast<std::uint8_t>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
  }
  std::vector<std::uint8_t> bytes;
  column_bytes(blob, bytes);
  const DecodedColumn column = decode_column(bytes, 1904);
  const auto sum_of = [](const auto& values) {
    return crc32c({reinterpret_cast<const std::uint8_t*>(values.data()), values.size() * sizeof values[0]});
  };
  EXPECT_EQ(column.rows.size(), 29u);
  EXPECT_EQ(sum_of(column.rows), 1208155061u);
  EXPECT_EQ(sum_of(column.value_bits), 3621428294u);
  EXPECT_EQ(sum_of(column.ages), 3819539501u);
  EXPECT_EQ(sum_of(column.qualities), 1419474819u);
  EXPECT_EQ(unpack(in_first_format(column, 1904)), unpack(blob)) << "what this test writes is what that program wrote";
}

// Noise of some digits in every second row, a flag with stale samples at random, a slow number of full precision,
// set-points, frames and a late tick.
class RecordOfTheFirstFormat : public RecordTest {
 protected:
  void SetUp() override {
    RecordTest::SetUp();
    SmallTable table;
    Random random(5);
    RunWriter writer(folder(), some_info());
    Recorder recorder(writer, table.signals, table.commands, {});
    for (std::int64_t i = 0; i < 6000; ++i) {
      const Tick tick = tick_at(i);
      if (i % 2 == 0) {
        table.signals.write(table.voltage, 0.004 * static_cast<double>(random.next() % 16), tick.start);
      }
      if (random.next() % 60 == 0) {
        table.signals.write(table.flag, static_cast<double>(random.next() % 2), tick.start - Duration{i * 100},
                            random.next() % 5 == 0 ? Quality::stale : Quality::good);
      }
      if (i % 7 == 0) {
        table.signals.write(table.model, 50.0 + 1e-7 * static_cast<double>(i), tick.start);
      }
      if (i % 2500 == 0) {
        table.wanted.set(table.set, static_cast<double>(i));
      }
      const RecordedFrame frame{.time = tick.start, .id = 0x351, .length = 8};
      table.push(recorder, tick, i % 100 == 0 ? std::span(&frame, 1) : std::span<const RecordedFrame>{});
    }
    recorder.note_clock({.tick = 2, .missed = 4});
    recorder.close();
    writer.finish(some_info());
    digest_ = record_digest(file());
    to_first_format(file());
  }
  std::string digest_;
};

TEST_F(RecordOfTheFirstFormat, has_the_digest_of_the_same_record_of_today) {
  EXPECT_EQ(record_digest(file()), digest_);
  RunReader reader(file());
  EXPECT_EQ(reader.read("pack.voltage").size(), 3000u);
  EXPECT_EQ(reader.frames().size(), 60u);
  EXPECT_EQ(reader.clock_events().size(), 1u);
  EXPECT_TRUE(reader.damage().empty());
}

TEST_F(RecordOfTheFirstFormat, cut_or_flipped_anywhere_never_gives_a_wrong_sample) {
  const auto good = bytes_of(file());
  const ColumnData truth = RunReader(file()).read("dut.flag");
  int noticed = 0;
  for (std::size_t at = 0; at < good.size(); at += 97) {
    auto bad = good;
    if (at % 2 == 0) {
      bad.resize(at);
    } else {
      bad[at] = static_cast<char>(bad[at] ^ 0x55);
    }
    write_bytes(file(), bad);
    try {
      RunReader reader(file());
      const ColumnData column = reader.read("dut.flag");
      noticed += reader.damage().empty() ? 0 : 1;
      for (std::size_t i = 0; i < column.size(); ++i) {
        const auto place = std::find(truth.ticks.begin(), truth.ticks.end(), column.ticks[i]) - truth.ticks.begin();
        ASSERT_LT(static_cast<std::size_t>(place), truth.size()) << at;
        ASSERT_EQ(column.values[i], truth.values[static_cast<std::size_t>(place)]) << at;
      }
    } catch (const RigError&) {
      ++noticed;
    }
  }
  EXPECT_GT(noticed, 100);
}

}  // namespace rig::test

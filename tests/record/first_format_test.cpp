#include <algorithm>

#include "record_fixture.hpp"
#include "tests/source_dir.hpp"

namespace rig::test {

// Written by the last gtxrig of format version 1: noise of some digits in every second row, a flag with stale samples
// at random, a slow number of full precision, set-points, frames and a late tick.
class RecordOfTheFirstFormat : public RecordTest {
 protected:
  static std::string old_record() { return source_dir() + "/tests/record/first_format.record"; }
};

TEST_F(RecordOfTheFirstFormat, has_the_digest_that_the_program_of_then_gave_it) {
  EXPECT_EQ(record_digest(old_record()), "c002e505878b483f");
}

TEST_F(RecordOfTheFirstFormat, gives_all_its_samples) {
  RunReader reader(old_record());
  const std::vector<std::pair<std::string, std::size_t>> sizes = {
      {"pack.voltage", 3000}, {"dut.flag", 102}, {"model.pack.voltage.lo", 857}, {"wanted.supply.voltage_set", 3}};
  for (const auto& [name, size] : sizes) {
    EXPECT_EQ(reader.read(name).size(), size) << name;
  }
  EXPECT_EQ(reader.frames().size(), 60u);
  EXPECT_EQ(reader.clock_events().size(), 1u);
  EXPECT_TRUE(reader.damage().empty());
}

TEST_F(RecordOfTheFirstFormat, cut_or_flipped_anywhere_never_gives_a_wrong_sample) {
  const auto good = bytes_of(old_record());
  const ColumnData truth = RunReader(old_record()).read("dut.flag");
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

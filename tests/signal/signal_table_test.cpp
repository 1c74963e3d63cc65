#include <gmock/gmock.h>

#include "rig/core/error.hpp"
#include "rig/signal/command_row.hpp"
#include "rig/signal/signal_table.hpp"

namespace rig {
namespace {

using std::chrono::milliseconds;

SignalSpec spec(const char* name, Duration max_age = {}) {
  return {.name = name, .dimension = dimension::voltage, .source = "test", .max_age = max_age};
}

TEST(SignalTable, a_name_has_one_writer) {
  SignalTable table;
  table.declare(spec("supply.voltage"));
  EXPECT_THAT([&] { table.declare(spec("supply.voltage")); },
              testing::ThrowsMessage<RigError>(testing::HasSubstr("two writers")));
}

TEST(SignalTable, a_name_is_instance_and_part_in_lower_case) {
  SignalTable table;
  for (const char* name : {"voltage", "Supply.voltage", "supply.", ".voltage", "supply..voltage", "supply.a b", ""}) {
    EXPECT_THROW(table.declare(spec(name)), RigError) << name;
  }
  EXPECT_NO_THROW(table.declare(spec("pack2.cell03.voltage")));
}

TEST(SignalTable, nothing_is_declared_after_sealing) {
  SignalTable table;
  table.seal();
  EXPECT_THROW(table.declare(spec("supply.voltage")), RigError);
}

TEST(SignalTable, an_unknown_name_is_answered_with_the_nearest) {
  SignalTable table;
  table.declare(spec("pack.voltage"));
  table.seal();
  EXPECT_THAT([&] { static_cast<void>(table.require("pack.volage")); },
              testing::ThrowsMessage<RigError>(testing::HasSubstr("pack.voltage")));
}

TEST(SignalTable, a_signal_that_was_never_written_is_not_good) {
  SignalTable table;
  const SignalId id = table.declare(spec("pack.voltage"));
  table.seal();
  EXPECT_EQ(table[id].quality, Quality::never);
  EXPECT_FALSE(table[id].good());
}

TEST(SignalTable, a_value_grows_stale_just_after_its_greatest_age_and_a_new_one_is_good_again) {
  SignalTable table;
  const SignalId id = table.declare(spec("dut.voltage", milliseconds(500)));
  const SignalId forever = table.declare(spec("supply.output"));
  table.seal();
  table.write(id, 52.0, TimePoint{});
  table.write(forever, 1.0, TimePoint{});
  table.age(TimePoint{milliseconds(500)});
  EXPECT_EQ(table[id].quality, Quality::good);
  table.age(TimePoint{milliseconds(501)});
  EXPECT_EQ(table[id].quality, Quality::stale);
  EXPECT_EQ(table[id].value, 52.0) << "the last value stays to be read";
  EXPECT_EQ(table[forever].quality, Quality::good);
  table.write(id, 52.1, TimePoint{milliseconds(600)});
  EXPECT_TRUE(table[id].good());
}

TEST(SignalTable, each_signal_grows_stale_in_its_own_time_whatever_was_written_in_between) {
  SignalTable table;
  const SignalId slow = table.declare(spec("skin.temperature", milliseconds(5000)));
  const SignalId quick = table.declare(spec("supply.voltage", milliseconds(500)));
  const SignalId late = table.declare(spec("dut.voltage", milliseconds(500)));
  table.seal();
  table.write(slow, 25.0, TimePoint{});
  table.write(quick, 52.0, TimePoint{});
  table.age(TimePoint{milliseconds(100)});
  table.write(late, 52.0, TimePoint{milliseconds(-300)});  // a frame that was on its way for long
  table.age(TimePoint{milliseconds(201)});
  EXPECT_EQ(table[late].quality, Quality::stale);
  EXPECT_EQ(table[quick].quality, Quality::good);
  for (int t = 250; t < 6000; t += 250) {
    table.write(quick, 52.0, TimePoint{milliseconds(t)});
    table.age(TimePoint{milliseconds(t)});
    EXPECT_EQ(table[quick].quality, Quality::good) << t;
    EXPECT_EQ(table[slow].quality, t > 5000 ? Quality::stale : Quality::good) << t;
  }
  table.set_quality(late, Quality::good);
  table.age(TimePoint{milliseconds(6000)});
  EXPECT_EQ(table[late].quality, Quality::stale) << "its sample is as old as before";
}

TEST(SignalTable, changes_are_noted_until_they_are_cleared) {
  SignalTable table;
  std::vector<SignalId> ids;
  for (int i = 0; i < 70; ++i) {
    ids.push_back(table.declare(spec(("a.s" + std::to_string(i)).c_str())));
  }
  table.seal();
  table.write(ids[69], 1.0, TimePoint{});
  EXPECT_EQ(table.changed()[1], std::uint64_t{1} << 5);
  table.clear_changed();
  EXPECT_EQ(table.changed()[1], 0u);
  table.set_quality(ids[69], Quality::good);
  EXPECT_EQ(table.changed()[1], 0u) << "the same quality is no change";
  table.set_quality(ids[69], Quality::invalid);
  EXPECT_NE(table.changed()[1], 0u);
}

TEST(CommandRow, begins_with_safe_values_and_counts_only_changes) {
  CommandTable table;
  const CommandId voltage = table.declare({.name = "supply.voltage_set", .range = {0, 80}});
  const CommandId power = table.declare({.name = "supply.power_set", .range = {0, 5000}, .safe = 5000});
  table.seal();
  CommandRow row(table);
  EXPECT_EQ(row[voltage], 0.0);
  EXPECT_EQ(row[power], 5000.0);
  const auto version = row.version();
  row.set(voltage, 0.0);
  EXPECT_EQ(row.version(), version);
  row.set(voltage, 57.0);
  EXPECT_EQ(row.version(), version + 1);
  CommandRow other(table);
  other.copy_from(row);
  EXPECT_EQ(other[voltage], 57.0);
}

TEST(Uncertainty, counts_the_relative_part_on_the_size_of_the_value) {
  EXPECT_DOUBLE_EQ((Uncertainty{0.01, 0.001}).at(-50.0), 0.06);
}

}  // namespace
}  // namespace rig

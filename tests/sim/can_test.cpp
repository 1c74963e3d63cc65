// A bus with manners: late, lossy and shared.
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "sim_bench.hpp"

namespace rig::sim {
namespace {

struct Heard {
  std::vector<CanFrame> frames;
  std::uint64_t lost = 0;
};
Heard listen(const std::string& can, double seconds, std::uint64_t seed = 1) {
  SimBench bench(seed, "{}", {{"can", can}});
  bench.preset({});
  const auto& bus = dynamic_cast<const CanBus&>(bench.instrument("can"));
  Heard heard;
  for (int i = 0; i < static_cast<int>(seconds * 100); ++i) {
    bench.step();
    for (const CanFrame& frame : bus.received().frames()) {
      EXPECT_LE(frame.time, bench.world().now()) << "nobody hears the future";
      heard.frames.push_back(frame);
    }
  }
  heard.lost = bench.world().bus.lost;
  return heard;
}

void expect_ordered(const Heard& heard) {
  for (std::size_t i = 1; i < heard.frames.size(); ++i) {
    ASSERT_GE(heard.frames[i].time, heard.frames[i - 1].time) << i;
  }
}

TEST(SimCan, hears_frames_late_within_the_jitter_and_in_order) {
  const Heard exact = listen("{ jitter: 0 s }", 30);
  const Heard late = listen("{ jitter: 3 ms }", 30);
  ASSERT_GT(exact.frames.size(), 200u);
  expect_ordered(late);
  ASSERT_GE(late.frames.size() + 1, exact.frames.size());
  Duration most{};
  for (std::size_t i = 0; i < late.frames.size(); ++i) {
    ASSERT_EQ(late.frames[i].id, exact.frames[i].id) << "none overtakes";
    const Duration by = late.frames[i].time - exact.frames[i].time;
    EXPECT_GE(by, Duration{});
    EXPECT_LE(by, std::chrono::milliseconds(3));
    most = std::max(most, by);
  }
  EXPECT_GT(most, std::chrono::milliseconds(2)) << "the jitter is really there";
}

TEST(SimCan, loses_the_part_that_it_is_told_to_and_the_world_counts_it) {
  const Heard all = listen("{}", 120);
  const Heard some = listen("{ loss: 20 % }", 120);
  EXPECT_EQ(all.lost, 0u);
  EXPECT_EQ(some.frames.size() + some.lost, all.frames.size());
  const double part = static_cast<double>(some.lost) / static_cast<double>(all.frames.size());
  EXPECT_NEAR(part, 0.2, 4 * std::sqrt(0.2 * 0.8 / static_cast<double>(all.frames.size())));
  expect_ordered(some);
}

TEST(SimCan, hears_another_node_in_between_and_the_pack_as_before) {
  const Heard alone = listen("{ jitter: 0 s }", 10);
  const Heard shared = listen("{ jitter: 0 s, foreign_period: 7 ms, foreign_id: 0x123 }", 10);
  expect_ordered(shared);
  std::vector<CanFrame> packs;
  std::size_t foreign = 0;
  for (const CanFrame& frame : shared.frames) {
    if (frame.id == 0x123) {
      ++foreign;
    } else {
      packs.push_back(frame);
    }
  }
  EXPECT_NEAR(static_cast<double>(foreign), 10.0 / 0.007, 2.0);
  ASSERT_EQ(packs.size(), alone.frames.size());
  for (std::size_t i = 0; i < packs.size(); ++i) {
    EXPECT_EQ(packs[i].time, alone.frames[i].time);
    EXPECT_EQ(packs[i].data, alone.frames[i].data);
  }
}

TEST(SimCan, a_seed_gives_the_same_bus_and_another_one_a_different_bus) {
  const auto times = [](std::uint64_t seed) {
    std::vector<std::int64_t> result;
    for (const CanFrame& frame : listen("{ jitter: 2 ms, loss: 10 % }", 20, seed).frames) {
      result.push_back(frame.time.time_since_epoch().count());
    }
    return result;
  };
  EXPECT_EQ(times(5), times(5));
  EXPECT_NE(times(5), times(6));
}

TEST(SimCan, the_pack_hears_the_keep_alives_of_the_rig_while_the_cable_is_in) {
  for (const bool connected : {true, false}) {
    SimBench bench(1, "{}", {{"can", connected ? "{}" : "{ connected: false }"}});
    bench.preset({});
    auto& bus = dynamic_cast<CanBus&>(bench.instrument("can"));
    bus.open_gate({{0x305, false}, {0x123, false}});
    for (const std::uint32_t id : {0x305u, 0x123u, 0x305u}) {
      bus.send({.id = id, .length = 8});
      bench.step();
    }
    EXPECT_EQ(bench.world().bus.keep_alives, connected ? 2u : 0u);
    EXPECT_EQ(bench.world().bus.heard.frames().size(), connected ? 1u : 0u);
  }
}

TEST(SimCan, alone_on_its_bus_it_goes_to_error_passive_with_the_first_frame_that_it_sends) {
  const auto state_of = [](bool connected, bool sends) {
    SimBench bench(1, "{}", {{"can", connected ? "{ connected: true }" : "{ connected: false }"}});
    bench.preset({});
    auto& bus = dynamic_cast<CanBus&>(bench.instrument("can"));
    bus.open_gate({{0x305, false}});
    for (int i = 0; i < 3; ++i) {
      if (sends) {
        bus.send({.id = 0x305, .length = 8});
      }
      bench.step();
    }
    return std::pair{bench["can.state"].value, bench["can.transmit_errors"].value};
  };
  EXPECT_EQ(state_of(true, true), (std::pair{0.0, 0.0}));
  EXPECT_EQ(state_of(false, false), (std::pair{0.0, 0.0})) << "who sends nothing misses no acknowledge";
  EXPECT_EQ(state_of(false, true), (std::pair{2.0, 128.0}));
}

// When the pack's frames of ten seconds arrive while the rig sends so many frames of `id` in each tick of 10 ms.
std::vector<double> flooded(std::uint32_t id, int per_tick) {
  SimBench bench(1, "{}", {{"can", "{ jitter: 0 s }"}});
  bench.preset({});
  auto& bus = dynamic_cast<CanBus&>(bench.instrument("can"));
  bus.open_gate({{id, false}});
  std::vector<double> times;
  for (int i = 0; i < 1000; ++i) {
    for (int n = 0; n < per_tick; ++n) {
      bus.send({.id = id, .length = 8});
    }
    bench.step();
    for (const CanFrame& frame : bus.received().frames()) {
      times.push_back(to_seconds(frame.time.time_since_epoch()));
    }
  }
  return times;
}

TEST(SimCan, a_busy_bus_delays_the_pack_and_one_that_wins_every_arbitration_starves_it) {
  const std::vector<double> quiet = flooded(0x001, 0);
  const std::vector<double> busy = flooded(0x001, 30);  // 30 * 0.24 ms of each 10 ms
  ASSERT_GT(quiet.size(), 60u);
  ASSERT_EQ(busy.size(), quiet.size());
  double most = 0;
  for (std::size_t i = 0; i < quiet.size(); ++i) {
    EXPECT_GE(busy[i], quiet[i]);
    most = std::max(most, busy[i] - quiet[i]);
  }
  EXPECT_GT(most, 0.001);
  EXPECT_LT(most, 0.01);
  EXPECT_EQ(flooded(0x001, 60).size(), 0u) << "more than the bus carries, before all of the pack's";
  EXPECT_EQ(flooded(0x7FF, 60), quiet) << "as much, behind them";
}

}  // namespace
}  // namespace rig::sim

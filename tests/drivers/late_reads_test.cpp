#include "drivers/can/late_reads.hpp"

#include <gtest/gtest.h>

namespace rig::can {
namespace {

using namespace std::chrono_literals;

TEST(LateReads, what_is_read_in_time_did_not_wait) {
  LateReads reads(50ms);
  reads.begin(WallTime{1s});
  EXPECT_FALSE(reads.read(WallTime{1005ms}, true));
  EXPECT_FALSE(reads.read(WallTime{1055ms}, false));
}

TEST(LateReads, behind_a_pause_all_may_have_waited_until_a_read_finds_nothing) {
  LateReads reads(50ms);
  reads.begin(WallTime{1s});
  EXPECT_EQ(reads.read(WallTime{3s}, true), WallTime{1s});
  EXPECT_EQ(reads.read(WallTime{3001ms}, true), WallTime{1s}) << "more than one read has room for";
  EXPECT_TRUE(reads.behind());
  EXPECT_EQ(reads.read(WallTime{3006ms}, false), WallTime{1s});
  EXPECT_FALSE(reads.behind());
  EXPECT_FALSE(reads.read(WallTime{3011ms}, true));
}

TEST(LateReads, a_link_that_is_begun_anew_has_nothing_waiting) {
  LateReads reads(50ms);
  reads.begin(WallTime{1s});
  reads.read(WallTime{3s}, true);
  reads.begin(WallTime{4s});
  EXPECT_FALSE(reads.read(WallTime{4001ms}, true));
}

}  // namespace
}  // namespace rig::can

#include "rig/core/date.hpp"

#include <gtest/gtest.h>

namespace rig {
namespace {

TEST(Date, a_day_of_the_calendar_has_four_two_and_two_digits) {
  for (const char* day : {"2027-03-31", "2028-02-29", "2000-02-29", "1999-12-31"}) {
    EXPECT_TRUE(is_date(day)) << day;
  }
  for (const char* other :
       {"", "soon", "28.11.2026", "2026-13-45", "2026-2-3", "2027-02-29", "1900-02-29", "2026-00-10", "2026-04-31",
        "2026-04-00", "2026/04/03", "20260403", "2026-04-3x", " 2026-04-03"}) {
    EXPECT_FALSE(is_date(other)) << other;
  }
}

TEST(Date, today_is_one) { EXPECT_TRUE(is_date(today())); }

}  // namespace
}  // namespace rig

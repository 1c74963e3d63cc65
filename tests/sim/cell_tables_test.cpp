// The shipped tables, and what is said about wrong ones.
#include "drivers/sim/cell_tables.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rig/core/error.hpp"

namespace rig::sim {
namespace {

using testing::AllOf;
using testing::HasSubstr;

TEST(CellTables, the_shipped_tables_are_whole) {
  const CellTables& tables = cell_tables();
  ASSERT_EQ(tables.ocv.size(), 52u);
  EXPECT_DOUBLE_EQ(tables.ocv.front().ocv, 2.2862);
  EXPECT_DOUBLE_EQ(tables.ocv.back().ocv, 3.5305);
  EXPECT_DOUBLE_EQ(tables.ocv.back().hysteresis, 0.0150);
  EXPECT_NEAR(tables.ocv.front().entropy, -0.490e-3, 1e-12);
  EXPECT_EQ(tables.temperature, (std::vector<double>{-20, -10, 0, 10, 25, 40, 50, 60}));
  EXPECT_EQ(tables.soc.size(), 11u);
  EXPECT_EQ(tables.tau1, 20);
  EXPECT_EQ(tables.tau2, 400);
  EXPECT_NEAR(tables.at(false, 4, 5).r0, 0.400e-3, 1e-12);  // 25 degC, 50 %, discharge
  EXPECT_NEAR(tables.at(false, 4, 5).r1, 0.350e-3, 1e-12);
  EXPECT_NEAR(tables.at(false, 4, 5).r2, 0.450e-3, 1e-12);
  EXPECT_NEAR(tables.at(true, 0, 10).r0, 1.846e-3, 1e-12);
}

constexpr const char* ocv_head = "# cited\nsoc_pct,ocv_mean_V,hyst_half_V,dudt_mV_per_K\n";
constexpr const char* ecm_head = "dir,T_degC,soc,R0_mOhm,R1_mOhm,tau1_s,R2_mOhm,tau2_s\n";

std::string ocv_error(const std::string& lines, const std::string& head = ocv_head) {
  CellTables tables;
  try {
    parse_ocv("t.csv", head + lines, tables);
  } catch (const RigError& error) {
    return error.what();
  }
  return "no error";
}
std::string ecm_error(const std::string& lines) {
  CellTables tables;
  try {
    parse_resistances("t.csv", ecm_head + lines, tables);
  } catch (const RigError& error) {
    return error.what();
  }
  return "no error";
}

TEST(CellTables, a_short_table_is_read) {
  EXPECT_EQ(ocv_error("0,2.5,0.01,-0.4\n100,3.5,0.01,0.1\n"), "no error");
  EXPECT_EQ(ecm_error("dis,0,0,1,1,20,1,400\ndis,0,1,1,1,20,1,400\nchg,0,0,1,1,20,1,400\nchg,0,1,1,1,20,1,400\n"),
            "no error");
}

TEST(CellTables, a_wrong_open_circuit_table_is_told_with_its_place) {
  EXPECT_THAT(ocv_error("0,2.5,0.01\n"), AllOf(HasSubstr("t.csv:3:7"), HasSubstr("3 fields"), HasSubstr("names 4")));
  EXPECT_THAT(ocv_error("0,2.5,0.01,-0.4\n100,3x5,0.01,0.1\n"), AllOf(HasSubstr("t.csv:4:5"), HasSubstr("'3x5'")));
  EXPECT_THAT(ocv_error("0,2.5,0.01,-0.4\n100,nan,0.01,0.1\n"), HasSubstr("t.csv:4:5"));
  EXPECT_THAT(ocv_error("50,2.5,0.01,-0.4\n50,3.5,0.01,0.1\n"), AllOf(HasSubstr("t.csv:4:1"), HasSubstr("rise")));
  EXPECT_THAT(ocv_error("0,3.5,0.01,-0.4\n100,3.4,0.01,0.1\n"), AllOf(HasSubstr("t.csv:4:5"), HasSubstr("rise")));
  EXPECT_THAT(ocv_error("0,2.5,0,-0.4\n100,3.4,0.01,0.1\n"), AllOf(HasSubstr("t.csv:3:7"), HasSubstr("above 0")));
  EXPECT_THAT(ocv_error("0,2.5,0.01,-0.4\n99,3.4,0.01,0.1\n"), AllOf(HasSubstr("t.csv:4:1"), HasSubstr("100 %")));
  EXPECT_THAT(ocv_error(""), HasSubstr("at least one line of numbers"));
  EXPECT_THAT(ocv_error("0,2.5\n", "soc_pct,ocv\n"),
              AllOf(HasSubstr("t.csv:1:1"), HasSubstr("'ocv_mean_V'"), HasSubstr("soc_pct, ocv")));
}

TEST(CellTables, a_wrong_resistance_table_is_told_with_its_place) {
  EXPECT_THAT(ecm_error("up,0,0,1,1,20,1,400\n"),
              AllOf(HasSubstr("t.csv:2:1"), HasSubstr("'up'"), HasSubstr("dis or chg")));
  EXPECT_THAT(ecm_error("dis,0,0,-1,1,20,1,400\n"), AllOf(HasSubstr("t.csv:2:9"), HasSubstr("above 0")));
  EXPECT_THAT(ecm_error("dis,0,0,1,1,20,1,400\ndis,0,1,1,1,30,1,400\n"),
              AllOf(HasSubstr("t.csv:3:13"), HasSubstr("time constant")));
  EXPECT_THAT(ecm_error("dis,0,0,1,1,20,1,400\ndis,0,1,1,1,20,1,400\n"), HasSubstr("not complete"));
  EXPECT_THAT(ecm_error("dis,0,0,1,1,20,1,400\ndis,0,0,1,1,20,1,400\n"),
              AllOf(HasSubstr("t.csv:3:7"), HasSubstr("grid")));
  EXPECT_THAT(ecm_error("dis,0,1,1,1,20,1,400\ndis,0,0,1,1,20,1,400\n"),
              AllOf(HasSubstr("t.csv:3:7"), HasSubstr("sort")));
}

}  // namespace
}  // namespace rig::sim

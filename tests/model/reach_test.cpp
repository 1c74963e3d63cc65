// Where a leading cell is bounded by the mean, and where it is not.
#include <gtest/gtest.h>

#include "tests/model/resting_inputs.hpp"
#include "tests/profiled_requirements.hpp"

namespace rig {
namespace {

double highest(const char* row, double battery) {
  const Requirements requirements = profiled_requirements();
  RuleInputs in = quiet(0.0);
  in.battery = Interval::around(battery, 0.1);
  return RuleInputBounds(*requirements.find(row), requirements.cells).value(in).hi;
}

TEST(Reach, a_cold_pack_under_load_sags_to_the_plateau_while_one_cell_stands_high) {
  EXPECT_EQ(highest("GTX-OV-03", 52.8), infinity)
      << "3.30 V on average at -9 degC and 30 A, one cell still above 3.4 V";
}

TEST(Reach, a_half_full_pack_has_no_cell_that_stands_apart) { EXPECT_LT(highest("GTX-OV-03", 49.5), 3.2); }

}  // namespace
}  // namespace rig

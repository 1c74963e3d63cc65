// The cells' parameters as a bench file writes them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sim/sim_bench.hpp"

namespace rig::sim {
namespace {

using testing::HasSubstr;

std::string error_of(const std::string& pack) {
  try {
    SimBench bench(1, pack);
  } catch (const std::exception& error) {
    return error.what();
  }
  return "no error";
}

TEST(PackParameters, faults_of_the_cells_can_be_written_in_a_bench_file) {
  SimBench sound(1);
  SimBench faulty(1, "{cells: {loose_joint: {cell: 5, resistance: 0.4 mOhm}, bad_cell: 9, bad_cell_factor: 8}}");
  const DrawnCells& a = sound.world().cells().drawn();
  const DrawnCells& b = faulty.world().cells().drawn();
  EXPECT_NEAR(b.joint[4] - a.joint[4], 0.4e-3, 1e-12);
  EXPECT_NEAR(b.self_discharge[8], 8 * a.self_discharge[8], 1e-15);
  EXPECT_EQ(a.joint[5], b.joint[5]);
}

TEST(PackParameters, heat_is_written_in_its_units) {
  SimBench bench(1, "{thermal: {heat_capacity: 60 kJ/K, cell_heat_capacity: 2000 J/K, to_ambient: 5 W/K}}");
  EXPECT_GT(bench.world().cells().source_voltage(), 40);
}

TEST(PackParameters, impossible_numbers_are_refused_with_what_to_do) {
  EXPECT_THAT(error_of("{thermal: {heat_capacity: 30 kJ/K}}"), HasSubstr("raise heat_capacity"));
  EXPECT_THAT(error_of("{thermal: {cell_to_case: 0.3 W/K}}"), HasSubstr("raise cell_to_case"));
  EXPECT_THAT(error_of("{cells: {least_joint: 1 mOhm}}"), HasSubstr("most_joint is smaller"));
  EXPECT_THAT(error_of("{cells: {bad_cell: 17}}"), HasSubstr("17"));
  EXPECT_THAT(error_of("{cells: {perturbation: 3}}"), HasSubstr("3"));
  EXPECT_EQ(error_of("{cells: {perturbation: 2}}"), "no error");
}

TEST(PackParameters, cables_that_no_installer_could_plug_are_refused) {
  EXPECT_EQ(error_of("{packs: 2, link: [{from: 1.out, to: 2.in}]}"), "no error");
  EXPECT_EQ(error_of("{packs: 2, link: []}"), "no error") << "two packs that do not know each other";
  EXPECT_THAT(error_of("{packs: 2, link: [{from: 1.out, to: 3.in}]}"), HasSubstr("there is no pack 3 for 3.in"));
  EXPECT_THAT(error_of("{packs: 3, link: [{from: 1.out, to: 2.in}, {from: 3.out, to: 2.in}]}"),
              HasSubstr("two cables end in 2.in"));
  EXPECT_THAT(error_of("{packs: 2, link: [{from: 1.up, to: 2.in}]}"), HasSubstr("'1.up' is no Link port"));
  EXPECT_THAT(error_of("{packs: 2, link: [{from: out, to: 2.in}]}"), HasSubstr("'out' is no Link port"));
  EXPECT_THAT(error_of("{packs: 2, parallel: [{}, {}]}"), HasSubstr("more packs differ from the first"));
  EXPECT_THAT(error_of("{packs: 9}"), HasSubstr("9"));
}

}  // namespace
}  // namespace rig::sim

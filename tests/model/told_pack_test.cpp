// What the master of packs in parallel tells of its own battery, when the others may carry the current without it.
#include "tests/model/model_bench.hpp"

namespace rig {
namespace {

class ToldPack : public ModelBench {
 protected:
  ToldPack() : ModelBench(std::chrono::milliseconds(100)) {}
  void run(int packs, double amps, double seconds) {
    requirements_.packs = packs;
    begin({"pack.voltage", "pack.current", "pack.charge_demand", "pack.discharge_demand", "pack.skin_temperature",
           "dut.voltage", "dut.charge_allowed", "dut.discharge_allowed"});
    write("pack.charge_demand", 0.0, 0.0);
    write("pack.discharge_demand", 1.0, 0.0);
    for (int i = 0; i * 0.1 < seconds; ++i) {
      write("pack.voltage", 51.0, i * 0.1);
      write("pack.current", -amps, i * 0.1);
      write("pack.skin_temperature", 25.0, i * 0.1);
      if (i % 10 == 5) {
        write("dut.voltage", 51.3, i * 0.1);
        write("dut.charge_allowed", 1.0, i * 0.1);
        write("dut.discharge_allowed", 1.0, i * 0.1);
      }
      tick(i * 0.1);
    }
  }
};

TEST_F(ToldPack, stands_at_the_terminals_while_it_surely_conducts) {
  run(2, 40.0, 12.0);
  EXPECT_LT(of("model.dut.voltage.hi"), 52.0);
  EXPECT_GT(of("model.dut.voltage.lo"), 50.0);
}

TEST_F(ToldPack, may_have_recovered_where_it_may_have_stopped_and_the_others_go_on) {
  run(2, 230.0, 12.0);
  EXPECT_EQ(of("model.dut.voltage.hi"), infinity);
  EXPECT_GT(of("model.dut.voltage.lo"), 50.0) << "nothing charges";
}

TEST_F(ToldPack, has_not_recovered_while_it_alone_gives_the_current) {
  run(1, 230.0, 12.0);
  EXPECT_LT(of("model.dut.voltage.hi"), 53.0);
}

}  // namespace
}  // namespace rig

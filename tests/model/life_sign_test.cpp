// What tells that a pack is on, on benches that have this or that of it.
#include "rig/model/life_sign.hpp"

#include <gtest/gtest.h>

namespace rig {
namespace {

class Bench {
 public:
  explicit Bench(const std::vector<std::string>& names) {
    for (const std::string& name : names) {
      table_.declare({.name = name});
    }
    table_.seal();
    sign_.bind(table_);
  }
  Truth after(const std::string& name, double value, Quality quality = Quality::good) {
    table_.write(table_.require(name), value, TimePoint{}, quality);
    MeasuredTruth seen;
    sign_.read(table_, seen);
    return seen.value;
  }
  [[nodiscard]] bool known() const { return sign_.known(); }
  static double shown(PanelPattern pattern) { return static_cast<double>(pattern); }

 private:
  SignalTable table_;
  LifeSign sign_;
};

TEST(LifeSign, frames_come_first) {
  Bench bench({"dut.online", "lights.panel", "dut.board.voltage"});
  EXPECT_EQ(bench.after("lights.panel", Bench::shown(PanelPattern::standby)), Truth::unknown);
  EXPECT_EQ(bench.after("dut.online", 1.0), Truth::yes);
  EXPECT_EQ(bench.after("dut.online", 0.0), Truth::no);
}

TEST(LifeSign, lights_tell_that_it_works_and_not_only_that_it_is_lit) {
  Bench bench({"lights.panel", "dut.board.voltage"});
  using enum PanelPattern;
  for (const PanelPattern pattern : {standby, charging, full, discharging, red}) {
    EXPECT_EQ(bench.after("lights.panel", Bench::shown(pattern)), Truth::yes) << static_cast<int>(pattern);
  }
  for (const PanelPattern pattern : {dark, coding, sweep_up, sweep_down}) {
    EXPECT_EQ(bench.after("lights.panel", Bench::shown(pattern)), Truth::no) << static_cast<int>(pattern);
  }
  EXPECT_EQ(bench.after("lights.panel", Bench::shown(PanelPattern::unknown)), Truth::unknown);
  EXPECT_EQ(bench.after("lights.panel", Bench::shown(standby), Quality::stale), Truth::unknown);
}

TEST(LifeSign, a_service_port_that_grows_silent_is_a_pack_that_is_off) {
  Bench bench({"dut.board.voltage"});
  EXPECT_EQ(bench.after("dut.board.voltage", 52.0), Truth::yes);
  EXPECT_EQ(bench.after("dut.board.voltage", 52.0, Quality::stale), Truth::no);
  EXPECT_EQ(bench.after("dut.board.voltage", 52.0, Quality::invalid), Truth::unknown) << "somebody else answered";
}

TEST(LifeSign, a_pack_that_nobody_hears_is_not_silent) {
  Bench bench({"dut.online", "dut.link"});
  bench.after("dut.link", 1.0);
  EXPECT_EQ(bench.after("dut.online", 0.0), Truth::no);
  EXPECT_EQ(bench.after("dut.link", 1.0, Quality::invalid), Truth::unknown);
}

TEST(LifeSign, without_any_nothing_is_known) { EXPECT_FALSE(Bench({"pack.current"}).known()); }

}  // namespace
}  // namespace rig

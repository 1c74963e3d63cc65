// One EA-PSB on one link as supply and as load, over a real socket and around a virtual pack.
#include <gmock/gmock.h>

#include <cmath>

#include "drivers/scpi/session.hpp"
#include "drivers/sim/wire_farm.hpp"
#include "tests/drivers/boxes.hpp"
#include "tests/drivers/peer.hpp"
#include "tests/drivers/wire_script.hpp"

namespace rig::testing {
namespace {

using ::testing::HasSubstr;

Node node_of(const std::string& yaml) {
  Diagnostics diagnostics;
  Node node = parse_yaml(std::make_shared<const SourceText>(SourceText{"test", yaml}), diagnostics);
  diagnostics.throw_if_errors();
  return node;
}

class TwoRoles : public ::testing::Test {
 public:
  TwoRoles()
      : farm_({{"dut", "sim.pack", node_of("{}")}, {"supply", "sim.supply", node_of("{bidirectional: true}")}},
              {{"supply", "ea.psb", "tcp://127.0.0.1:0", node_of("{model: PSB 9080-360 3U}")}}, {}) {
    farm_.start();
    for (const auto& served : farm_.served()) {
      if (served.driver == "ea.psb") {
        link_ = make_transport(served.endpoint);
      }
    }
    link_->open(soon());
    supply_ = make_box_as<SupplyBox>("ea.psb", "model: PSB 9080-360 3U", *link_);
    load_ = make_box_as<LoadBox>("ea.psb_load", "model: PSB 9080-360 3U", *link_);
    supply_->connect();
    load_->connect();
    supply_->arm({.over_voltage = 60.0, .over_current = 100.0});
    load_->arm({.over_voltage = 60.0, .over_current = 100.0});
  }
  ~TwoRoles() override { farm_.stop(); }
  TwoRoles(const TwoRoles&) = delete;
  TwoRoles& operator=(const TwoRoles&) = delete;

 protected:
  // Until the load's current is near `amps`; what it was last otherwise.
  double load_current_near(double amps) {
    const WallTime deadline = soon();
    double found = load_->read().current.value();
    while (std::abs(found - amps) > 1.0 && WallTime::clock::now() < deadline) {
      found = load_->read().current.value();
    }
    return found;
  }
  std::string ask(const std::string& query) {
    const scpi::Dialect dialect{};
    return scpi::Scpi(*link_, dialect, std::chrono::seconds(2)).ask(query);
  }
  static PowerSupply::Setpoint below_the_pack(bool output) {
    return {.voltage = Volts{45.0}, .current = Amps{20.0}, .power = Watts{2000.0}, .output = output};
  }

  sim::WireFarm farm_;
  std::unique_ptr<Transport> link_;
  std::unique_ptr<SupplyBox> supply_;
  std::unique_ptr<LoadBox> load_;
};

TEST_F(TwoRoles, a_supply_that_is_set_below_the_pack_does_not_discharge_it) {
  supply_->write(below_the_pack(true));
  for (int i = 0; i < 20; ++i) {
    const SupplyReading reading = supply_->read();
    EXPECT_TRUE(reading.output);
    EXPECT_NEAR(reading.current.value(), 0.0, 0.5);
  }
}

TEST_F(TwoRoles, the_load_role_sinks_and_lets_go_again) {
  load_->write({.mode = LoadMode::constant_current, .current = Amps{20.0}, .input = true});
  EXPECT_NEAR(load_current_near(20.0), 20.0, 1.0);
  EXPECT_THAT(trouble_of([&] { supply_->write(below_the_pack(true)); }).second, HasSubstr("its load role holds it"));
  load_->write({.mode = LoadMode::constant_current, .current = Amps{20.0}, .input = false});
  supply_->write(below_the_pack(true));
  EXPECT_NEAR(supply_->read().current.value(), 0.0, 0.5) << "its sink is closed again";
  EXPECT_FALSE(load_->read().input);
}

TEST_F(TwoRoles, making_one_role_safe_switches_both_off) {
  load_->write({.mode = LoadMode::constant_power, .power = Watts{1000.0}, .input = true});
  EXPECT_TRUE(load_->read().input);
  supply_->make_safe();
  load_->make_safe();
  EXPECT_FALSE(load_->read().input);
  EXPECT_FALSE(supply_->read().output);
  supply_->write(below_the_pack(true));
  EXPECT_TRUE(supply_->read().output) << "nobody holds it any more";
}

TEST_F(TwoRoles, whichever_role_is_made_safe_first_closes_the_sink) {
  load_->write({.mode = LoadMode::constant_current, .current = Amps{20.0}, .input = true});
  EXPECT_EQ(ask("SINK:CURR?"), "20.0 A");
  supply_->make_safe();
  EXPECT_EQ(ask("SINK:CURR?"), "0.0 A");
  EXPECT_EQ(ask("SINK:POW?"), "0 W");
  load_->make_safe();
  EXPECT_EQ(ask("SINK:CURR?"), "0.0 A");
}

TEST_F(TwoRoles, a_box_that_was_armed_is_left_with_its_sink_closed) {
  load_->write({.mode = LoadMode::constant_current, .current = Amps{20.0}, .input = true});
  supply_->release();
  EXPECT_EQ(ask("SINK:CURR?"), "0.0 A");
}

TEST_F(TwoRoles, a_box_that_its_panel_took_is_safe_as_it_is) {
  farm_.control().answer("fault supply local");
  EXPECT_NO_THROW(supply_->make_safe());
  EXPECT_EQ(ask("OUTP?"), "OFF");
}

}  // namespace
}  // namespace rig::testing

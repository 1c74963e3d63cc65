// What every driver of a real box promises, held against the simulated boxes over real sockets and pseudo-terminals.
#include <gmock/gmock.h>

#include <algorithm>
#include <optional>
#include <set>
#include <thread>

#include "drivers/sim/wire_farm.hpp"
#include "tests/drivers/boxes.hpp"
#include "tests/drivers/peer.hpp"

namespace rig::testing {
namespace {

struct Stand {
  const char* family;
  const char* instrument;
  const char* served_at;
  const char* model;
  const char* other_model;  // of the same family
};

std::ostream& operator<<(std::ostream& out, const Stand& stand) { return out << stand.family; }

constexpr const char* tcp = "tcp://127.0.0.1:0";
constexpr const char* line = "serial://pty?baud=115200";
constexpr Stand stands[] = {{"ea.psb", "supply", tcp, "PSB 9080-360 3U", "PSB 9080-240 3U"},
                            {"ea.elr", "load", tcp, "ELR 9080-510", "ELR 9080-340"},
                            {"itech.it6000c", "supply", tcp, "IT6012C-80-300", "IT6006C-80-150"},
                            {"tdk.genesys", "supply", line, "GEN80-65", "GEN60-85"},
                            {"tdk.genesys_lan", "supply", tcp, "GEN80-65", "GEN60-85"},
                            {"keysight.n5700", "supply", tcp, "N5767A", "N5768A"},
                            {"chroma.63200a", "load", tcp, "63210A-150-1000", "63206A-150-600"},
                            {"itech.it8500", "load", line, "IT8518C+", "IT8514C+"},
                            {"keysight.3446x", "meter", tcp, "34465A", "34461A"},
                            {"keysight.daq970a", "thermometer", tcp, "DAQ970A", "34970A"}};

Node node_of(const std::string& yaml) {
  Diagnostics diagnostics;
  Node node = parse_yaml(std::make_shared<const SourceText>(SourceText{"test", yaml}), diagnostics);
  diagnostics.throw_if_errors();
  return node;
}

class BoxContract : public ::testing::TestWithParam<Stand> {
 public:
  BoxContract()
      : farm_({{"dut", "sim.pack", node_of("{}")},
               {"supply", "sim.supply", node_of("{}")},
               {"load", "sim.load", node_of("{}")},
               {"meter", "sim.meter", node_of("{}")},
               {"thermometer", "sim.thermometer", node_of("{}")}},
              {{GetParam().instrument, GetParam().family, GetParam().served_at,
                node_of(std::string("{endpoint: '") + GetParam().served_at + "', model: '" + GetParam().model + "'}")}},
              {}) {
    farm_.start();
    for (const auto& served : farm_.served()) {
      if (served.driver == GetParam().family) {
        link_ = make_transport(served.endpoint);
      }
    }
    box_ = make(GetParam().model);
    link_->open(soon());
  }
  ~BoxContract() override { farm_.stop(); }
  BoxContract(const BoxContract&) = delete;
  BoxContract& operator=(const BoxContract&) = delete;

 protected:
  std::unique_ptr<Box> make(const std::string& model) {
    return make_box(GetParam().family, "model: '" + model + "', timeout: 1 s", *link_);
  }
  void fault(const std::string& kind) {
    const std::string answer = farm_.control().answer(std::string("fault ") + GetParam().instrument + " " + kind);
    ASSERT_THAT(answer, ::testing::Not(::testing::HasSubstr("error"))) << kind;
  }
  // A box that was unplugged comes back in its own time: it is tried again, as the thread of a link does.
  void clear_link() {
    const WallTime deadline = soon();
    while (trouble_of([&] { link_->clear(soon()); }) && WallTime::clock::now() < deadline) {
      std::this_thread::yield();
    }
    ASSERT_TRUE(link_->is_open()) << last_text_;
  }
  template <class Role>
  [[nodiscard]] Role* as() {
    return dynamic_cast<Role*>(box_.get());
  }
  // Anything that asks the box something.
  void read() {
    if (auto* const supply = as<SupplyBox>()) {
      last_valid_ = supply->read().valid;
    } else if (auto* const load = as<LoadBox>()) {
      last_valid_ = load->read().valid;
    } else if (auto* const meter = as<MeterBox>()) {
      last_valid_ = meter->read().valid;
    } else if (auto* const thermometer = as<ThermometerBox>()) {
      last_valid_ = thermometer->read().valid;
    }
  }
  bool output() {
    if (auto* const supply = as<SupplyBox>()) {
      return supply->read().output;
    }
    auto* const load = as<LoadBox>();
    return load != nullptr && load->read().input;
  }
  [[nodiscard]] bool drives_power() { return as<SupplyBox>() != nullptr || as<LoadBox>() != nullptr; }
  void energise() {
    if (auto* const supply = as<SupplyBox>()) {
      supply->write({.voltage = Volts{53.0}, .current = Amps{5.0}, .power = Watts{1000.0}, .output = true});
    } else if (auto* const load = as<LoadBox>()) {
      load->write({.mode = LoadMode::constant_current,
                   .current = Amps{5.0},
                   .power = Watts{500.0},
                   .voltage = Volts{40.0},
                   .input = true});
    }
  }
  template <class Act>
  std::optional<LinkTrouble> trouble_of(const Act& act) {
    try {
      act();
    } catch (const LinkError& error) {
      last_text_ = error.what();
      return error.trouble();
    }
    return std::nullopt;
  }

  sim::WireFarm farm_;
  std::unique_ptr<Transport> link_;
  std::unique_ptr<Box> box_;
  bool last_valid_ = false;
  std::string last_text_;
};

TEST_P(BoxContract, connecting_identifies_it_and_switches_nothing_on) {
  const Identity identity = box_->connect();
  EXPECT_FALSE(identity.model.empty());
  EXPECT_FALSE(identity.firmware.empty());
  read();
  EXPECT_TRUE(last_valid_);
  EXPECT_FALSE(output());
}

TEST_P(BoxContract, making_safe_works_first_and_twice) {
  box_->make_safe();
  box_->make_safe();
  box_->connect();
  EXPECT_FALSE(output());
}

TEST_P(BoxContract, is_armed_energised_changed_and_made_safe) {
  box_->connect();
  box_->make_safe();
  box_->arm({.over_voltage = 58.4, .under_voltage = 40.0, .over_current = 20.0});
  energise();
  EXPECT_EQ(output(), drives_power());
  energise();  // nothing changes
  read();
  EXPECT_TRUE(last_valid_);
  box_->make_safe();
  EXPECT_FALSE(output());
  box_->release();
}

TEST_P(BoxContract, another_model_at_the_address_is_refused) {
  const auto other = make(GetParam().other_model);
  EXPECT_EQ(trouble_of([&] { other->connect(); }), LinkTrouble::mismatch);
  EXPECT_THAT(last_text_, ::testing::HasSubstr("expected")) << "says what the bench file wants";
}

TEST_P(BoxContract, a_broken_exchange_ends_in_an_error_and_the_box_is_safe_after_the_link_is_cleared) {
  for (const char* kind : {"silence", "half", "garbage", "closed"}) {
    SCOPED_TRACE(kind);
    box_->connect();
    box_->make_safe();
    energise();
    fault(kind);
    const auto trouble = trouble_of([&] { read(); });
    ASSERT_TRUE(trouble.has_value()) << "a reading came";
    EXPECT_THAT(*trouble, ::testing::AnyOf(LinkTrouble::timeout, LinkTrouble::garbled, LinkTrouble::closed));
    fault("clear");
    clear_link();
    box_->make_safe();  // before anything else, as the thread of a link does
    box_->recover();
    EXPECT_FALSE(output());
  }
}

TEST_P(BoxContract, answers_in_two_pieces_with_nul_bytes_or_slow_are_read_as_any_other) {
  for (const char* kind : {"split 5 ms", "nul", "slow 40 ms"}) {
    SCOPED_TRACE(kind);
    const bool binary = std::string_view(GetParam().family) == "itech.it8500";
    if (binary && kind == std::string_view("nul")) {
      continue;  // its frames have no terminators: a byte more is another frame
    }
    fault(kind);
    box_->connect();
    read();
    EXPECT_TRUE(last_valid_);
    fault("clear");
  }
}

TEST_P(BoxContract, a_box_whose_protection_has_tripped_is_refused) {
  if (!drives_power()) {
    GTEST_SKIP() << "it drives no power: nothing can trip";
  }
  fault("trip");
  EXPECT_EQ(trouble_of([&] { box_->connect(); }), LinkTrouble::rejected);
  EXPECT_THAT(last_text_, ::testing::HasSubstr("tripped"));
}

TEST_P(BoxContract, a_trip_while_energised_shows_in_the_next_readings_and_leaves_it_safe) {
  if (!drives_power()) {
    GTEST_SKIP() << "it drives no power: nothing can trip";
  }
  box_->connect();
  energise();
  fault("trip");
  std::optional<LinkTrouble> trouble;
  for (int i = 0; i < 1000 && !trouble; ++i) {
    trouble = trouble_of([&] { read(); });
  }
  EXPECT_EQ(trouble, LinkTrouble::rejected);
  clear_link();
  EXPECT_NO_THROW(box_->make_safe());
}

INSTANTIATE_TEST_SUITE_P(Families, BoxContract, ::testing::ValuesIn(stands), [](const auto& stand) {
  std::string name = stand.param.family;
  std::ranges::replace(name, '.', '_');
  return name;
});

TEST(BoxFamilies, each_supply_load_meter_and_thermometer_stands_in_the_contract) {
  // The load role of the PSB is the same box, over Modbus it has no simulator: their own tests hold them.
  const std::set<std::string> without{"ea.psb_load", "ea.psb_modbus"};
  // Chambers and digital I/O stand in tests of their own, beside their drivers' registers.
  const std::set<std::string> roles{"supply", "load", "meter", "thermometer"};
  for (const auto& [name, family] : box_families()) {
    if (!roles.contains(family.role)) {
      continue;
    }
    const bool stands_here = std::ranges::any_of(stands, [&](const Stand& s) { return name == s.family; });
    EXPECT_TRUE(stands_here || without.contains(name)) << name << " is not held to the contract";
    EXPECT_FALSE(family.models.empty()) << name;
  }
}

}  // namespace
}  // namespace rig::testing

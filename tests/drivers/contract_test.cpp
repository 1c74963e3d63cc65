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
  const char* other_model;  // of the same family; nullptr where a box does not say which one it is
  // Behind `model`, or instead of it.
  const char* more = "";
};

std::ostream& operator<<(std::ostream& out, const Stand& stand) { return out << stand.family; }

constexpr const char* tcp = "tcp://127.0.0.1:0";
constexpr const char* line = "serial://pty?baud=115200";
constexpr Stand stands[] = {{"ea.psb", "supply", tcp, "PSB 9080-360 3U", "PSB 9080-240 3U"},
                            {"ea.psb_modbus", "supply", tcp, "PSB 9080-360 3U", "PSB 9080-240 3U"},
                            {"ea.elr", "load", tcp, "ELR 9080-510", "ELR 9080-340"},
                            {"itech.it6000c", "supply", tcp, "IT6012C-80-300", "IT6006C-80-150"},
                            {"tdk.genesys", "supply", line, "GEN80-65", "GEN60-85"},
                            {"tdk.genesys_lan", "supply", tcp, "GEN80-65", "GEN60-85"},
                            {"keysight.n5700", "supply", tcp, "N5767A", "N5768A"},
                            {"chroma.63200a", "load", tcp, "63210A-150-1000", "63206A-150-600"},
                            {"itech.it8500", "load", line, "IT8518C+", "IT8514C+"},
                            {"keysight.3446x", "meter", tcp, "34465A", "34461A"},
                            {"keysight.daq970a", "thermometer", tcp, "DAQ970A", "34970A"},
                            {"watlow.f4t", "chamber", tcp, nullptr, nullptr},
                            {"weiss.simserv", "chamber", tcp, nullptr, nullptr},
                            {"espec.p300", "chamber", tcp, nullptr, nullptr},
                            {"advantech.adam6060", "io", tcp, "ADAM-6050", "ADAM-6060", "button: 0"},
                            {"waveshare.relay", "io", tcp, nullptr, nullptr, "button: 0"},
                            {"bms.service", "service", line, nullptr, nullptr, "dialect: pace, address: 0"},
                            // The other links and framings that they are sold with.
                            {"ea.psb", "supply", line, "PSB 9080-360 3U", "PSB 9080-240 3U"},
                            {"ea.psb_modbus", "supply", line, "PSB 9080-360 3U", "PSB 9080-240 3U", "framing: rtu"},
                            {"ea.elr", "load", line, "ELR 9080-510", "ELR 9080-340"},
                            {"itech.it6000c", "supply", line, "IT6012C-80-300", "IT6006C-80-150"},
                            {"espec.p300", "chamber", line, nullptr, nullptr},
                            {"waveshare.relay", "io", line, nullptr, nullptr, "button: 0"},
                            {"waveshare.relay", "io", tcp, nullptr, nullptr, "button: 0, framing: tcp"},
                            {"bms.service", "service", tcp, nullptr, nullptr, "dialect: pace, address: 0"}};

// What a stand's box is made of, for the bench file.
std::string parameters_of(const Stand& stand, const char* model) {
  const std::string named = model != nullptr ? std::string("model: '") + model + "'" : "";
  return named + (!named.empty() && *stand.more != '\0' ? ", " : "") + stand.more;
}
std::string and_more(const std::string& parameters) { return parameters.empty() ? "" : parameters + ", "; }

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
               {"chamber", "sim.chamber", node_of("{}")},
               {"io", "sim.io", node_of("{}")},
               {"thermometer", "sim.thermometer", node_of("{}")},
               {"service", "sim.service", node_of("{}")}},
              {{GetParam().instrument, GetParam().family, GetParam().served_at,
                node_of("{" + and_more(parameters_of(GetParam(), GetParam().model)) + "endpoint: '" +
                        GetParam().served_at + "'}")}},
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
  std::unique_ptr<Box> make(const char* model) {
    return make_box(GetParam().family, and_more(parameters_of(GetParam(), model)) + "timeout: 1 s", *link_);
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
    } else if (auto* const service = as<ServiceBox>()) {
      last_valid_ = service->read().valid;
    } else if (auto* const chamber = as<ChamberBox>()) {
      last_valid_ = chamber->read().valid;
    } else if (auto* const io = as<IoBox>()) {
      last_valid_ = io->read().contacts.valid;
    }
  }
  bool output() {
    if (auto* const supply = as<SupplyBox>()) {
      return supply->read().output;
    }
    if (auto* const io = as<IoBox>()) {
      return io->read().button;
    }
    auto* const load = as<LoadBox>();
    return load != nullptr && load->read().input;
  }
  [[nodiscard]] bool has_output() { return drives_power() || as<IoBox>() != nullptr; }
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
    } else if (auto* const io = as<IoBox>()) {
      io->press(true);
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

template <class Where>
std::vector<Stand> stands_where(const Where& where) {
  std::vector<Stand> out;
  std::ranges::copy_if(stands, std::back_inserter(out), where);
  return out;
}

// Boxes that say which model of their family they are.
class NamedBox : public BoxContract {};
// Supplies and loads: what can trip.
class PowerBox : public BoxContract {};

TEST_P(BoxContract, connecting_identifies_it_and_switches_nothing_on) {
  const Identity identity = box_->connect();
  EXPECT_FALSE(identity.model.empty());
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
  EXPECT_EQ(output(), has_output());
  energise();  // nothing changes
  read();
  EXPECT_TRUE(last_valid_);
  box_->make_safe();
  EXPECT_FALSE(output());
  box_->release();
}

TEST_P(NamedBox, another_model_at_the_address_is_refused) {
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

// What cannot be confirmed can still be switched off: the answers are garbage, and the box obeys.
TEST_P(PowerBox, a_box_whose_answers_are_garbage_is_off_after_it_was_shouted_at) {
  box_->connect();
  box_->make_safe();
  energise();
  ASSERT_TRUE(output());
  const WallTime deadline = soon();
  bool on = true;
  while (on && WallTime::clock::now() < deadline) {  // as often as it takes: a busy box overhears a part of it
    fault("garbage");
    EXPECT_TRUE(trouble_of([&] { read(); }).has_value());
    clear_link();
    EXPECT_TRUE(trouble_of([&] { box_->make_safe(); }).has_value()) << "it was confirmed";
    EXPECT_FALSE(trouble_of([&] { box_->shout_off(); }).has_value()) << last_text_;
    fault("clear");
    clear_link();
    const auto trouble = trouble_of([&] {  // the answers to what was shouted may still come
      box_->recover();
      on = output();
    });
    on = on || trouble.has_value();
  }
  EXPECT_FALSE(on) << last_text_;
}

TEST_P(BoxContract, answers_in_two_pieces_with_nul_bytes_or_slow_are_read_as_any_other) {
  for (const char* kind : {"split 5 ms", "nul", "slow 40 ms"}) {
    SCOPED_TRACE(kind);
    const std::set<std::string> without_terminators{"itech.it8500", "ea.psb_modbus", "watlow.f4t", "advantech.adam6060",
                                                    "waveshare.relay"};
    const bool binary = without_terminators.contains(GetParam().family);
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

TEST_P(PowerBox, a_box_whose_protection_has_tripped_is_refused) {
  fault("trip");
  EXPECT_EQ(trouble_of([&] { box_->connect(); }), LinkTrouble::rejected);
  EXPECT_THAT(last_text_, ::testing::HasSubstr("tripped"));
}

TEST_P(PowerBox, a_trip_while_energised_shows_in_the_next_readings_and_leaves_it_safe) {
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

// Of the other families no document says that somebody can own them: they obey whoever asks.
std::vector<Stand> owned_stands() {
  const std::set<std::string> owned{"ea.psb",          "ea.psb_modbus", "ea.elr",         "tdk.genesys",
                                    "tdk.genesys_lan", "itech.it8500",  "keysight.n5700", "itech.it6000c"};
  return stands_where([&](const Stand& s) { return owned.contains(s.family); });
}

class OwnedBox : public BoxContract {};

TEST_P(OwnedBox, a_box_that_its_front_panel_takes_over_is_told_and_can_be_made_safe_when_it_is_given_back) {
  box_->connect();
  box_->make_safe();
  energise();
  fault("local");
  std::optional<LinkTrouble> trouble;
  const WallTime deadline = soon();
  for (int i = 0; !trouble && WallTime::clock::now() < deadline; ++i) {
    trouble = trouble_of([&] { read(); });
    if (auto* const supply = as<SupplyBox>();
        supply != nullptr && !trouble) {  // those that tell only when they are set
      trouble = trouble_of([&] {
        supply->write(
            {.voltage = Volts{53.0}, .current = Amps{i % 2 == 0 ? 4.0 : 5.0}, .power = Watts{1000.0}, .output = true});
      });
    }
  }
  EXPECT_EQ(trouble, LinkTrouble::rejected) << last_text_;
  fault("clear");
  clear_link();
  box_->recover();
  box_->make_safe();
  EXPECT_FALSE(output());
}

std::string name_of(const ::testing::TestParamInfo<Stand>& stand) {
  const Stand& s = stand.param;
  const std::string more = s.more;
  std::string name = s.family;
  const auto& first = *std::ranges::find(stands, name, &Stand::family);
  if (s.served_at != std::string_view(first.served_at)) {
    name += s.served_at == std::string_view(tcp) ? "_tcp" : "_serial";
  }
  const std::size_t framing = more.find("framing: ");
  name += framing == std::string::npos ? "" : "_framed_" + more.substr(framing + 9);
  std::ranges::replace(name, '.', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Families, BoxContract, ::testing::ValuesIn(stands), name_of);
INSTANTIATE_TEST_SUITE_P(Families, NamedBox,
                         ::testing::ValuesIn(stands_where([](const Stand& s) { return s.other_model != nullptr; })),
                         name_of);
INSTANTIATE_TEST_SUITE_P(Families, PowerBox, ::testing::ValuesIn(stands_where([](const Stand& s) {
                           return s.instrument == std::string_view("supply") ||
                                  s.instrument == std::string_view("load");
                         })),
                         name_of);
INSTANTIATE_TEST_SUITE_P(Families, OwnedBox, ::testing::ValuesIn(owned_stands()), name_of);

TEST(BoxFamilies, each_family_stands_in_the_contract) {
  // The load role of the PSB is the same box: its own test holds it.
  // CAN adapters are no boxes that are asked: theirs too.
  // A Python class has no bytes of its own: tests/python/test_own_instruments.py holds it.
  const std::set<std::string> without{"ea.psb_load",    "can.slcan",   "can.gs_usb",   "can.socketcan",
                                      "python.supply",  "python.load", "python.meter", "python.thermometer",
                                      "python.chamber", "python.io"};
  for (const auto& [name, family] : box_families()) {
    const bool stands_here = std::ranges::any_of(stands, [&](const Stand& s) { return name == s.family; });
    EXPECT_TRUE(stands_here || without.contains(name)) << name << " is not held to the contract";
    EXPECT_FALSE(family.models.empty()) << name;
  }
}

}  // namespace
}  // namespace rig::testing

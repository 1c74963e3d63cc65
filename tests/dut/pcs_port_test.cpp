#include "rig/dut/pcs_port.hpp"

#include <gmock/gmock.h>

#include "rig/core/yaml_tree.hpp"

namespace rig {
namespace {
using testing::HasSubstr;

class HeardBus final : public CanBus {
 public:
  std::vector<CanFrame> frames;

 private:
  void receive(const Tick&, FrameBatch&) noexcept override {}
  void transmit(const Tick&, const FrameBatch& sent) noexcept override {
    frames.assign(sent.frames().begin(), sent.frames().end());
  }
};

PcsConfig read_pcs(const std::string& text, Diagnostics& diagnostics) {
  PcsConfig config;
  read(parse_yaml(std::make_shared<const SourceText>(SourceText{"pcs.yaml", text}), diagnostics), config, diagnostics);
  return config;
}

// A PCS on a bus, 10 ms a tick.
class Pcs {
 public:
  explicit Pcs(const std::string& text) : port_(config(text)) {
    Declarations own("pcs", "pcs", signals_, commands_);
    Declarations bus("can", "test", signals_, commands_);
    port_.declare(own);
    bus_.declare(bus);
    commands_.seal();
    signals_.seal();
    row_ = CommandRow(commands_);
    bus_.open_gate(port_.send_list());
  }
  void set(const char* name, double value) { row_.set(*commands_.find(name), value); }
  // What goes out in the next tick.
  const std::vector<CanFrame>& tick(const std::vector<CanFrame>& heard = {}, Dialect dialect = Dialect::pylon_v12) {
    FrameBatch batch;
    for (const CanFrame& frame : heard) {
      batch.push(frame);
    }
    const Duration step = std::chrono::milliseconds(10);
    const Tick now{ticks_, TimePoint{ticks_ * step}, step};
    ++ticks_;
    bus_.frames.clear();
    bus_.sample(now, signals_);
    port_.sample(now, signals_);
    port_.apply(now, row_, batch, dialect, bus_);
    bus_.apply(now, row_);
    return bus_.frames;
  }
  // The ticks, of so many, in which something goes out.
  std::vector<int> busy(int ticks, Dialect dialect = Dialect::pylon_v12) {
    std::vector<int> result;
    for (int i = 0; i < ticks; ++i) {
      if (!tick({}, dialect).empty()) {
        result.push_back(i);
      }
    }
    return result;
  }
  [[nodiscard]] double signal(const char* name) const { return signals_[signals_.require(name)].value; }
  [[nodiscard]] const CommandTable& commands() const { return commands_; }

 private:
  static PcsConfig config(const std::string& text) {
    Diagnostics diagnostics;
    PcsConfig result = read_pcs(text, diagnostics);
    EXPECT_EQ(diagnostics.render(), "");
    return result;
  }
  SignalTable signals_;
  CommandTable commands_;
  PcsPort port_;
  HeardBus bus_;
  CommandRow row_;
  std::int64_t ticks_ = 0;
};

const char* const keep_alive =
    R"(sends: { keep_alive: { frame: "305#0000000000000000", period: 1 s, dialect: pylon_v12 } })";

TEST(PcsPort, sends_the_keep_alive_each_second_and_only_to_the_dialect_that_wants_it) {
  Pcs pcs(keep_alive);
  EXPECT_EQ(pcs.busy(150, Dialect::unknown), std::vector<int>{});
  EXPECT_EQ(pcs.busy(250), (std::vector<int>{0, 100, 200}));
  EXPECT_EQ(pcs.busy(150, Dialect::sofar_amass), std::vector<int>{});
  EXPECT_EQ(pcs.signal("pcs.frames"), 3.0);
}

TEST(PcsPort, falls_silent_and_comes_back_with_a_frame_at_once) {
  Pcs pcs(keep_alive);
  EXPECT_EQ(pcs.busy(50), (std::vector<int>{0}));
  pcs.set("pcs.silent", 1);
  EXPECT_EQ(pcs.busy(500), std::vector<int>{});
  pcs.set("pcs.silent", 0);
  EXPECT_EQ(pcs.busy(150), (std::vector<int>{0, 100}));
}

TEST(PcsPort, leaves_out_one_frame_and_keeps_its_grid) {
  Pcs pcs(R"(sends: { a: { frame: "101#01", period: 200 ms }, b: { frame: "102#02", period: 200 ms } })");
  EXPECT_EQ(pcs.tick().size(), 2u);
  pcs.set("pcs.a.missing", 1);
  std::size_t frames = 0;
  for (int i = 1; i <= 40; ++i) {
    for (const CanFrame& frame : pcs.tick()) {
      EXPECT_EQ(frame.id, 0x102u);
      ++frames;
    }
  }
  EXPECT_EQ(frames, 2u);
}

TEST(PcsPort, cuts_a_frame_short_and_lets_its_counter_stand_still) {
  Pcs pcs(R"(sends: { life: { frame: "18FF50E5#00.AA.BB.CC", period: 10 ms, counter: 0 } })");
  EXPECT_EQ(pcs.tick().at(0).data[0], 1);
  EXPECT_EQ(pcs.tick().at(0).data[0], 2);
  pcs.set("pcs.life.stale", 1);
  EXPECT_EQ(pcs.tick().at(0).data[0], 2);
  pcs.set("pcs.life.stale", 0);
  pcs.set("pcs.life.short_by", 3);
  const CanFrame frame = pcs.tick().at(0);
  EXPECT_EQ(frame.data[0], 3);
  EXPECT_EQ(frame.length, 1);
  EXPECT_TRUE(frame.extended);
  EXPECT_EQ(pcs.commands().spec(*pcs.commands().find("pcs.life.short_by")).range.hi, 4.0);
}

TEST(PcsPort, answers_the_frame_that_it_is_a_reply_to_and_no_other) {
  Pcs pcs(R"(sends: { answer: { frame: "305#01", reply_to: 351 } })");
  EXPECT_TRUE(pcs.tick({{.id = 0x355, .length = 8}}).empty());
  EXPECT_TRUE(pcs.tick({{.id = 0x351, .extended = true, .length = 8}}).empty());
  EXPECT_EQ(pcs.tick({{.id = 0x355, .length = 8}, {.id = 0x351, .length = 8}}).size(), 1u);
  EXPECT_TRUE(pcs.tick().empty());
}

TEST(PcsPort, floods_at_the_rate_that_is_asked_for_and_stops_at_once) {
  Pcs pcs("sends: {}\nflood: \"001#FF\"\n");
  std::size_t frames = 0;
  pcs.set("pcs.flood", 2550);
  for (int i = 0; i < 100; ++i) {
    frames += pcs.tick().size();
  }
  EXPECT_NEAR(static_cast<double>(frames), 2550.0, 1.0);
  pcs.set("pcs.flood", 0);
  EXPECT_TRUE(pcs.tick().empty());
}

TEST(PcsPort, cannot_flood_a_bench_that_names_no_frame_for_it) {
  const Pcs pcs(keep_alive);
  EXPECT_FALSE(pcs.commands().find("pcs.flood").has_value());
}

TEST(PcsMessages, of_a_bench_that_names_none_are_the_keep_alive) {
  EXPECT_EQ(send_list(default_pcs()), (std::vector<CanIdentifier>{{0x305, false}}));
}

TEST(PcsMessages, make_up_the_send_list) {
  Diagnostics diagnostics;
  const PcsConfig config = read_pcs(
      "sends: { a: { frame: \"101#\", period: 1 s } }\nflood: \"000#\"\nmay_send: [7FF, 00000123]\n", diagnostics);
  EXPECT_EQ(diagnostics.render(), "");
  EXPECT_EQ(send_list(config), (std::vector<CanIdentifier>{{0x101, false}, {0, false}, {0x7FF, false}, {0x123, true}}));
}

TEST(PcsMessages, that_cannot_be_name_their_place) {
  const auto mistake = [](const std::string& message) {
    Diagnostics diagnostics;
    read_pcs("sends: { a: { " + message + " } }\n", diagnostics);
    const std::string text = diagnostics.render();
    return text.substr(0, text.find('\n'));
  };
  EXPECT_THAT(mistake("frame: \"1305#00\", period: 1 s"), HasSubstr("pcs.yaml:1:23: error: '1305#00' is no CAN frame"));
  EXPECT_THAT(mistake("frame: \"805#00\", period: 1 s"), HasSubstr("'805#00' is no CAN frame"));
  EXPECT_THAT(mistake("frame: \"20000000#00\", period: 1 s"), HasSubstr("is no CAN frame"));
  EXPECT_THAT(mistake("frame: \"305#000\", period: 1 s"), HasSubstr("is no CAN frame"));
  EXPECT_THAT(mistake("frame: \"305#000102030405060708\", period: 1 s"), HasSubstr("is no CAN frame"));
  EXPECT_THAT(mistake("frame: \"305\", period: 1 s"), HasSubstr("is no CAN frame"));
  EXPECT_THAT(mistake("frame: \"305#00\""), HasSubstr("this frame is never sent"));
  EXPECT_THAT(mistake("frame: \"305#00\", period: 1 s, counter: 1"), HasSubstr("byte 1 is not in a frame of 1 bytes"));
  EXPECT_THAT(mistake("frame: \"305#00\", period: 1 s, dialect: pylon"), HasSubstr("there is no dialect 'pylon'"));
}

}  // namespace
}  // namespace rig

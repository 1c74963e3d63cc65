// What lies on a link before a request is no answer to it: a box that said something twice, or too late, must not put
// the link one answer behind for ever.
#include <gmock/gmock.h>

#include <algorithm>

#include "drivers/modbus/client.hpp"
#include "drivers/scpi/session.hpp"
#include "drivers/transport/printable.hpp"
#include "tests/drivers/boxes.hpp"
#include "tests/drivers/peer.hpp"
#include "tests/drivers/wire_script.hpp"

namespace rig::testing {
namespace {

using ::testing::HasSubstr;

// A link on which `waiting` lies already; `answers` come behind the next request.
class UsedLink final : public Transport {
 public:
  std::string waiting, answers, sent;

  void open(WallTime) override {}
  void close() noexcept override {}
  [[nodiscard]] bool is_open() const noexcept override { return true; }
  void write(std::span<const std::byte> bytes, WallTime) override { sent += text_of(bytes); }
  std::size_t read(std::span<std::byte> into, WallTime) override {
    const std::size_t count = take(answers, into);
    return count > 0 ? count : throw LinkError(LinkTrouble::timeout, "nothing came");
  }
  std::size_t take_waiting(std::span<std::byte> into) override { return take(waiting, into); }
  void clear(WallTime) override { waiting.clear(); }
  [[nodiscard]] std::string endpoint() const override { return "used://link"; }
  [[nodiscard]] bool is_local() const noexcept override { return true; }

 private:
  static std::size_t take(std::string& from, std::span<std::byte> into) {
    const std::size_t count = std::min(from.size(), into.size());
    std::ranges::copy(bytes_of(from).first(count), into.begin());
    from.erase(0, count);
    return count;
  }
};

TEST(UnaskedAnswer, spoils_a_text_link_until_it_is_cleared) {
  UsedLink link;
  const scpi::Dialect dialect{};
  scpi::Scpi session(link, dialect, std::chrono::seconds(1));
  link.waiting = "53.20 V\n";
  link.answers = "20.00 A\n";
  const auto [trouble, text] = trouble_of([&] { session.ask("CURR?"); });
  EXPECT_EQ(trouble, LinkTrouble::garbled);
  EXPECT_THAT(text, HasSubstr("nobody asked for: \"53.20 V\\n\""));
  EXPECT_EQ(link.sent, "") << "the question is not put";
  EXPECT_EQ(trouble_of([&] { session.ask("CURR?"); }).first, LinkTrouble::closed);
  link.clear(soon());
  session.start();
  EXPECT_EQ(session.ask("CURR?"), "20.00 A");
}

TEST(UnaskedAnswer, is_none_when_it_is_an_empty_line) {
  UsedLink link;
  const scpi::Dialect dialect{};
  scpi::Scpi session(link, dialect, std::chrono::seconds(1));
  link.waiting = std::string("\r\n\0", 3);
  link.answers = "1\n";
  EXPECT_EQ(session.ask("A?"), "1");
}

TEST(UnaskedAnswer, is_none_when_the_box_may_speak_up) {
  UsedLink link;
  const scpi::Dialect dialect{.end_of_command = '\r', .end_of_answer = '\r', .unsolicited_bang = true};
  scpi::Scpi session(link, dialect, std::chrono::seconds(1));
  link.waiting = "!06\r!0";
  link.answers = "6\rOK\r";
  EXPECT_EQ(session.ask("PV 5"), "OK");
}

TEST(UnaskedAnswer, spoils_an_rtu_link) {
  UsedLink link;
  modbus::Client client(link, modbus::Framing::rtu, 1, std::chrono::seconds(1));
  link.waiting = from_hex("01 01 01 05 91 8B");
  EXPECT_EQ(trouble_of([&] { client.coils(0, 8); }).first, LinkTrouble::garbled);
  EXPECT_EQ(link.sent, "");
  link.clear(soon());
  client.start();
  link.answers = from_hex("01 01 01 05 91 8B");
  EXPECT_EQ(client.coils(0, 8).size(), 8U);
}

TEST(UnaskedAnswer, spoils_the_line_of_an_it8500) {
  UsedLink link;
  const auto load = make_box_as<LoadBox>("itech.it8500", "model: IT8514C+", link);
  link.waiting = from_hex("AA 00 5F");
  const auto [trouble, text] = trouble_of([&] { load->read(); });
  EXPECT_EQ(trouble, LinkTrouble::garbled);
  EXPECT_THAT(text, HasSubstr("nothing before a request"));
  EXPECT_EQ(link.sent, "");
}

TEST(UnaskedAnswer, spoils_the_line_of_a_packs_service_port) {
  UsedLink link;
  const auto pack = make_box_as<ServiceBox>("bms.service", "dialect: pace, address: 0", link);
  link.waiting = "~250046000000FDB2\r";
  EXPECT_THAT(trouble_of([&] { pack->connect(); }).second, HasSubstr("nobody asked for"));
}

// The same over the links themselves: the peer says its answer twice, the second time when nobody asks.
template <class Peer>
void expect_seen() {
  std::atomic<bool> again{false}, said{false};
  Peer peer([&](PeerSide& side, int) {
    side.line();
    side.send("1\n");
    while (!again && !side.is_over()) {
      std::this_thread::yield();
    }
    side.send("1\n");
    said = true;
    side.stay_silent();
  });
  const auto link = make_transport(peer.endpoint());
  link->open(soon());
  std::array<std::byte, 16> bytes{};
  EXPECT_EQ(link->take_waiting(bytes), 0U) << "nothing has come, and nobody waits for it";
  const scpi::Dialect dialect{};
  scpi::Scpi session(*link, dialect, std::chrono::seconds(5));
  EXPECT_EQ(session.ask("A?"), "1");
  again = true;
  while (!said) {
    std::this_thread::yield();
  }
  // A pseudo-terminal hands it over in its own time.
  std::size_t count = 0;
  for (const WallTime end = soon(); count == 0 && WallTime::clock::now() < end;) {
    count = link->take_waiting(bytes);
  }
  EXPECT_EQ(text_of(std::span(bytes).first(count)), "1\n");
}

TEST(UnaskedAnswer, is_seen_on_a_socket) { expect_seen<TcpPeer>(); }
TEST(UnaskedAnswer, is_seen_on_a_serial_line) { expect_seen<PtyPeer>(); }

TEST(UnaskedAnswer, looking_for_it_notices_a_connection_that_has_ended) {
  TcpPeer peer([](PeerSide& side, int) { side.line(); });
  const auto link = make_transport(peer.endpoint());
  link->open(soon());
  link->write(bytes_of("bye\n"), soon());
  std::array<std::byte, 16> bytes{};
  const auto [trouble, text] = trouble_of([&] {
    for (const WallTime end = soon(); WallTime::clock::now() < end;) {
      link->take_waiting(bytes);
    }
  });
  EXPECT_EQ(trouble, LinkTrouble::closed);
}

}  // namespace
}  // namespace rig::testing

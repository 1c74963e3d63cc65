#include <gmock/gmock.h>

#include <array>

#include "drivers/transport/endpoint.hpp"
#include "drivers/transport/printable.hpp"
#include "tests/drivers/peer.hpp"

namespace rig::testing {
namespace {

std::string read_exactly(Transport& link, std::size_t count) {
  std::string out;
  std::array<std::byte, 64> buffer{};
  while (out.size() < count) {
    out += text_of(std::span(buffer).first(link.read(buffer, soon())));
  }
  return out;
}

template <class Act>
LinkTrouble trouble_of(const Act& act) {
  try {
    act();
  } catch (const LinkError& error) {
    return error.trouble();
  }
  ADD_FAILURE() << "nothing was thrown";
  return LinkTrouble::mismatch;
}

TEST(SerialLink, passes_each_of_the_256_bytes_unchanged) {
  std::string all;
  for (int code = 0; code < 256; ++code) {
    all += static_cast<char>(code);
  }
  PtyPeer peer([&](PeerSide& side, int) { side.send(side.read_exactly(256)); });
  const auto link = make_transport(peer.endpoint());
  link->open(soon());
  link->write(bytes_of(all), soon());
  EXPECT_EQ(read_exactly(*link, 256), all);
  EXPECT_TRUE(link->is_local());
}

TEST(SerialLink, a_second_program_is_refused) {
  PtyPeer peer([](PeerSide& side, int) { side.stay_silent(); });
  const auto first = make_transport(peer.endpoint());
  const auto second = make_transport(peer.endpoint());
  first->open(soon());
  EXPECT_EQ(trouble_of([&] { second->open(soon()); }), LinkTrouble::refused);
  first->close();
  second->open(soon());
  EXPECT_TRUE(second->is_open());
}

TEST(SerialLink, a_missing_device_is_unreachable) {
  const auto link = make_transport("serial:///dev/no-such-line");
  EXPECT_EQ(trouble_of([&] { link->open(soon()); }), LinkTrouble::unreachable);
}

TEST(SerialLink, clearing_throws_away_what_comes_until_there_is_silence) {
  PtyPeer peer([](PeerSide& side, int) {
    side.line();
    for (int i = 0; i < 200; ++i) {
      side.send_bytewise("late ");
    }
    side.line();
    side.send("answer\n");
  });
  const auto link = make_transport(peer.endpoint());
  link->open(soon());
  link->write(bytes_of("first\n"), soon());
  EXPECT_EQ(read_exactly(*link, 1).substr(0, 1), "l");
  link->clear(soon());
  link->write(bytes_of("second\n"), soon());
  EXPECT_EQ(read_exactly(*link, 7), "answer\n");
}

TEST(SerialLink, clearing_gives_up_on_a_line_that_never_falls_silent) {
  std::atomic<bool> enough{false};
  PtyPeer peer([&](PeerSide& side, int) {
    while (!enough) {
      side.send("x");
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  });
  const auto link = make_transport(peer.endpoint());
  link->open(soon());
  EXPECT_EQ(trouble_of([&] { link->clear(in(std::chrono::milliseconds(100))); }), LinkTrouble::timeout);
  enough = true;
}

TEST(SerialLink, says_closed_when_the_line_is_hung_up) {
  PtyPeer peer([](PeerSide&, int) {});
  const auto link = make_transport(peer.endpoint());
  link->open(soon());
  peer.hang_up();
  std::array<std::byte, 4> buffer{};
  EXPECT_EQ(trouble_of([&] { link->read(buffer, soon()); }), LinkTrouble::closed);
}

}  // namespace
}  // namespace rig::testing

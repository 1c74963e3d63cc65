#include <gmock/gmock.h>

#include <array>
#include <thread>

#include "drivers/transport/endpoint.hpp"
#include "drivers/transport/printable.hpp"
#include "tests/drivers/peer.hpp"

namespace rig::testing {
namespace {

std::string read_some(Transport& link, WallTime deadline) {
  std::array<std::byte, 4096> buffer{};
  return text_of(std::span(buffer).first(link.read(buffer, deadline)));
}

std::string read_exactly(Transport& link, std::size_t count) {
  std::string out;
  while (out.size() < count) {
    out += read_some(link, soon());
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

TEST(TcpLink, sends_and_receives) {
  TcpPeer peer(answer_lines([](const std::string& line) { return "you said " + line + "\n"; }));
  const auto link = make_transport(peer.endpoint());
  link->open(soon());
  EXPECT_TRUE(link->is_local());
  link->write(bytes_of("hello\n"), soon());
  EXPECT_EQ(read_exactly(*link, 15), "you said hello\n");
}

TEST(TcpLink, sends_more_than_the_sockets_hold) {
  constexpr std::size_t size = 8U << 20U;
  std::string received;
  TcpPeer peer([&](PeerSide& side, int) {
    received = side.read_exactly(size);
    side.send("got it");
  });
  const auto link = make_transport(peer.endpoint());
  link->open(soon());
  std::string sent(size, 'x');
  sent[size / 2] = 'y';
  std::thread writer([&] { link->write(bytes_of(sent), WallTime::clock::now() + std::chrono::seconds(60)); });
  writer.join();
  std::array<std::byte, 16> answer{};
  link->read(answer, WallTime::clock::now() + std::chrono::seconds(60));
  EXPECT_EQ(received, sent);
}

TEST(TcpLink, says_refused_when_nobody_listens) {
  std::string endpoint;
  {
    TcpPeer gone([](PeerSide&, int) {});
    endpoint = gone.endpoint();
  }
  const auto link = make_transport(endpoint);
  EXPECT_EQ(trouble_of([&] { link->open(soon()); }), LinkTrouble::refused);
  EXPECT_FALSE(link->is_open());
}

TEST(TcpLink, says_unreachable_when_no_host_has_this_name) {
  const auto link = make_transport("tcp://no-such-box.invalid:5025");
  const LinkTrouble trouble = trouble_of([&] { link->open(soon()); });
  EXPECT_TRUE(trouble == LinkTrouble::unreachable || trouble == LinkTrouble::timeout);  // a resolver may be slow
}

TEST(TcpLink, says_timeout_when_nothing_comes) {
  TcpPeer peer([](PeerSide& side, int) { side.stay_silent(); });
  const auto link = make_transport(peer.endpoint());
  link->open(soon());
  EXPECT_EQ(trouble_of([&] { read_some(*link, in(std::chrono::milliseconds(30))); }), LinkTrouble::timeout);
}

TEST(TcpLink, says_closed_when_the_box_hangs_up) {
  TcpPeer peer([](PeerSide& side, int) { side.line(); });
  const auto link = make_transport(peer.endpoint());
  link->open(soon());
  link->write(bytes_of("bye\n"), soon());
  EXPECT_EQ(trouble_of([&] { read_some(*link, soon()); }), LinkTrouble::closed);
  EXPECT_FALSE(link->is_open());
  EXPECT_EQ(trouble_of([&] { link->write(bytes_of("again\n"), soon()); }), LinkTrouble::closed);
}

TEST(TcpLink, a_wait_is_cut_from_another_thread) {
  TcpPeer peer([](PeerSide& side, int) { side.stay_silent(); });
  const auto link = make_transport(peer.endpoint());
  link->open(soon());
  std::thread cutter([&] { link->cut_at(WallTime::clock::now()); });
  EXPECT_EQ(trouble_of([&] { read_some(*link, WallTime::clock::now() + std::chrono::hours(1)); }), LinkTrouble::cut);
  cutter.join();
}

TEST(TcpLink, works_on_after_the_cut_is_lifted) {
  TcpPeer peer(answer_lines([](const std::string& line) { return line + "\n"; }));
  const auto link = make_transport(peer.endpoint());
  link->open(soon());
  link->cut_at(WallTime::clock::now());
  EXPECT_EQ(trouble_of([&] { read_some(*link, soon()); }), LinkTrouble::cut);
  link->uncut();
  link->write(bytes_of("off\n"), soon());
  EXPECT_EQ(read_exactly(*link, 4), "off\n");
}

TEST(TcpLink, clearing_leaves_a_late_answer_behind) {
  TcpPeer peer([](PeerSide& side, int connection) {
    while (!side.is_over()) {
      const std::string line = side.line();
      if (!line.empty()) {
        side.send(connection == 1 ? "late\n" : "new " + line);
      }
    }
  });
  const auto link = make_transport(peer.endpoint());
  link->open(soon());
  link->write(bytes_of("first\n"), soon());
  link->clear(soon());
  link->write(bytes_of("second\n"), soon());
  EXPECT_EQ(read_exactly(*link, 11), "new second\n");
  EXPECT_EQ(peer.connections(), 2);
}

}  // namespace
}  // namespace rig::testing

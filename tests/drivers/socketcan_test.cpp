#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "drivers/can/socketcan.hpp"
#include "drivers/can/socketcan_link.hpp"
#include "drivers/transport/printable.hpp"
#include "tests/drivers/peer.hpp"
#include "tests/drivers/wire_script.hpp"

namespace rig::testing {
namespace {

using ::testing::HasSubstr;

std::string hex(const can::BusFrame& frame) {
  std::array<std::byte, socketcan::fd_size> bytes{};
  const std::size_t size = socketcan::encode(frame, bytes);
  std::string out = to_hex(text_of(std::span(bytes).first(size)));
  std::erase(out, ' ');
  return out;
}
std::optional<can::BusFrame> frame_of(const std::string& digits) {
  const std::string text = from_hex(digits);
  return socketcan::decode(bytes_of(text));
}

// linux/can.h on a little-endian machine: id and flags, length, three bytes, data.
TEST(SocketCanCodec, frames_are_written_byte_for_byte) {
  EXPECT_EQ(hex({.id = 0x305, .length = 2, .data = {0xDE, 0xAD}}), "0503000002000000DEAD000000000000");
  EXPECT_EQ(hex({.id = 0x18FF50E5, .extended = true, .length = 1, .data = {0x7E}}), "E550FF98010000007E00000000000000");
  EXPECT_EQ(hex({.id = 0x351, .remote = true, .length = 8, .data = {1}}), "51030040080000000000000000000000");
  const std::string fd = hex({.id = 0x7FF, .fd = true, .bit_rate_switch = true, .length = 10, .data = {0xAA}});
  EXPECT_EQ(fd.substr(0, 18), "FF0700000C010000AA") << "there is no FD frame of ten bytes";
  EXPECT_EQ(fd.size(), 144U);
}

TEST(SocketCanCodec, what_was_written_is_read_back) {
  for (const can::BusFrame& frame :
       {can::BusFrame{.id = 0x7FF, .length = 8, .data = {1, 2, 3, 4, 5, 6, 7, 8}},
        can::BusFrame{.id = 0x1, .extended = true}, can::BusFrame{.id = 0x351, .remote = true, .length = 8},
        can::BusFrame{.id = 0x123, .fd = true, .length = 64}}) {
    const auto back = frame_of(hex(frame));
    ASSERT_TRUE(back);
    EXPECT_EQ(hex(*back), hex(frame));
    EXPECT_EQ(back->extended, frame.extended);
    EXPECT_EQ(back->fd, frame.fd);
  }
}

TEST(SocketCanCodec, error_frames_keep_their_classes) {
  const auto frame = frame_of("24000020 08000000 0020001900000000");
  ASSERT_TRUE(frame);
  EXPECT_TRUE(frame->error);
  EXPECT_FALSE(frame->remote || frame->extended);
  EXPECT_EQ(frame->id, 0x24U);
  EXPECT_EQ(frame->data[3], 0x19);
}

TEST(SocketCanCodec, what_is_no_frame_is_none) {
  EXPECT_FALSE(frame_of("05030000 02000000 DEAD0000000000"));
  EXPECT_FALSE(frame_of("05030000 09000000 DEAD000000000000"));
  EXPECT_FALSE(frame_of("05030000 41000000" + std::string(128, '0')));
  EXPECT_FALSE(frame_of(""));
}

// The other end of a socket that stands for an interface.
class Interface {
 public:
  Interface() {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()) != 0) {
      throw std::runtime_error("no socket pair");
    }
    rig_end_ = ends[0];
    bus_end_ = ends[1];
  }
  Interface(const Interface&) = delete;
  Interface& operator=(const Interface&) = delete;
  ~Interface() { ::close(bus_end_); }
  [[nodiscard]] int take() const { return rig_end_; }
  void hear(const std::string& digits) const {
    const std::string bytes = from_hex(digits);
    ASSERT_EQ(::send(bus_end_, bytes.data(), bytes.size(), MSG_NOSIGNAL), static_cast<ssize_t>(bytes.size()));
  }
  // The next message that was sent; waits for it.
  [[nodiscard]] std::string sent() const {
    std::array<char, 128> bytes{};
    const WallTime until = soon();
    while (WallTime::clock::now() < until) {
      const ssize_t count = ::recv(bus_end_, bytes.data(), bytes.size(), 0);
      if (count >= 0) {
        std::string out = to_hex(std::string_view(bytes.data(), static_cast<std::size_t>(count)));
        std::erase(out, ' ');
        return out;
      }
      std::this_thread::yield();
    }
    return "nothing";
  }
  void pull() { ::shutdown(bus_end_, SHUT_RDWR); }

 private:
  int rig_end_ = -1;
  int bus_end_ = -1;
};

class SocketCanLink : public ::testing::Test {
 protected:
  SocketCanLink() { timeline_->begin(WallTime::clock::now()); }
  socketcan::Link::Opener opener() {
    return [this](const std::string&) {
      ++opened_;
      if (interfaces_.empty()) {
        throw LinkError(LinkTrouble::unreachable, "there is no interface of this name", "can0");
      }
      const int end = interfaces_.front()->take();
      interfaces_.erase(interfaces_.begin());
      return end;
    };
  }
  can::BusFrame await(socketcan::Link& link) {
    can::BusFrame frame;
    const WallTime until = soon();
    while (!link.exchange().receive(frame)) {
      if (WallTime::clock::now() > until) {
        ADD_FAILURE() << "no frame came";
        break;
      }
      std::this_thread::yield();
    }
    return frame;
  }
  template <class Condition>
  static bool becomes_true(const Condition& condition) {
    const WallTime until = soon();
    while (!condition() && WallTime::clock::now() < until) {
      std::this_thread::yield();
    }
    return condition();
  }
  std::shared_ptr<Timeline> timeline_ = std::make_shared<Timeline>();
  std::vector<Interface*> interfaces_;  // touched by the link's thread once it runs
  std::atomic<int> opened_{0};
};

TEST_F(SocketCanLink, frames_go_both_ways) {
  Interface can;
  interfaces_ = {&can};
  socketcan::Link link("can0", timeline_, opener());
  link.open();
  const TimePoint before = timeline_->at(WallTime::clock::now());
  can.hear("51030000 02000000 AABB000000000000");
  const can::BusFrame frame = await(link);
  EXPECT_EQ(frame.id, 0x351U);
  EXPECT_EQ(frame.data[1], 0xBB);
  EXPECT_GE(frame.time, before);
  link.exchange().send({.time = timeline_->at(WallTime::clock::now()), .id = 0x305, .length = 8});
  EXPECT_EQ(can.sent(), "05030000080000000000000000000000");
  EXPECT_EQ(link.trouble(), "");
  EXPECT_EQ(link.identity().serial, "can0");
}

TEST_F(SocketCanLink, error_frames_and_garbage_are_told_and_not_handed_on) {
  Interface can;
  interfaces_ = {&can};
  socketcan::Link link("can0", timeline_, opener());
  link.open();
  can.hear("24000020 08000000 0020001900000000");
  can.hear("1234");
  can.hear(std::string(200, '0'));
  EXPECT_TRUE(becomes_true([&] { return link.trouble().find("2 messages were no frames") != std::string::npos; }));
  EXPECT_THAT(link.trouble(), HasSubstr("nobody acknowledges"));
  EXPECT_EQ(link.health().state(), can::BusState::passive);
  can.hear("40000020 08000000 0000000000000000");
  EXPECT_TRUE(becomes_true([&] { return link.health().state() == can::BusState::off; }));
  can.hear("55030000 00000000 0000000000000000");
  EXPECT_EQ(await(link).id, 0x355U);
}

TEST_F(SocketCanLink, a_full_queue_keeps_frames_in_order_and_loses_none) {
  Interface can;
  const int small = 1;
  ::setsockopt(can.take(), SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
  interfaces_ = {&can};
  socketcan::Link link("can0", timeline_, opener());
  link.open();
  constexpr unsigned count = 500;
  for (unsigned i = 0; i < count; ++i) {
    link.exchange().send({.time = timeline_->at(WallTime::clock::now()), .id = i, .length = 0});
  }
  for (unsigned i = 0; i < count; ++i) {
    const auto frame = frame_of(can.sent());
    ASSERT_TRUE(frame);
    ASSERT_EQ(frame->id, i);
  }
}

TEST_F(SocketCanLink, an_interface_that_goes_away_is_told_and_opened_again) {
  Interface before, after;
  interfaces_ = {&before, &after};
  socketcan::Link link("can0", timeline_, opener());
  link.open();
  before.pull();
  EXPECT_TRUE(becomes_true([&] { return opened_ == 2; }));
  EXPECT_THAT(link.trouble(), HasSubstr("pulled out"));
  after.hear("55030000 00000000 0000000000000000");
  EXPECT_EQ(await(link).id, 0x355U);
}

TEST(SocketCan, a_kernel_without_can_or_an_interface_that_is_not_there_is_an_error_that_says_what_to_do) {
  const auto [trouble, text] = trouble_of([] { socketcan::open_socket("can_that_is_not"); });
  EXPECT_EQ(trouble, LinkTrouble::unreachable);
  EXPECT_THAT(text, ::testing::AnyOf(HasSubstr("modprobe can_raw"), HasSubstr("ip link show type can")));
  EXPECT_THAT(text, HasSubstr("can_that_is_not"));
}

TEST(SocketCan, only_virtual_interfaces_are_local) {
  EXPECT_FALSE(socketcan::is_virtual("lo"));
  EXPECT_FALSE(socketcan::is_virtual("can_that_is_not"));
}

}  // namespace
}  // namespace rig::testing

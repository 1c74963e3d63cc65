#include "drivers/can/socketcan_link.hpp"

#include <net/if.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "drivers/can/socketcan.hpp"

namespace rig::socketcan {
namespace {

using namespace std::chrono_literals;

constexpr int longest_wait_ms = 50;
// A full queue says nothing when it has room again: asked for at the pace of a frame or two.
constexpr int full_wait_ms = 1;
constexpr auto unconfirmed_after = 1s;
// The keep-alive is sent once a second: what waited longer than that would be a burst of old news.
constexpr auto send_within = 1s;
constexpr std::size_t heard_at_once = 256;

WallTime now() noexcept { return WallTime::clock::now(); }

// The kernel stamps a frame when it takes it from the driver, by the clock that people set; the step from there to ours
// is taken at this moment.
WallTime arrival_of(const msghdr& message) noexcept {
  const WallTime here = now();
  for (const cmsghdr* c = CMSG_FIRSTHDR(&message); c != nullptr;
       c = CMSG_NXTHDR(const_cast<msghdr*>(&message), const_cast<cmsghdr*>(c))) {
    if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_TIMESTAMPNS) {
      timespec stamp{};
      std::memcpy(&stamp, CMSG_DATA(c), sizeof stamp);
      timespec clock{};
      ::clock_gettime(CLOCK_REALTIME, &clock);
      const auto ago =
          std::chrono::seconds(clock.tv_sec - stamp.tv_sec) + std::chrono::nanoseconds(clock.tv_nsec - stamp.tv_nsec);
      // A clock that was set in between makes nonsense of the step.
      return ago >= 0s && ago < 10s ? here - ago : here;
    }
  }
  return here;
}

}  // namespace

Link::Link(std::string interface, std::shared_ptr<Timeline> timeline, Opener opener)
    : interface_(std::move(interface)), timeline_(std::move(timeline)), opener_(std::move(opener)) {}

void Link::begin() {
  socket_ = opener_(interface_);
  waiting_.emplace(exchange().wake_descriptor());
  waiting_->add(socket_, POLLIN);
  has_unsent_ = false;
  bus_health().restart_listening();
  set_identity(
      {.maker = "Linux", .model = "SocketCAN", .serial = interface_, .firmware = "frames are timed by the kernel"});
}

void Link::end() noexcept {
  waiting_.reset();
  if (socket_ >= 0) {
    ::close(socket_);
    socket_ = -1;
  }
}

void Link::turn() {
  const bool idle = exchange().may_sleep();
  const auto reason = waiting_->wait(has_unsent_ ? full_wait_ms : idle ? longest_wait_ms : 0);
  exchange().slept();
  for (std::size_t i = 0; reason == can::WaitSet::Reason::ready && i < heard_at_once && hear(); ++i) {
  }
  say(now());
}

bool Link::hear() {
  std::array<std::byte, fd_size + 1> bytes{};  // a byte more, to see what is too long
  alignas(cmsghdr) std::array<char, 256> control{};
  iovec part{.iov_base = bytes.data(), .iov_len = bytes.size()};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  const ssize_t count = ::recvmsg(socket_, &message, MSG_DONTWAIT);
  if (count > 0) {
    digest(std::span(bytes).first(static_cast<std::size_t>(count)), arrival_of(message),
           (message.msg_flags & MSG_TRUNC) != 0);
    return true;
  }
  if (count == 0) {
    lose(ENODEV, "listening to the interface");
  }
  if (errno != EAGAIN && errno != EINTR) {
    lose(errno, "listening to the interface");
  }
  return false;
}

void Link::digest(std::span<const std::byte> bytes, WallTime arrival, bool incomplete) noexcept {
  auto frame = incomplete ? std::nullopt : decode(bytes);
  if (!frame) {
    garbled_.fetch_add(1, std::memory_order_relaxed);
  } else if (frame->error) {
    bus_health().error_frame(*frame);
  } else {
    bus_health().heard(arrival);
    frame->time = timeline_->at(arrival);
    exchange().arrived(*frame);
  }
}

void Link::say(WallTime moment) {
  while (has_unsent_ || exchange().next(unsent_)) {
    if (!has_unsent_ && moment - timeline_->wall(unsent_.time) > send_within) {
      exchange().too_late();
      continue;
    }
    std::array<std::byte, fd_size> bytes{};
    const std::size_t size = encode(unsent_, bytes);
    if (::send(socket_, bytes.data(), size, MSG_DONTWAIT | MSG_NOSIGNAL) == static_cast<ssize_t>(size)) {
      if (std::exchange(has_unsent_, false)) {
        bus_health().confirmed();
      }
      continue;
    }
    if (errno == EINVAL) {  // an FD frame on an interface for classic ones
      has_unsent_ = false;
      exchange().cannot_send();
      continue;
    }
    if (errno != ENOBUFS && errno != EAGAIN && errno != EINTR) {
      lose(errno, "sending over the interface");
    }
    if (!std::exchange(has_unsent_, true)) {
      full_since_ = moment;
    } else if (moment - full_since_ > unconfirmed_after) {
      bus_health().unconfirmed();
    }
    return;
  }
}

void Link::lose(int number, const char* doing) const {
  const std::string what = std::string(doing) + ": " + std::generic_category().message(number);
  if (number == ENETDOWN) {
    throw LinkError(LinkTrouble::closed, what, interface_,
                    "the interface is down: ip link set " + interface_ + " up type can bitrate 500000");
  }
  throw LinkError(LinkTrouble::closed, what, interface_, "was the adapter pulled out?");
}

std::string Link::more_trouble() const {
  const std::uint64_t count = garbled_.load(std::memory_order_relaxed);
  return count == 0 ? std::string{} : std::to_string(count) + " messages were no frames";
}

}  // namespace rig::socketcan

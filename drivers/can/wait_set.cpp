#include "drivers/can/wait_set.hpp"

#include <sys/epoll.h>
#include <unistd.h>

#include <array>

#include "rig/core/error.hpp"

namespace rig::can {
namespace {

RigError no_more() { return RigError("no more file descriptors for a CAN adapter", {}, "raise the limit: ulimit -n"); }

}  // namespace

WaitSet::WaitSet(int wake_descriptor) : wake_descriptor_(wake_descriptor), epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
  if (epoll_ < 0) {
    throw no_more();
  }
  try {
    add(wake_descriptor, EPOLLIN | EPOLLET);  // told once for each write: nobody has to empty it
  } catch (...) {
    ::close(epoll_);
    throw;
  }
}

WaitSet::~WaitSet() { ::close(epoll_); }

void WaitSet::add(int descriptor, std::uint32_t events) {
  epoll_event event{.events = events, .data = {.fd = descriptor}};
  if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event) != 0) {
    throw no_more();
  }
}

WaitSet::Reason WaitSet::wait(int milliseconds) noexcept {
  std::array<epoll_event, 8> events{};
  const int count = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), milliseconds);
  if (count <= 0) {
    return Reason::time_is_over;
  }
  const bool only_woken = count == 1 && events[0].data.fd == wake_descriptor_;
  return only_woken ? Reason::woken : Reason::ready;
}

}  // namespace rig::can

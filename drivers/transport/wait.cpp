#include "drivers/transport/wait.hpp"

#include <poll.h>

#include <algorithm>

namespace rig {

bool nap_on(int descriptor, short events, WallTime until) {
  const auto left =
      std::clamp<WallTime::duration>(until - WallTime::clock::now(), WallTime::duration::zero(), longest_nap);
  const auto nanoseconds = std::chrono::duration_cast<std::chrono::nanoseconds>(left).count();
  const timespec nap{.tv_sec = 0, .tv_nsec = nanoseconds};
  pollfd look{.fd = descriptor, .events = events, .revents = 0};
  return ::ppoll(&look, 1, &nap, nullptr) > 0;
}

void throw_waited(Waited waited, const std::string& doing, const std::string& endpoint) {
  if (waited == Waited::cut) {
    throw LinkError(LinkTrouble::cut, doing + " was ended for something more urgent", endpoint);
  }
  throw LinkError(
      LinkTrouble::timeout, doing + " was not over at its deadline", endpoint,
      "is the box on, at this address, with this interface enabled? Has it crashed, or does it need longer?");
}

}  // namespace rig

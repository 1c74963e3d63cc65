#pragma once
#include <string>

#include "rig/instrument/transport.hpp"

namespace rig {

// No wait is longer than this without a look at the cut: nothing else wakes it.
inline constexpr std::chrono::milliseconds longest_nap{10};

enum class Waited : std::uint8_t { ready, deadline, cut };

// One nap on a file descriptor until it can be read (POLLIN) or written (POLLOUT), for at most `longest_nap` and never
// beyond `until`. True when it is ready, or broken: the call that follows finds out which.
bool nap_on(int descriptor, short events, WallTime until);

// Waits for the descriptor, `cut` is asked again before each nap.
template <class Cut>
Waited wait_on(int descriptor, short events, WallTime deadline, const Cut& cut) {
  while (true) {
    const WallTime end = cut();
    const WallTime now = WallTime::clock::now();
    if (now >= end) {
      return Waited::cut;
    }
    if (nap_on(descriptor, events, deadline < end ? deadline : end)) {
      return Waited::ready;
    }
    if (WallTime::clock::now() >= deadline) {
      return Waited::deadline;
    }
  }
}

// What every kind of link says when a wait ended without what it waited for.
[[noreturn]] void throw_waited(Waited waited, const std::string& doing, const std::string& endpoint);

}  // namespace rig

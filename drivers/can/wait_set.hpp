#pragma once
#include <cstdint>

namespace rig::can {

// What the thread of an adapter waits for: the descriptors of the adapter, and the wake of its exchange. epoll, because
// the wake then needs not be read back, and because what is not ready costs nothing.
class WaitSet {
 public:
  explicit WaitSet(int wake_descriptor);
  WaitSet(const WaitSet&) = delete;
  WaitSet& operator=(const WaitSet&) = delete;
  ~WaitSet();

  // `events` as poll() has them. Throws when the system has no more.
  void add(int descriptor, std::uint32_t events);

  enum class Reason { time_is_over, woken, ready };
  // `ready` when one of the added descriptors is, whether woken or not.
  Reason wait(int milliseconds) noexcept;

 private:
  int wake_descriptor_;
  int epoll_;
};

}  // namespace rig::can

#include "drivers/can/frame_exchange.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include "rig/core/error.hpp"

namespace rig::can {

FrameExchange::FrameExchange() : wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (wake_ < 0) {
    throw RigError("no more file descriptors for a CAN adapter", {}, "raise the limit: ulimit -n");
  }
}

FrameExchange::~FrameExchange() { ::close(wake_); }

bool FrameExchange::queue(const BusFrame& frame) noexcept {
  if (!outgoing_.try_push(BusFrame(frame))) {
    unsent_.fetch_add(1, std::memory_order_relaxed);
    return false;
  }
  ++queued_;
  return true;
}

void FrameExchange::announce() noexcept {
  // Of this exchange and that of may_sleep() one comes first: the thread sees the frame, or we see that it sleeps.
  if (asleep_.exchange(false, std::memory_order_acq_rel)) {
    wake();
  }
}

void FrameExchange::arrived(const BusFrame& frame) noexcept {
  if (!received_.try_push(BusFrame(frame))) {
    dropped_.fetch_add(1, std::memory_order_relaxed);
  }
}

bool FrameExchange::next(BusFrame& frame) noexcept {
  while (outgoing_.try_pop(frame)) {
    if (++taken_ > void_until_.load(std::memory_order_acquire)) {
      return true;
    }
  }
  return false;
}

void FrameExchange::wake() noexcept {
  ::eventfd_write(wake_, 1);  // fails only when it is full, after 2^64 wakes
}

bool FrameExchange::may_sleep() noexcept {
  asleep_.exchange(true, std::memory_order_acq_rel);
  return outgoing_.size() == 0;
}

std::string FrameExchange::trouble() const {
  std::string out;
  const auto add = [&out](const std::atomic<std::uint64_t>& counter, const char* what) {
    if (const std::uint64_t count = counter.load(std::memory_order_relaxed); count > 0) {
      out += (out.empty() ? "" : "; ") + std::to_string(count) + what;
    }
  };
  add(dropped_, " frames were lost: they came faster than they were taken");
  add(unsent_, " frames were not sent: the adapter does not keep up");
  add(unsendable_, " frames were not sent: the adapter only listens, or is not set up for frames of their kind");
  return out;
}

}  // namespace rig::can

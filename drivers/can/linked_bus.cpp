#include "drivers/can/linked_bus.hpp"

#include <algorithm>

namespace rig::can {

// A frame that arrived before the clock of the run began carries the time since the machine's start: it is not part of
// the run, and waiting for its time would hold back all others.
constexpr Duration before_the_clock = std::chrono::seconds(10);

void LinkedBus::arm(const ArmLimits&) {
  BusFrame old;
  while (link_->exchange().receive(old)) {
  }
  early_ = false;
  doubts_ = link_->doubt().count;
  adapter_lost_ = link_->health().overflows();
}

// The next frame that a bench can read: a request carries no data and would read as zeros.
bool LinkedBus::next() noexcept {
  BusFrame frame;
  while (link_->exchange().receive(frame)) {
    last_frame_ = frame.time;
    if (frame.fd) {
      fd_frames_.fetch_add(1, std::memory_order_relaxed);
    } else if (!frame.remote && !frame.error) {
      next_ = {.time = frame.time, .id = frame.id, .extended = frame.extended, .length = frame.length};
      std::copy_n(frame.data.begin(), next_.data.size(), next_.data.begin());
      return true;
    }
  }
  return false;
}

// A frame about which the link is in doubt may wait here for longer than the tick in which the doubt is seen.
void LinkedBus::look_for_doubt(const FrameBatch& received, TimePoint heard_before) noexcept {
  const AdapterLink::Doubt doubt = link_->doubt();
  const std::uint64_t lost = link_->health().overflows();
  const auto& frames = received.frames();
  const bool late = doubt.count > 0 && !frames.empty() && frames.front().time <= doubt.until;
  const bool doubted = std::exchange(doubts_, doubt.count) != doubt.count;
  const bool overflown = std::exchange(adapter_lost_, lost) != lost;
  sure_ = !late && !doubted && !overflown;
  if (!sure_) {
    sure_until_ = late || doubted ? doubt.from : heard_before;
  }
}

void LinkedBus::receive(const Tick& tick, FrameBatch& into) noexcept {
  const TimePoint heard_before = last_frame_;
  while (into.frames().size() < FrameBatch::capacity && (early_ || next())) {
    early_ = next_.time > tick.start;
    if (early_ && next_.time - tick.start > before_the_clock) {
      early_ = false;
      continue;
    }
    if (early_) {
      break;
    }
    into.push(next_);
  }
  // The batch counts only what a full one refuses, and frames are dropped only when more of them wait.
  const std::uint64_t dropped = link_->exchange().dropped();
  for (; counted_ < dropped && into.frames().size() == FrameBatch::capacity; ++counted_) {
    into.push({});
  }
  look_for_doubt(into, heard_before);
}

void LinkedBus::transmit(const Tick& tick, const FrameBatch& frames) noexcept {
  for (const CanFrame& can : frames.frames()) {
    BusFrame frame{.time = tick.start, .id = can.id, .extended = can.extended, .length = can.length};
    std::copy(can.data.begin(), can.data.end(), frame.data.begin());
    link_->exchange().queue(frame);
  }
  if (!frames.frames().empty()) {
    link_->exchange().announce();
  }
}

std::string LinkedBus::trouble() const {
  std::string out = link_->trouble();
  if (const std::uint64_t count = fd_frames_.load(std::memory_order_relaxed); count > 0) {
    add_trouble(out, std::to_string(count) + " FD frames were heard, which a bench does not read");
  }
  return out;
}

}  // namespace rig::can

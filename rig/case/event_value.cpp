#include "rig/case/event_value.hpp"

#include <algorithm>
#include <cmath>

namespace rig {
namespace {

constexpr Duration level_before = std::chrono::seconds(1);
constexpr double still_flowing = 0.9;  // of the level before
constexpr double no_current = 0.2;     // A; above the offset of current sensors and the pack's own consumption

}  // namespace

EventValue::EventValue() : entries_(capacity) {}

void EventValue::restart() noexcept {
  next_ = 0;
  count_ = 0;
}

std::optional<EventValue::Entry> EventValue::at(TimePoint event) const noexcept {
  if (count_ == 0) {
    return std::nullopt;
  }
  std::size_t last_flow = 0;
  while (last_flow < count_ && std::abs(back(last_flow).current) <= no_current) {
    ++last_flow;
  }
  if (last_flow == count_) {
    std::size_t i = 0;
    while (i + 1 < count_ && back(i).time > event) {
      ++i;
    }
    return back(i);
  }
  std::size_t before = last_flow;
  while (before + 1 < count_ && back(last_flow).tick - back(before).tick < level_before) {
    ++before;
  }
  const auto not_after = [&](std::size_t i) {
    const TimePoint flowed = back(i).flowed;
    while (i + 1 < count_ && back(i).time > flowed) {
      ++i;
    }
    return back(i);
  };
  const double level = std::max(std::abs(back(before).current), no_current);
  for (std::size_t i = last_flow; i <= before; ++i) {
    if (std::abs(back(i).current) >= still_flowing * level) {
      return not_after(i);
    }
  }
  return not_after(last_flow);
}

}  // namespace rig

#include "rig/instrument/can_bus.hpp"

namespace rig {

void CanBus::declare(Declarations& out) {
  frames_ = out.signal("frames", {.help = "frames received since the start"});
  overflow_ = out.signal("overflow", {.help = "frames that did not fit into their tick's batch"});
  refused_ = out.signal("refused", {.help = "frames that were to go out and are not on the bench's send list"});
}

void CanBus::sample(const Tick& tick, SignalTable& out) noexcept {
  received_.clear();
  receive(tick, received_);
  if (!received_.frames().empty() || !out[frames_].good()) {
    count_ += received_.frames().size();
    out.write(frames_, static_cast<double>(count_), tick.start);
    out.write(overflow_, static_cast<double>(received_.overflow()), tick.start);
  }
  if (const auto refusals = static_cast<double>(refusals_); !out[refused_].good() || out[refused_].value != refusals) {
    out.write(refused_, refusals, tick.start);
  }
}

bool CanBus::send(const CanFrame& frame) noexcept {
  if (!gate_.admits(frame)) {
    ++refusals_;
    return false;
  }
  return outgoing_.push(frame);
}

void CanBus::apply(const Tick& tick, const CommandRow&) noexcept {
  sent_.clear();
  if (!outgoing_.frames().empty()) {
    transmit(tick, outgoing_);
    for (const auto& frame : outgoing_.frames()) {
      sent_.push(frame);
    }
    outgoing_.clear();
  }
}

}  // namespace rig

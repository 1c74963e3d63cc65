#include "rig/instrument/can_bus.hpp"

namespace rig {

void CanBus::declare(Declarations& out) {
  frames_ = out.signal("frames", {.help = "frames received since the start"});
  overflow_ = out.signal("overflow", {.help = "frames that did not fit into their tick's batch"});
  refused_ = out.signal("refused", {.help = "frames that were to go out and are not on the bench's send list"});
  state_ = out.signal("state", {.dimension = dimension::none,
                                .help = "error state of the adapter's controller",
                                .labels = {"active", "warning", "passive", "bus_off"}});
  receive_errors_ =
      out.signal("receive_errors", {.help = "error counter of the controller, where the adapter tells it"});
  transmit_errors_ =
      out.signal("transmit_errors", {.help = "error counter of the controller, where the adapter tells it"});
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
  state_condition(tick, out);
}

// An adapter that is away says nothing of the bus: what it said last is not true any more.
void CanBus::state_condition(const Tick& tick, SignalTable& out) const noexcept {
  const Condition now = condition();
  const Quality quality = life().alive ? Quality::good : Quality::invalid;
  const auto state = [&](SignalId id, double value) {
    if (out[id].quality != quality || out[id].value != value) {
      out.write(id, value, tick.start, quality);
    }
  };
  state(state_, static_cast<double>(now.state));
  if (now.receive_errors) {
    state(receive_errors_, *now.receive_errors);
  }
  if (now.transmit_errors) {
    state(transmit_errors_, *now.transmit_errors);
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

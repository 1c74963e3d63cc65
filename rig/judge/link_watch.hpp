#pragma once
#include "rig/judge/divergence.hpp"
#include "rig/signal/signal_group.hpp"

namespace rig {

// Whether one of several packs in parallel may have left the others: its link is lost, coding failed, or it waits to
// join. Such a block needs no cause. It is seen in that both directions are blocked at once, where a protection blocks
// one, or in that the one that speaks for all tells of an error. A fault of both directions that came without a cause
// is thereby left to what the case expects.
class LinkWatch {
 public:
  // `error`: the alarm of all packs; none of a pack that stands alone.
  LinkWatch(const SignalTable& table, SignalId error) : error_(error) {
    if (error_.valid()) {
      charge_ = optional_signal(table, "io.charge_prohibited");
      discharge_ = optional_signal(table, "io.discharge_prohibited");
    }
  }
  void add_to(SignalGroup& group) const {
    for (const SignalId id : {error_, charge_, discharge_}) {
      group.add(id);
    }
  }
  void observe(const Tick& tick, const SignalTable& s) noexcept {
    const auto changed = [&](SignalId id) { return id.valid() && s.changed(id); };
    if (!changed(error_) && !changed(charge_) && !changed(discharge_)) {
      return;
    }
    const auto set = [&](SignalId id) { return id.valid() && s[id].good() && s[id].value != 0.0; };
    const bool out = set(error_) || (set(charge_) && set(discharge_));
    if (out && !out_) {
      from_ = tick.start - outputs;
      until_ = TimePoint::max();
    } else if (!out && out_) {
      until_ = tick.start + outputs;
    }
    ever_ = ever_ || out;
    out_ = out;
  }
  // A block that was found at `time` may be for want of the others.
  [[nodiscard]] bool covers(TimePoint time) const noexcept { return ever_ && time >= from_ && time <= until_; }

 private:
  // The outputs of one decision show within this of each other, and its frame.
  static constexpr Duration outputs = std::chrono::milliseconds(3500);
  SignalId error_, charge_, discharge_;
  bool out_ = false, ever_ = false;
  TimePoint from_{}, until_{};
};

}  // namespace rig

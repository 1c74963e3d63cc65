#include "rig/model/voltage_pairs.hpp"

#include <utility>

namespace rig {

void VoltagePairs::Slot::add(const MeasuredValue& voltage) noexcept {
  pair.voltage = any ? hull(pair.voltage, voltage.value) : voltage.value;
  pair.since = any ? pair.since : voltage.since;
  pair.time = voltage.time;
  any = true;
}

void VoltagePairs::Slot::follow(const Measured& measured) noexcept {
  pair.source_on = pair.source_on && measured.charge_demand.value == Truth::yes;
  pair.source_off = pair.source_off && measured.charge_demand.value == Truth::no;
  pair.load_on = pair.load_on && measured.discharge_demand.value == Truth::yes;
  pair.load_off = pair.load_off && measured.discharge_demand.value == Truth::no;
}

bool VoltagePairs::update(const Measured& measured) noexcept {
  const MeasuredValue& current = measured.current;
  if (measured.voltage.fresh) {
    (waiting_.any ? behind_ : waiting_).add(measured.voltage);
  }
  for (Slot* slot : {&newest_, &waiting_, &behind_}) {
    if (slot->any) {
      slot->follow(measured);
    }
  }
  if (current.fresh) {
    newest_.pair.current = hull(newest_.pair.current, current.value);
  }
  if (has_current_ || current.fresh) {
    current_ = has_current_ ? hull(current_, current.value) : current.value;
    has_current_ = true;
  }
  if (!waiting_.any || current.time < waiting_.pair.time) {
    return false;
  }
  newest_ = std::exchange(waiting_, std::exchange(behind_, {}));
  newest_.pair.current = has_current_ ? current_ : current.value;
  // What waits next came after the current before this one.
  has_current_ = waiting_.any;
  current_ = current.value;
  return true;
}

}  // namespace rig

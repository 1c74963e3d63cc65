#pragma once
#include <array>
#include <string>
#include <vector>

#include "rig/instrument/can_bus.hpp"
#include "rig/instrument/chamber.hpp"
#include "rig/instrument/digital_io.hpp"
#include "rig/instrument/electronic_load.hpp"
#include "rig/instrument/meter.hpp"
#include "rig/instrument/power_supply.hpp"
#include "rig/instrument/service_port.hpp"
#include "rig/instrument/thermometer.hpp"
#include "rig/instrument/transport.hpp"

namespace rig {

// A box at the far end of a link, as its driver writes it. All of it runs on the thread of the link, never in the loop:
// it may wait, allocate and throw LinkError. What is thrown makes the readings invalid, which trips an energised bench.
//
// Order of calls: connect(); arm(); then read() every period and write() when the set-points changed; make_safe() at
// any moment after connect(), also first and also twice; release() at last. After a throw the link is cleared
// (Transport::clear) and recover() is called before anything else; then it is armed again, or asked whether it still
// is. After `rejected` while something is switched on nothing more is tried but make_safe(): who took the box keeps it.
class Box {
 public:
  virtual ~Box() = default;
  // The link is open. Identifies the box, compares it with what the bench file names (LinkError `mismatch`), takes
  // ownership where the box has such a thing, empties its error queue. Switches nothing on or off.
  virtual Identity connect() = 0;
  // The box's own protections and its link watchdog, from the bench's limits. Called while it is off.
  virtual void arm(const ArmLimits&) {}
  // Does what arm() set still stand? Only asks: the output may be on. LinkError `rejected` when it does not, as after a
  // power cycle of the box.
  virtual void check_armed() {}
  // Off, and read back that it is; throws when it is not. Has 200 ms.
  virtual void make_safe() = 0;
  // The last resort after make_safe() failed: says "off" without listening, since a box whose answers are lost or
  // garbled may still obey. Confirms nothing.
  virtual void shout_off() {}
  // After a broken exchange: is it still the same box, do we still own it? Its outputs are never assumed.
  virtual void recover() { connect(); }
  // Back to its front panel; the output is off by then.
  virtual void release() {}
};

// `time` and `fresh` of a reading are set by the caller: the start of the exchange, so that it was measured no earlier
// (a report of the pack is compared with what came after it). A reading that the box marks as not valid (overload,
// sensor open) has valid = false.
class SupplyBox : public Box {
 public:
  [[nodiscard]] virtual SupplyRatings ratings() const = 0;  // known without the box: from its model in the bench file
  virtual SupplyReading read() = 0;
  // Writes what changed since the last call in the order that the box's coupled limits want, and reads each back.
  virtual void write(const PowerSupply::Setpoint& setpoint) = 0;
};

class LoadBox : public Box {
 public:
  [[nodiscard]] virtual SupplyRatings ratings() const = 0;
  virtual LoadReading read() = 0;
  virtual void write(const ElectronicLoad::Setpoint& setpoint) = 0;
};

class ChamberBox : public Box {
 public:
  [[nodiscard]] virtual ChamberRatings ratings() const = 0;
  virtual ChamberReading read() = 0;
  virtual void write(const Chamber::Setpoint& setpoint) = 0;
};

// What a digital module sees and does in one exchange.
class IoBox : public Box {
 public:
  struct Reading {
    DigitalIo::Reading contacts;
    DigitalIo::LightReading lights;  // fresh = false where the module has none
    bool button = false;
  };
  [[nodiscard]] virtual DigitalIo::Fittings fittings() const { return {}; }
  virtual Reading read() = 0;
  virtual void press(bool down) = 0;
};

class MeterBox : public Box {
 public:
  [[nodiscard]] virtual Meter::Ratings ratings() const = 0;
  virtual Meter::Reading read() = 0;
  void make_safe() override {}
};

class ServiceBox : public Box {
 public:
  [[nodiscard]] virtual ServicePort::Ratings ratings() const = 0;
  virtual ServicePort::Reading read() = 0;
  void make_safe() override {}
};

class ThermometerBox : public Box {
 public:
  [[nodiscard]] virtual Thermometer::Ratings ratings() const = 0;
  virtual Thermometer::Reading read() = 0;
  void make_safe() override {}
};

}  // namespace rig

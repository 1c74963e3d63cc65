#pragma once
#include "rig/core/fields.hpp"

namespace rig::sim {

struct FetParameters {
  Duration open_delay = std::chrono::milliseconds(20);
  Duration close_delay = std::chrono::milliseconds(50);
  bool charge_stuck = false;
  bool discharge_stuck = false;
};

struct ContactParameters {
  Duration delay = std::chrono::milliseconds(100);
  bool charge_inverted = false;
  bool discharge_inverted = false;
  bool charge_works = true;
  bool discharge_works = true;
};

// A FET or a relay: it follows its demand after a delay, and a demand that goes away in time does nothing.
class Switch {
 public:
  void restart(bool closed) noexcept { *this = Switch(), closed_ = closed; }
  void run(double dt, bool demanded, Duration open_delay, Duration close_delay) noexcept {
    if (closed_ == demanded) {
      pending_ = 0;
      return;
    }
    pending_ += dt;
    if (pending_ >= to_seconds(demanded ? close_delay : open_delay) - 1e-9) {
      closed_ = demanded;
      pending_ = 0;
    }
  }
  [[nodiscard]] bool closed() const noexcept { return closed_; }
  [[nodiscard]] bool moving() const noexcept { return pending_ > 0; }

 private:
  bool closed_ = false;
  double pending_ = 0;  // s since the demand differs
};

// The two FET banks and the two dry contacts. A closed contact says "prohibited" (manual 5.3.5 leaves that open).
class Switches {
 public:
  void configure(const FetParameters& fet, const ContactParameters& contacts) {
    fet_ = fet;
    contacts_ = contacts;
  }
  void restart(bool on) noexcept {
    charge_.restart(on);
    discharge_.restart(on);
    charge_contact_.restart(false);
    discharge_contact_.restart(false);
  }
  struct Demand {
    bool charge_fet = false, discharge_fet = false;
    bool charge_contact = false, discharge_contact = false;
  };
  void run(double dt, const Demand& demand) noexcept {
    charge_.run(dt, demand.charge_fet, fet_.open_delay, fet_.close_delay);
    discharge_.run(dt, demand.discharge_fet, fet_.open_delay, fet_.close_delay);
    charge_contact_.run(dt, demand.charge_contact, contacts_.delay, contacts_.delay);
    discharge_contact_.run(dt, demand.discharge_contact, contacts_.delay, contacts_.delay);
  }
  [[nodiscard]] bool moving() const noexcept {
    return charge_.moving() || discharge_.moving() || charge_contact_.moving() || discharge_contact_.moving();
  }
  [[nodiscard]] bool charge_fet() const noexcept { return charge_.closed() || fet_.charge_stuck; }
  [[nodiscard]] bool discharge_fet() const noexcept { return discharge_.closed() || fet_.discharge_stuck; }
  // Without supply (`on` false) a relay cannot move, whatever is wrong with it.
  [[nodiscard]] bool charge_contact(bool on) const noexcept {
    return on && (charge_contact_.closed() && contacts_.charge_works) != contacts_.charge_inverted;
  }
  [[nodiscard]] bool discharge_contact(bool on) const noexcept {
    return on && (discharge_contact_.closed() && contacts_.discharge_works) != contacts_.discharge_inverted;
  }

 private:
  FetParameters fet_;
  ContactParameters contacts_;
  Switch charge_, discharge_, charge_contact_, discharge_contact_;
};

}  // namespace rig::sim

namespace rig {
template <>
struct Fields<sim::FetParameters> {
  static void declare(Mapping<sim::FetParameters>& m);
};
template <>
struct Fields<sim::ContactParameters> {
  static void declare(Mapping<sim::ContactParameters>& m);
};
}  // namespace rig

#pragma once
// What makes an instrument of the bench out of a box on a link: WiredSupply<B> and its kin, and the macros that
// register them. A driver of a real box is a class derived from SupplyBox, LoadBox, ChamberBox, IoBox, MeterBox,
// ThermometerBox or ServiceBox with
//     struct Parameters : WireParameters { ... };      // and rig::Fields<Parameters>, which calls declare_wire(m)
//     Driver(const Parameters&, Transport&);           // makes no exchange
// and one line RIG_WIRED_SUPPLY(Driver, "vendor.family", "help").
#include <memory>
#include <string>
#include <thread>
#include <type_traits>

#include "rig/core/date.hpp"
#include "rig/core/thread_priority.hpp"
#include "rig/instrument/box_station.hpp"
#include "rig/instrument/registry.hpp"

namespace rig {

// What every box on a link has in the bench file.
struct WireParameters {
  MarkedText endpoint;                                // "tcp://192.168.0.30:5025", "serial:///dev/ttyUSB0?baud=9600"
  Duration period = std::chrono::milliseconds(100);   // of the readings, wall time
  Duration timeout = std::chrono::milliseconds(500);  // of one exchange, wall time
  std::string serial;                                 // when given, it has to be this very box
  std::string calibration_due;                        // "2027-03-31": the end of the calibration's validity
};

template <class P>
void declare_wire(Mapping<P>& m) {
  m.required("endpoint", static_cast<MarkedText P::*>(&WireParameters::endpoint),
             "where the box is: tcp://HOST:PORT, serial:///dev/NAME?baud=N, usbtmc://VID:PID/SERIAL");
  m.optional("period", static_cast<Duration P::*>(&WireParameters::period),
             {.help = "readings are taken so often", .minimum = 1e-3, .maximum = 60.0});
  m.optional("timeout", static_cast<Duration P::*>(&WireParameters::timeout),
             {.help = "one exchange may take so long", .minimum = 1e-2, .maximum = 60.0});
  m.optional("serial", static_cast<std::string P::*>(&WireParameters::serial),
             "serial number; when given, no other box will do");
  m.optional("calibration_due", static_cast<std::string P::*>(&WireParameters::calibration_due),
             "date until which the calibration holds, 2027-03-31");
  m.check([](const Node& node, const P& p, Diagnostics& d) {
    const std::string& due = p.calibration_due;
    if (const Node* at = node.find("calibration_due"); at != nullptr && !due.empty() && !is_date(due)) {
      d.error(at->mark, "'" + due + "' is no day of the calendar", "year, month and day: \"2027-03-31\"");
    }
  });
}

// The part of a wired instrument that does not depend on its role.
template <class B, class Setpoint, class Reading>
class Wire {
 public:
  Wire(const typename B::Parameters& parameters, BenchContext& context)
      : parameters_(parameters),
        timeline_(context.timeline()),
        link_(context.shared<LinkTable>("links")->at(parameters.endpoint.text)),
        box_(parameters, link_->transport()),
        station_(box_, *link_, parameters.period) {}
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;
  // Leaves the box off and gives it back to its front panel. Never throws: a box that went away is off its link anyhow.
  ~Wire() {
    if (!connected_) {
      return;
    }
    await_safe();
    link_->detach(station_);
    try {
      link_->call([&] { box_.release(); });
    } catch (const RigError&) {
      return;
    }
  }

  void connect() {
    link_->call([&] {
      prefer_this_thread(ThreadPriority::link, false);  // where it is not permitted, readings may come late
      Transport& transport = link_->transport();
      if (!transport.is_open()) {
        transport.open(std::chrono::steady_clock::now() + std::chrono::seconds(3));
      }
      identity_ = box_.connect();
      if (!parameters_.serial.empty() && parameters_.serial != identity_.serial) {
        throw LinkError(LinkTrouble::mismatch,
                        "the bench file names the box with serial number " + parameters_.serial + ", found " +
                            identity_.model + " with " + identity_.serial,
                        parameters_.endpoint.text, "mend `serial` or `endpoint`");
      }
      station_.start();
    });
    link_->attach(station_);
    connected_ = true;
  }
  void arm(const ArmLimits& limits, bool from_off) {
    link_->call([&] { station_.arm(limits, from_off); });
  }
  // The newest reading in rig time; fresh = false when it is not new.
  [[nodiscard]] Reading poll() noexcept {
    Reading reading;
    WallTime taken;
    const bool news = station_.poll(reading, taken);
    stamp(reading, timeline_->at(taken), news);
    return reading;
  }
  void make_safe() noexcept {
    if (connected_) {
      station_.make_safe();
    }
  }
  void want(const Setpoint& setpoint) noexcept { station_.want(setpoint); }
  [[nodiscard]] bool is_safe() const noexcept { return !connected_ || station_.is_safe(); }
  // As old as a reading of this box may be, in rig time: links age in wall time.
  [[nodiscard]] Duration max_age() const {
    const Duration wall = 3 * parameters_.period + 2 * parameters_.timeout;
    return Duration{static_cast<std::int64_t>(static_cast<double>(wall.count()) * timeline_->scale())};
  }
  [[nodiscard]] const B& box() const noexcept { return box_; }
  [[nodiscard]] LinkReport report() const {
    return {parameters_.endpoint.text, link_->transport().is_local(), identity_, station_.trouble(),
            parameters_.calibration_due};
  }

 private:
  template <class R>
  static void stamp(R& reading, TimePoint time, bool news) noexcept {
    if constexpr (std::is_same_v<R, IoBox::Reading>) {
      reading.lights.fresh = reading.lights.fresh && news;
      reading.contacts.fresh = news;
      reading.contacts.time = reading.lights.time = time;
    } else {
      reading.fresh = news;
      reading.time = time;
    }
  }
  void await_safe() noexcept {
    if (station_.is_safe()) {
      return;
    }
    station_.make_safe();
    const WallTime until = std::chrono::steady_clock::now() + 2 * IoPump::safe_within;
    while (!station_.is_safe() && std::chrono::steady_clock::now() < until) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }

  typename B::Parameters parameters_;
  std::shared_ptr<Timeline> timeline_;
  std::shared_ptr<IoPump> link_;
  B box_;
  BoxStation<B, Setpoint, Reading> station_;
  Identity identity_;
  bool connected_ = false;
};

// What all wired instruments answer alike.
#define RIG_WIRED_COMMON(from_off)                                                 \
 public:                                                                           \
  using Parameters = typename B::Parameters;                                       \
  void connect() override { wire_.connect(); }                                     \
  void arm(const ArmLimits& limits) override { wire_.arm(limits, from_off); }      \
  [[nodiscard]] bool is_safe() const noexcept override { return wire_.is_safe(); } \
  [[nodiscard]] std::optional<LinkReport> link() const override { return wire_.report(); }

template <class B>
class WiredSupply final : public PowerSupply {
  RIG_WIRED_COMMON(true)
  WiredSupply(const Parameters& p, BenchContext& context) : wire_(p, context) {}
  void make_safe() noexcept override { wire_.make_safe(); }

 protected:
  [[nodiscard]] SupplyRatings ratings() const override {
    SupplyRatings r = wire_.box().ratings();
    r.max_age = wire_.max_age();
    return r;
  }

 private:
  SupplyReading measure(const Tick&) noexcept override { return wire_.poll(); }
  void command(const Setpoint& setpoint) noexcept override { wire_.want(setpoint); }
  Wire<B, PowerSupply::Setpoint, SupplyReading> wire_;
};

template <class B>
class WiredLoad final : public ElectronicLoad {
  RIG_WIRED_COMMON(true)
  WiredLoad(const Parameters& p, BenchContext& context) : wire_(p, context) {}
  void make_safe() noexcept override { wire_.make_safe(); }

 protected:
  [[nodiscard]] SupplyRatings ratings() const override {
    SupplyRatings r = wire_.box().ratings();
    r.max_age = wire_.max_age();
    return r;
  }

 private:
  LoadReading measure(const Tick&) noexcept override { return wire_.poll(); }
  void command(const Setpoint& setpoint) noexcept override { wire_.want(setpoint); }
  Wire<B, ElectronicLoad::Setpoint, LoadReading> wire_;
};

template <class B>
class WiredChamber final : public Chamber {
  RIG_WIRED_COMMON(false)
  WiredChamber(const Parameters& p, BenchContext& context) : wire_(p, context) {}
  void make_safe() noexcept override { wire_.make_safe(); }

 protected:
  [[nodiscard]] ChamberRatings ratings() const override {
    ChamberRatings r = wire_.box().ratings();
    r.max_age = std::max(r.max_age, wire_.max_age());
    return r;
  }

 private:
  ChamberReading measure(const Tick&) noexcept override { return wire_.poll(); }
  void command(const Setpoint& setpoint) noexcept override { wire_.want(setpoint); }
  Wire<B, Chamber::Setpoint, ChamberReading> wire_;
};

template <class B>
class WiredIo final : public DigitalIo {
  RIG_WIRED_COMMON(true)
  WiredIo(const Parameters& p, BenchContext& context) : wire_(p, context) {}
  void make_safe() noexcept override { wire_.make_safe(); }

 protected:
  [[nodiscard]] Fittings fittings() const override { return wire_.box().fittings(); }

 private:
  Reading measure(const Tick&) noexcept override {
    last_ = wire_.poll();
    return last_.contacts;
  }
  LightReading look(const Tick&) noexcept override { return last_.lights; }  // the same exchange
  void press(bool down) noexcept override { wire_.want(down); }
  [[nodiscard]] bool pressed() const noexcept override { return last_.button; }
  Wire<B, bool, IoBox::Reading> wire_;
  IoBox::Reading last_;
};

template <class B>
class WiredMeter final : public Meter {
  RIG_WIRED_COMMON(false)
  WiredMeter(const Parameters& p, BenchContext& context) : wire_(p, context) {}

 protected:
  [[nodiscard]] Ratings ratings() const override {
    Ratings r = wire_.box().ratings();
    r.max_age = wire_.max_age();
    return r;
  }

 private:
  Reading measure(const Tick&) noexcept override { return wire_.poll(); }
  Wire<B, NoSetpoint, Meter::Reading> wire_;
};

template <class B>
class WiredThermometer final : public Thermometer {
  RIG_WIRED_COMMON(false)
  WiredThermometer(const Parameters& p, BenchContext& context) : wire_(p, context) {}

 protected:
  [[nodiscard]] Ratings ratings() const override {
    Ratings r = wire_.box().ratings();
    r.max_age = std::max(r.max_age, wire_.max_age());
    return r;
  }

 private:
  Reading measure(const Tick&) noexcept override { return wire_.poll(); }
  Wire<B, NoSetpoint, Thermometer::Reading> wire_;
};

template <class B>
class WiredService final : public ServicePort {
  RIG_WIRED_COMMON(false)
  WiredService(const Parameters& p, BenchContext& context) : wire_(p, context) {}

 protected:
  [[nodiscard]] Ratings ratings() const override {
    Ratings r = wire_.box().ratings();
    r.max_age = std::max(r.max_age, wire_.max_age());
    return r;
  }

 private:
  Reading measure(const Tick&) noexcept override { return wire_.poll(); }
  Wire<B, NoSetpoint, ServicePort::Reading> wire_;
};
#undef RIG_WIRED_COMMON

}  // namespace rig

// A type cannot stand in parentheses. NOLINTBEGIN(bugprone-macro-parentheses)
#define RIG_WIRED(role, type, name, help)                                          \
  namespace {                                                                      \
  const ::rig::DriverRegistration<::rig::role<type>> type##_as_##role{name, help}; \
  }
// NOLINTEND(bugprone-macro-parentheses)
#define RIG_WIRED_SUPPLY(type, name, help) RIG_WIRED(WiredSupply, type, name, help)
#define RIG_WIRED_LOAD(type, name, help) RIG_WIRED(WiredLoad, type, name, help)
#define RIG_WIRED_CHAMBER(type, name, help) RIG_WIRED(WiredChamber, type, name, help)
#define RIG_WIRED_IO(type, name, help) RIG_WIRED(WiredIo, type, name, help)
#define RIG_WIRED_METER(type, name, help) RIG_WIRED(WiredMeter, type, name, help)
#define RIG_WIRED_SERVICE(type, name, help) RIG_WIRED(WiredService, type, name, help)
#define RIG_WIRED_THERMOMETER(type, name, help) RIG_WIRED(WiredThermometer, type, name, help)

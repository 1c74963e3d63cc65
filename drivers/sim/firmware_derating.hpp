#pragma once
#include "drivers/sim/firmware_afe.hpp"
#include "rig/core/fields.hpp"

namespace rig::sim {

template <class Q>
struct LimitPoint {
  Q at;
  Amps limit;
};
template <class Q>
struct FourPoints {
  LimitPoint<Q> p1, p2, p3, p4;
};
template <class Q>
struct SixPoints {
  LimitPoint<Q> p1, p2, p3, p4, p5, p6;
};

// Tables of the current limits; linear between their points, the smallest of all counts.
struct DeratingParameters {
  FourPoints<Volts> charge_by_cell{
      {Volts{3.40}, Amps{50}}, {Volts{3.45}, Amps{25}}, {Volts{3.50}, Amps{10}}, {Volts{3.55}, Amps{0}}};
  FourPoints<Volts> discharge_by_cell{
      {Volts{2.85}, Amps{0}}, {Volts{2.90}, Amps{25}}, {Volts{2.95}, Amps{50}}, {Volts{3.00}, Amps{75}}};
  SixPoints<Celsius> charge_by_temperature{{Celsius{-10}, Amps{10}}, {Celsius{0}, Amps{20}},  {Celsius{10}, Amps{50}},
                                           {Celsius{45}, Amps{50}},  {Celsius{50}, Amps{25}}, {Celsius{55}, Amps{0}}};
  SixPoints<Celsius> discharge_by_temperature{{Celsius{-20}, Amps{20}}, {Celsius{-10}, Amps{40}},
                                              {Celsius{0}, Amps{75}},   {Celsius{45}, Amps{75}},
                                              {Celsius{55}, Amps{40}},  {Celsius{60}, Amps{0}}};
  AmpsPerSecond slope{10.0};
  bool by_cell_enabled = true;
  bool by_temperature_enabled = true;
};

struct LimitParameters {
  Volts charge_voltage{56.1};
  Amps charge_current{50.0};
  Amps discharge_current{75.0};
  Watts discharge_power{3500.0};
  Volts discharge_voltage{45.6};
  bool zero_when_blocked = true;
};

// The currents that the pack permits, A. They follow the tables at a bounded slope, the power at once.
class Derating {
 public:
  void configure(const DeratingParameters& derating, const LimitParameters& limits);
  void restart() noexcept { first_ = true; }
  void update(double dt, const Scan& scan, bool charge_blocked, bool discharge_blocked) noexcept;
  [[nodiscard]] double charge() const noexcept { return charge_; }
  [[nodiscard]] double discharge() const noexcept { return discharge_; }

 private:
  DeratingParameters derating_;
  LimitParameters limits_;
  bool first_ = true;
  double charge_ = 0, discharge_ = 0, followed_ = 0;
};

}  // namespace rig::sim

namespace rig {
template <>
struct Fields<sim::DeratingParameters> {
  static void declare(Mapping<sim::DeratingParameters>& m);
};
template <>
struct Fields<sim::LimitParameters> {
  static void declare(Mapping<sim::LimitParameters>& m);
};
template <class Q>
struct Fields<sim::LimitPoint<Q>> {
  static void declare(Mapping<sim::LimitPoint<Q>>& m) {
    using P = sim::LimitPoint<Q>;
    // Cell voltages and temperatures share the range: what lies outside is no state of a pack.
    m.optional("at", &P::at, {.help = "here", .origin = "engineering default", .minimum = -60.0, .maximum = 150.0});
    m.optional("limit", &P::limit,
               {.help = "so much", .origin = "engineering default", .minimum = 0.0, .maximum = 1000.0});
  }
};
template <class Q>
struct Fields<sim::FourPoints<Q>> {
  static void declare(Mapping<sim::FourPoints<Q>>& m) {
    using T = sim::FourPoints<Q>;
    m.optional("p1", &T::p1, "first point");
    m.optional("p2", &T::p2, "second point");
    m.optional("p3", &T::p3, "third point");
    m.optional("p4", &T::p4, "last point");
    m.check([](const Node& n, const T& t, Diagnostics& d) {
      if (!(t.p1.at < t.p2.at && t.p2.at < t.p3.at && t.p3.at < t.p4.at)) {
        d.error(n.mark, "the points of a table have to rise", "each `at` is above the one before");
      }
    });
  }
};
template <class Q>
struct Fields<sim::SixPoints<Q>> {
  static void declare(Mapping<sim::SixPoints<Q>>& m) {
    using T = sim::SixPoints<Q>;
    m.optional("p1", &T::p1, "first point");
    m.optional("p2", &T::p2, "second point");
    m.optional("p3", &T::p3, "third point");
    m.optional("p4", &T::p4, "fourth point");
    m.optional("p5", &T::p5, "fifth point");
    m.optional("p6", &T::p6, "last point");
    m.check([](const Node& n, const T& t, Diagnostics& d) {
      if (!(t.p1.at < t.p2.at && t.p2.at < t.p3.at && t.p3.at < t.p4.at && t.p4.at < t.p5.at && t.p5.at < t.p6.at)) {
        d.error(n.mark, "the points of a table have to rise", "each `at` is above the one before");
      }
    });
  }
};
}  // namespace rig

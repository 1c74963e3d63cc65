#pragma once
#include <array>
#include <cmath>
#include <cstdint>
#include <functional>
#include <string>

#include "rig/model/observer.hpp"

namespace rig::test {

// A pack for the observer's tests: one mean cell with two polarisations and hysteresis, whose every property can be set
// beside what the observer believes. It shares nothing with the observer's cell nor with the virtual pack.
struct ObserverPlant {
  double soc = 0.5, capacity = 103.0 * 3600;
  double r0 = 0.40e-3, r1 = 0.35e-3, r2 = 0.45e-3;
  double tau1 = 20, tau2 = 400, half_loop = 0.011, gamma = 30;
  double path = 3e-3;
  double voltmeter = 0.0;  // V, on the terminals
  double cells = 16;
  std::function<double(double)> beside = [](double) { return 0.0; };  // V per cell over SOC: an OCV of its own

  double v1 = 0, v2 = 0, loop = 0, current = 0;
  std::uint32_t noise = 1;

  void step(double amps, double dt) {
    current = amps;
    soc += amps * dt / capacity;
    v1 += (amps * r1 - v1) * dt / tau1;
    v2 += (amps * r2 - v2) * dt / tau2;
    const double sign = amps > 0 ? 1 : amps < 0 ? -1 : 0;
    loop += gamma * std::abs(amps) * dt / capacity * (sign - loop);
  }
  [[nodiscard]] double ocv() const {
    static constexpr std::array<std::array<double, 2>, 52> curve{
        {{0, 2.2862},     {0.005, 2.6835}, {0.01, 2.7833},  {0.015, 2.8470}, {0.02, 2.8952},  {0.03, 2.9673},
         {0.04, 3.0213},  {0.05, 3.0647},  {0.06, 3.1008},  {0.07, 3.1317},  {0.08, 3.1583},  {0.09, 3.1810},
         {0.1, 3.1967},   {0.12, 3.2056},  {0.14, 3.2099},  {0.16, 3.2147},  {0.18, 3.2241},  {0.2, 3.2343},
         {0.225, 3.2449}, {0.25, 3.2547},  {0.275, 3.2628}, {0.3, 3.2703},   {0.325, 3.2768}, {0.35, 3.2826},
         {0.375, 3.2877}, {0.4, 3.2921},   {0.45, 3.2973},  {0.5, 3.2995},   {0.55, 3.3014},  {0.6, 3.3035},
         {0.625, 3.3047}, {0.65, 3.3063},  {0.675, 3.3081}, {0.7, 3.3108},   {0.725, 3.3141}, {0.75, 3.3185},
         {0.775, 3.3257}, {0.8, 3.3345},   {0.825, 3.3387}, {0.85, 3.3403},  {0.875, 3.3414}, {0.9, 3.3425},
         {0.92, 3.3432},  {0.94, 3.3442},  {0.95, 3.3447},  {0.96, 3.3453},  {0.97, 3.3463},  {0.98, 3.3487},
         {0.985, 3.3522}, {0.99, 3.3618},  {0.995, 3.3963}, {1, 3.5305}}};
    std::size_t i = 1;
    while (i + 1 < curve.size() && soc > curve[i][0]) {
      ++i;
    }
    const auto& a = curve[i - 1];
    const auto& b = curve[i];
    return a[1] + (b[1] - a[1]) * (soc - a[0]) / (b[0] - a[0]) + beside(soc);
  }
  double terminals() {
    noise = noise * 1664525u + 1013904223u;
    const double ripple = (static_cast<double>(noise >> 16) / 65536.0 - 0.5) * 2e-3;
    return cells * (ocv() + v1 + v2 + loop * half_loop + current * r0) + current * path + voltmeter + ripple;
  }
};

// The plant and its observer, tick by tick, and what the rows would say.
struct ObserverRig {
  ObserverPlant plant;
  Observer observer{{.path_resistance = {2.7e-3, 3.3e-3}}};
  double now = 0, tick = 0.02;
  double celsius = 25;
  // The worst of the run, in units of what is allowed: above 1 a row fails.
  double nis = 0, correction = 0, bias = 0, resistance = 0;
  double outside = 0;  // V, of the terminals outside the predicted band
  std::uint64_t looks = 0;

  void run(double amps, double seconds, bool see_voltage = true, bool see_current = true) {
    const std::int64_t ticks = std::llround(seconds / tick);
    for (std::int64_t i = 0; i < ticks; ++i, now += tick) {
      plant.step(amps, tick);
      const double p = plant.terminals();
      const bool comparable = see_voltage && see_current;
      if (comparable) {
        const Interval band = observer.terminals(Interval::around(amps, 0.1));
        outside = std::max({outside, band.lo - p, p - band.hi});
      }
      observer.step({now, tick, p, amps, see_current, comparable, Interval::around(celsius, 2.0)});
      watch();
    }
  }
  void watch() {
    if (observer.looks() == looks) {
      return;
    }
    looks = observer.looks();
    nis = std::max(nis, observer.nis_full() ? observer.nis() / 3.84 : 0.0);
    correction = std::max(correction, std::abs(observer.correction()) / observer.allowance());
    bias = std::max(bias, std::abs(observer.bias()) / observer.bias_range().hi);
    const Interval range = observer.resistance_range();
    if (range.hi < infinity) {
      resistance = std::max(resistance, std::abs(observer.resistance() - range.middle()) / (0.5 * range.width()));
    }
  }
  [[nodiscard]] bool accused() const { return nis > 1 || correction > 1 || bias > 1 || resistance > 1 || outside > 0; }
  [[nodiscard]] std::string text() const {
    return "nis " + std::to_string(nis) + ", correction " + std::to_string(correction) + ", bias " +
           std::to_string(bias) + ", resistance " + std::to_string(resistance) + ", outside " +
           std::to_string(outside) + " V; soc " + std::to_string(observer.soc()) + " truly " +
           std::to_string(plant.soc);
  }
  // Exchanges charge until the plant stands at `soc`.
  void run_to(double soc, double amps) { run(amps, std::abs((soc - plant.soc) * plant.capacity / amps)); }
  // Charge, rest, discharge and rest, as the shipped case does.
  void cycle(double charge_amps, double discharge_amps) {
    run(0, 120);
    run_to(0.985, charge_amps);
    run(0, 1200);
    run_to(0.05, -discharge_amps);
    run(0, 1200);
    run_to(0.15, charge_amps);
  }
};

}  // namespace rig::test

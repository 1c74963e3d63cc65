#pragma once
#include <array>
#include <cstdint>

#include "rig/core/math.hpp"
#include "rig/model/observer_filter.hpp"

namespace rig {

// What the plant rows allow. All per cell.
struct ObserverLimits {
  double cells = 16;
  Interval path_resistance{2e-3, 5e-3};           // Ohm, of the pack's switches
  Interval capacity{101.0 * 3600, 105.0 * 3600};  // A s between the ends of the curve; 100 Ah come out at the terminals
  double soc_per_cycle = 0.02;                    // SOC that the voltage may correct for each full cycle
  double bias = 5e-3;                             // V
  Interval resistance{0.33e-3, 0.47e-3};          // Ohm, ohmic part with its joints, at 25 degC and 50 %
};

// One tick as the observer needs it.
struct ObserverInput {
  double now = 0.0, step = 0.01;  // s
  double terminals = 0.0;         // V, valid when `comparable`
  double current = 0.0;           // A, charging positive, valid when `current_known`
  bool current_known = false;
  bool comparable = false;  // a new voltage, with a current of its moment, through a path that surely conducts
  Interval temperature;     // mean of the cells, degC
};

// Follows the mean cell of the pack: SOC by the charge that flowed, corrected by the voltage where the curve says
// something, and never by more than a budget. What it had to correct is its result: a healthy pack needs little.
//
// step() in every tick adds up; once a second the filter moves and looks. Nothing of it runs on a clock of its own, so
// a replay gives the same bits.
class Observer {
 public:
  explicit Observer(const ObserverLimits& limits = {}) : limits_(limits) {}
  void restart() noexcept;
  // Where the pack says that its SOC is, with what it may be off. Taken once, as the start; without it the first
  // voltage says what it can.
  void anchor(Interval soc) noexcept;
  void step(const ObserverInput& input) noexcept;

  // The filter has looked at the pack.
  [[nodiscard]] bool looking() const noexcept { return run_.looks > 0; }
  // Looks since the start; results change only with it.
  [[nodiscard]] std::uint64_t looks() const noexcept { return run_.looks; }
  [[nodiscard]] double soc() const noexcept { return filter_.value(ObserverFilter::soc); }
  [[nodiscard]] double soc_sigma() const noexcept;
  [[nodiscard]] double bias() const noexcept { return filter_.value(ObserverFilter::bias); }  // V per cell
  // Ohmic part per cell at this temperature, SOC and direction, with its share of the joints, Ohm.
  [[nodiscard]] double resistance() const noexcept { return run_.r0 + filter_.value(ObserverFilter::joint); }
  // Mean of the last minute of looks; judged once there is a minute.
  [[nodiscard]] double nis() const noexcept { return run_.nis_mean; }
  [[nodiscard]] bool nis_full() const noexcept { return run_.window == nis_window; }
  // What the voltage did to SOC since the anchor, signed, and what it may.
  [[nodiscard]] double correction() const noexcept { return run_.correction; }
  [[nodiscard]] double allowance() const noexcept { return run_.allowance; }
  [[nodiscard]] bool exhausted() const noexcept { return run_.exhausted; }

  // What healthy cells allow now.
  [[nodiscard]] Interval bias_range() const noexcept;
  [[nodiscard]] Interval resistance_range() const noexcept;
  // The terminal voltage of healthy cells at a current that lies in the interval, V.
  [[nodiscard]] Interval terminals(Interval current) const noexcept;

  static constexpr double period = 1.0;  // s between two looks

 private:
  static constexpr std::size_t nis_window = 60;
  // Since the last look.
  struct Second {
    double elapsed = 0.0, charge = 0.0, gap = 0.0;  // s, A s, s without a current
    double voltage_sum = 0.0, current_sum = 0.0;    // of the comparable samples
    double charging_sum = 0.0;                      // A, of those of them that charge
    double lowest = infinity, highest = -infinity;  // A, of all
    double samples = 0.0;
  };
  // Since the start.
  struct Run {
    Interval anchor{0.0, 1.0};
    bool anchored = false, started = false;
    bool placed = false;                 // the first voltage has said what it can
    bool reported = false;               // the pack told a SOC that says something
    double waited = 0.0;                 // s, for the pack's report
    double followed = 0.0;               // s, since the filter was started
    double celsius = 25.0, half = 15.0;  // degC, K
    double capacity = 1.0;               // A s, at this temperature
    double r0 = 0.0, r1 = 0.0, r2 = 0.0, spread = 0.07, slow_spread = 0.1;
    double current = 0.0, last_current = 0.0;  // A, mean of the last second and the newest
    double most = 0.0;                         // A, largest that the polarisation may remember
    bool charging = false;
    bool telling = false;  // the current says something about resistances
    std::uint64_t looks = 0;
    std::array<double, nis_window> nis{};
    std::size_t window = 0, next = 0;
    double nis_mean = 0.0;
    double correction = 0.0, allowance = 0.0;  // of SOC, since the anchor
    double full_for = 0.0;                     // s
    bool exhausted = false;
  };
  // What predicts the terminals until the next look.
  struct Band {
    double emf = 0.0, slope = 0.0, sigma = 0.0;  // V, V per A s, V: the cell without its ohmic part
    struct Path {
      Interval ohmic;       // Ohm, of the whole pack
      double unsure = 0.0;  // Ohm per cell, beyond that
    };
    Path charging, discharging;  // cells answer a discharge otherwise than a charge
  };
  struct Guess {
    double mean, sigma;  // of SOC
  };
  void begin() noexcept;
  void place() noexcept;
  // From the voltage of the last second, within this range.
  [[nodiscard]] Guess likely_soc(Interval prior) const noexcept;
  void move() noexcept;
  void look() noexcept;
  void find_soc(const ObserverFilter::Look& look) noexcept;
  [[nodiscard]] double ohmic_drop() const noexcept;
  void count_nis(double nis) noexcept;
  void spend(double correction) noexcept;
  void watch_full(double cell_voltage) noexcept;
  void predict_band() noexcept;
  [[nodiscard]] Band::Path path(double soc, bool charging) const noexcept;
  [[nodiscard]] double joint_sigma() const noexcept;

  ObserverLimits limits_;
  ObserverFilter filter_;
  Second second_;
  Run run_;
  Band band_;
};

}  // namespace rig

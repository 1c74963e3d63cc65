#pragma once
#include "drivers/sim/firmware_afe.hpp"
#include "rig/core/fields.hpp"

namespace rig::sim {

struct SocParameters {
  Amps current_offset{0.0};
  Ratio capacity_scale{1.0};
  Ratio efficiency{0.999};
  Ratio soh{1.0};
  std::int64_t cycles = 1;
  // Full, empty and rested: moments at which the count is put right.
  Volts full_voltage{55.68};
  Amps full_current{5.0};
  Duration full_delay = std::chrono::seconds(60);
  Amps empty_current{5.0};
  Celsius empty_temperature{10.0};
  Amps rest_current{0.2};
  Duration rest_delay = std::chrono::minutes(30);
  Ratio plateau_low{0.15};
  Ratio plateau_high{0.95};
  Ratio slew{0.01};  // per second
  bool full_correction = true;
  bool empty_correction = true;
  bool rest_correction = true;
  // Defects.
  bool one_way = false, wraps = false;
};

struct ForceChargeParameters {
  Ratio set{0.08};
  Ratio clear{0.10};
  Duration delay = std::chrono::seconds(1);
  bool enabled = true;
  bool stuck = false;  // defect: never cleared
};

struct FullChargeParameters {
  Ratio soc{0.97};
  Duration after = std::chrono::hours(30 * 24);
  Ratio clear{1.0};
  bool enabled = true;
  bool timer_resets = false;  // defect: any charge starts the month anew
};

// Counts charge, puts the count right where the voltage tells the truth, and asks for the charges that follow from it.
class SocCounter {
 public:
  void configure(const SocParameters& soc, const ForceChargeParameters& force, const FullChargeParameters& full);
  // `since_full`: s since SOC was last at least 97 %.
  void restart(double soc, double capacity, double since_full) noexcept;
  struct Events {
    bool over_voltage = false, under_voltage = false;  // tripped now
  };
  void update(double now, double dt, const Scan& scan, Events events) noexcept;
  // To be called after it: asks for the charges that `told` needs, the SOC of the pack or of the system that it leads.
  void ask(double now, double dt, double current, double told) noexcept;

  [[nodiscard]] double soc() const noexcept { return soc_; }
  [[nodiscard]] double shown() const noexcept;                                     // as told outside
  [[nodiscard]] double remaining() const noexcept { return shown() * capacity_; }  // A*s
  [[nodiscard]] double capacity() const noexcept { return capacity_; }             // A*s, as it counts
  [[nodiscard]] bool force_charge() const noexcept { return forced_; }
  [[nodiscard]] bool full_charge_request() const noexcept { return requested_; }

 private:
  void correct(double now, const Scan& scan, Events events) noexcept;

  SocParameters soc_parameters_;
  ForceChargeParameters force_;
  FullChargeParameters full_;
  double soc_ = 0.5, capacity_ = 100.0 * 3600;
  double target_ = -1;  // of a correction under way, below 0: none
  double full_since_ = -1, rest_since_ = -1, low_since_ = -1;
  bool rested_ = false;
  Events before_;
  double current_before_ = 0;  // A, of the scan before
  double since_full_ = 0;
  bool forced_ = false, requested_ = false;
};

}  // namespace rig::sim

namespace rig {
template <>
struct Fields<sim::SocParameters> {
  static void declare(Mapping<sim::SocParameters>& m);
};
template <>
struct Fields<sim::ForceChargeParameters> {
  static void declare(Mapping<sim::ForceChargeParameters>& m);
};
template <>
struct Fields<sim::FullChargeParameters> {
  static void declare(Mapping<sim::FullChargeParameters>& m);
};
}  // namespace rig

#pragma once
#include "drivers/sim/firmware_afe.hpp"
#include "rig/core/fields.hpp"

namespace rig::sim {

struct BalancingParameters {
  Volts voltage{3.40};
  Volts start{0.050};
  Volts stop{0.030};
  Celsius lowest{0.0};
  Celsius highest{50.0};
  Amps rest_current{0.5};
  Duration period = std::chrono::seconds(10);
  bool enabled = true;
  bool wrong_cell = false;  // defect: the neighbour's resistor
};

// Chooses the cells that are bled: those that stand out at the top of a charge, where voltage tells their SOC.
class Balancer {
 public:
  void configure(const BalancingParameters& parameters) { parameters_ = parameters; }
  void restart() noexcept {
    chosen_ = bleeding_ = 0;
    next_ = 0;
  }
  void update(double now, const Scan& scan) noexcept;
  [[nodiscard]] std::uint32_t bleeding() const noexcept { return bleeding_; }

 private:
  BalancingParameters parameters_;
  std::uint32_t chosen_ = 0, bleeding_ = 0;
  double next_ = 0;
};

}  // namespace rig::sim

namespace rig {
template <>
struct Fields<sim::BalancingParameters> {
  static void declare(Mapping<sim::BalancingParameters>& m);
};
}  // namespace rig

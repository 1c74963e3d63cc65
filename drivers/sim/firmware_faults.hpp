#pragma once
#include "drivers/sim/firmware_afe.hpp"
#include "drivers/sim/firmware_debounce.hpp"
#include "rig/core/fields.hpp"

namespace rig::sim {

// What a pack does not come back from by itself: it neither charges nor discharges until it is serviced.
template <class Q>
struct FaultRule {
  Q threshold;
  Duration delay = std::chrono::seconds(5);
  bool enabled = true;
  bool flag = true;
  bool fet = true;
  bool latches = true;  // defect: lets go when the cells are back
};

struct FaultParameters {
  FaultRule<Volts> fault_ov{.threshold = Volts{3.90}, .delay = std::chrono::seconds(1)};
  FaultRule<Volts> fault_uv{.threshold = Volts{2.0}};
  FaultRule<Celsius> fault_ot{.threshold = Celsius{80.0}};
  // Defects.
  bool faults_forgotten = false, faults_block_charge_only = false;
};

// The faults and the memory that keeps them when the pack is off.
class Faults {
 public:
  void configure(const FaultParameters& parameters) { parameters_ = parameters; }
  // A pack from service.
  void restart() noexcept { *this = Faults(parameters_); }
  // It was off.
  void wake() noexcept;
  void update(double now, const Scan& scan) noexcept;
  [[nodiscard]] double due() const noexcept { return due_; }

  [[nodiscard]] bool told() const noexcept { return told_; }
  [[nodiscard]] bool charge_blocked() const noexcept { return tripped_; }
  [[nodiscard]] bool discharge_blocked() const noexcept { return tripped_ && !parameters_.faults_block_charge_only; }
  [[nodiscard]] bool charge_fet_demand() const noexcept { return !opens_; }
  [[nodiscard]] bool discharge_fet_demand() const noexcept { return !opens_ || parameters_.faults_block_charge_only; }

  Faults() = default;

 private:
  struct State {
    Debounce trip;
    bool tripped = false;
  };
  explicit Faults(const FaultParameters& parameters) : parameters_(parameters) {}
  template <class Q>
  void judge(State& state, const FaultRule<Q>& rule, bool beyond, double now) noexcept;
  void conclude() noexcept;

  FaultParameters parameters_;
  State ov_, uv_, ot_;
  double due_ = 0;
  bool tripped_ = false, told_ = false, opens_ = false;
};

}  // namespace rig::sim

namespace rig {
template <>
struct Fields<sim::FaultRule<Volts>> {
  static void declare(Mapping<sim::FaultRule<Volts>>& m);
};
template <>
struct Fields<sim::FaultRule<Celsius>> {
  static void declare(Mapping<sim::FaultRule<Celsius>>& m);
};
}  // namespace rig

#pragma once
#include <vector>

#include "drivers/sim/circuit.hpp"

namespace rig::sim {

// One of several packs in parallel.
struct BankPack {
  PackPort port;       // as it stands now
  double voltage = 0;  // V at its own P+/P-
  double current = 0;  // A into it
};

// Packs in parallel, neighbours joined by a cable from P+ to P+ and one from P- to P-. Supply and load stand at P+ of
// the first and P- of the last pack (manual 5.3.1), so that each current takes equally many cables. What flows between
// packs that stand at different voltages comes out of it.
//
// Which banks and body diodes conduct is found by trying: for a given choice the ladder is linear, so it is replaced by
// its equivalent at the terminals, the node is solved with that, and the choice is looked at again (decision 0019).
class Bank {
 public:
  // `cable`: Ohm of one cable between neighbours.
  void configure(std::size_t packs, double cable);
  [[nodiscard]] std::vector<BankPack>& packs() noexcept { return packs_; }
  [[nodiscard]] const std::vector<BankPack>& packs() const noexcept { return packs_; }
  // The node at the terminals; voltages and currents of the packs follow.
  CircuitNode solve(const SupplyPort& supply, const LoadPort& load, const CapacitorPort& capacitor) noexcept;

 private:
  enum class Conducts : unsigned char { nothing, takes, gives };
  struct Equivalent {
    bool conducts = false;
    double source = 0, resistance = 0;        // of the whole bank
    double first_per_current = 0, first = 0;  // the first pack's voltage = first + first_per_current * current
  };
  [[nodiscard]] Equivalent reduce() const noexcept;
  void spread(const Equivalent& bank, const CircuitNode& node) noexcept;
  // Whether another choice fits better; `one_at_a_time`: change only that of the pack that is furthest off.
  bool choose(bool one_at_a_time) noexcept;
  [[nodiscard]] double leak_voltage() const noexcept;

  std::vector<BankPack> packs_;
  std::vector<Conducts> conducts_;
  double cable_ = 0;
};

}  // namespace rig::sim

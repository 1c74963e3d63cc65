#include "drivers/sim/bank.hpp"

#include <algorithm>
#include <cmath>

namespace rig::sim {
namespace {

// Changes of all choices at once settle nearly always in two rounds; where they chase each other, one by one does.
constexpr int rounds_of_all = 4;
constexpr int most_rounds = 40;
constexpr double idle = 1e-9;  // A

// A number that is linear in the first pack's voltage and the bank's current.
struct Linear {
  double first = 0, current = 0, constant = 0;
  Linear& operator+=(const Linear& o) noexcept {
    first += o.first;
    current += o.current;
    constant += o.constant;
    return *this;
  }
};

bool both_closed(const PackPort& pack) noexcept { return pack.charge_fet && pack.discharge_fet; }

}  // namespace

void Bank::configure(std::size_t packs, double cable) {
  packs_.assign(packs, {});
  conducts_.assign(packs, Conducts::takes);
  cable_ = cable;
}

// Along the ladder: behind pack k the current S_k of the packs so far flows in the cable of P-, the rest of the bank's
// in the cable of P+. So the voltage of the next one is u - cable * (I - 2 S), and at the end S has to be I.
Bank::Equivalent Bank::reduce() const noexcept {
  Linear voltage{1, 0, 0}, passed, sum;
  for (std::size_t k = 0; k < packs_.size(); ++k) {
    const PackPort& pack = packs_[k].port;
    if (conducts_[k] != Conducts::nothing) {
      const bool takes = conducts_[k] == Conducts::takes;
      const double g = 1.0 / (takes ? pack.resistance : giving_resistance(pack));
      const double emf = takes ? takes_above(pack) : gives_below(pack);
      passed += {g * voltage.first, g * voltage.current, g * (voltage.constant - emf)};
    }
    if (k + 1 < packs_.size()) {
      sum += passed;
      voltage += {2 * cable_ * passed.first, 2 * cable_ * passed.current - cable_, 2 * cable_ * passed.constant};
    }
  }
  if (passed.first <= 0.0) {
    return {};
  }
  Equivalent bank;
  bank.conducts = true;
  bank.first_per_current = (1.0 - passed.current) / passed.first;
  bank.first = -passed.constant / passed.first;
  const double grows = 1.0 + cable_ * sum.first;
  bank.resistance = grows * bank.first_per_current + cable_ * sum.current;
  bank.source = grows * bank.first + cable_ * sum.constant;
  return bank;
}

void Bank::spread(const Equivalent& bank, const CircuitNode& node) noexcept {
  double voltage = bank.conducts ? bank.first + bank.first_per_current * node.pack_current : node.voltage;
  double passed = 0;
  for (std::size_t k = 0; k < packs_.size(); ++k) {
    BankPack& pack = packs_[k];
    pack.voltage = voltage;
    pack.current = 0;
    if (conducts_[k] == Conducts::takes) {
      pack.current = (voltage - takes_above(pack.port)) / pack.port.resistance;
    } else if (conducts_[k] == Conducts::gives) {
      pack.current = (voltage - gives_below(pack.port)) / giving_resistance(pack.port);
    }
    passed += pack.current;
    voltage -= cable_ * (node.pack_current - 2 * passed);
  }
}

bool Bank::choose(bool one_at_a_time) noexcept {
  std::size_t worst = packs_.size();
  double furthest = -1;
  Conducts of_worst = Conducts::nothing;
  bool changed = false;
  for (std::size_t k = 0; k < packs_.size(); ++k) {
    const PackPort& port = packs_[k].port;
    const double voltage = packs_[k].voltage, current = packs_[k].current;
    // A diode that just carries nothing may stay as it is.
    const bool stays = (conducts_[k] == Conducts::takes && port.charge_fet && current >= -idle) ||
                       (conducts_[k] == Conducts::gives && can_give(port) && current <= idle);
    if (stays && !both_closed(port)) {
      continue;
    }
    Conducts fits = Conducts::nothing;
    double off = std::abs(current) * port.resistance;
    if (both_closed(port) || (port.charge_fet && voltage > takes_above(port))) {
      fits = Conducts::takes;
      off = std::abs(voltage - takes_above(port));
    } else if (can_give(port) && voltage < gives_below(port)) {
      fits = Conducts::gives;
      off = gives_below(port) - voltage;
    }
    if (fits == conducts_[k]) {
      continue;
    }
    changed = true;
    if (!one_at_a_time) {
      conducts_[k] = fits;
    } else if (off > furthest) {
      worst = k;
      furthest = off;
      of_worst = fits;
    }
  }
  if (worst < packs_.size()) {
    conducts_[worst] = of_worst;
  }
  return changed;
}

// Nothing loads the terminals: they show the highest pack that they are joined to.
double Bank::leak_voltage() const noexcept {
  double highest = 0;
  for (const BankPack& pack : packs_) {
    const bool joined = pack.port.charge_fet || can_give(pack.port);
    highest = joined ? std::max(highest, pack.port.source) : highest;
  }
  return highest;
}

CircuitNode Bank::solve(const SupplyPort& supply, const LoadPort& load, const CapacitorPort& capacitor) noexcept {
  CircuitNode node;
  for (int round = 0; round < most_rounds; ++round) {
    const Equivalent bank = reduce();
    PackPort whole;
    if (bank.conducts) {
      whole.source = bank.source;
      whole.resistance = bank.resistance;
    } else {
      whole.charge_fet = whole.discharge_fet = false;
      whole.resistance = 1.0;
    }
    node = sim::solve(whole, supply, load, capacitor);
    if (!bank.conducts && !supply.on && !(load.on && load.current > 0.0)) {
      node.voltage = leak_voltage();
    }
    spread(bank, node);
    if (!choose(round >= rounds_of_all)) {
      break;
    }
  }
  return node;
}

}  // namespace rig::sim

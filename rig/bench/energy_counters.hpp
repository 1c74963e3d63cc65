#pragma once
#include <array>
#include <optional>

#include "rig/signal/signal_table.hpp"

namespace rig {

// Charge and energy that went into the pack and came out of it, integrated from the bench's own pack.voltage and
// pack.current: pack.charge_in, .charge_out, .energy_in, .energy_out. They count from the start of a run; a case takes
// the difference of two moments.
//
// The uncertainty of a sum grows with the time that it was counted, so it cannot be declared: each counter has a
// companion, `pack.charge_out.u` and so on (expanded, k = 2). While pack.charge_demand and pack.discharge_demand read
// back that neither source nor load is on, nothing flows and nothing is in doubt. Offsets and gains of the instruments
// are taken as they are in the worst case, fully correlated over the run.
//
// Order of calls: declare() once, reset() before each run, count() each tick when pack.voltage and pack.current stand.
class EnergyCounters {
 public:
  // Nothing is declared, and count() does nothing, on a bench that does not wire both signals.
  void declare(SignalTable& table);
  void reset() noexcept;
  void count(SignalTable& table) noexcept;

 private:
  enum Which : std::size_t { charge_in, charge_out, energy_in, energy_out, which_count };
  struct Counter {
    SignalId value{};
    SignalId uncertainty{};
    double sum = 0.0;
    double bound = 0.0;  // expanded
  };
  struct Reading {
    TimePoint time{};
    double current = 0.0, power = 0.0;
    bool idle = false;
  };
  [[nodiscard]] bool is_idle(const SignalTable& table) const noexcept;
  void add(Which in, Which out, double before, double now, double expanded, double dt) noexcept;
  void publish(TimePoint time, SignalTable& table) noexcept;

  SignalId voltage_{};
  SignalId current_{};
  SignalId charge_demand_{};
  SignalId discharge_demand_{};
  Uncertainty voltage_class_{};
  Uncertainty current_class_{};
  std::array<Counter, which_count> counters_{};
  std::optional<Reading> last_;
  std::optional<TimePoint> published_;
  bool has_hole_ = false;
};

}  // namespace rig

#pragma once
#include "rig/model/bounds_signal.hpp"
#include "rig/model/observer.hpp"
#include "rig/model/reference_reports.hpp"
#include "rig/model/reference_view.hpp"

namespace rig {

// Plant: are the cells healthy? Feeds the observer with what the rig measured and publishes what it found as
// model.observer.*, and as model.pack.voltage.lo/.hi where healthy cells would hold the terminals now. It judges
// nothing.
class ReferencePlant {
 public:
  explicit ReferencePlant(const Requirements& requirements);
  void declare(SignalTable& table);
  // `uncounted`: SOC that the pack may have lost without knowing, before the start.
  void restart(double uncounted) noexcept;
  void update(const ReferenceView& view, const ReferenceReports& reports) noexcept;
  void publish(const Tick& tick, SignalTable& table) noexcept;

 private:
  // A result of the observer, with the interval in which that of healthy cells lies.
  struct Result {
    SignalId id;
    BoundsSignal bounds;
    double value = 0.0;
    bool judged = false;
    void set(double now, Interval healthy) noexcept {
      value = now;
      bounds.set(judged ? healthy : Interval{});
    }
  };
  void take_results() noexcept;

  Observer observer_;
  double uncounted_ = 0.0;
  std::uint64_t looks_ = 0;  // of the observer, when the results were taken
  bool pending_ = false;     // they are not yet in the table
  double nis_limit_ = infinity;
  bool voltage_judged_ = false;
  BoundsSignal voltage_;
  SignalId soc_id_, soc_u_id_;
  Result correction_, bias_, resistance_, nis_;
};

}  // namespace rig

#pragma once
#include <memory>
#include <string>
#include <vector>

#include "rig/case/program.hpp"
#include "rig/engine/reference.hpp"
#include "rig/judge/conformance.hpp"
#include "rig/judge/monitor.hpp"

namespace rig {

// All monitors of a case and their columns judge.<name>: stage 5 of a tick. The monitors only read; what they say is
// written behind them, in their order, so that the script sees it in the next tick.
class Judges {
 public:
  // The columns that the program's monitors need; call before the table is sealed.
  static void declare(const Program& program, const References& references, SignalTable& table);
  // `table` is sealed. `references` outlive the judges.
  Judges(const Program& program, const References& references, SignalTable& table);

  void observe(const Tick& present, SignalTable& signals) noexcept;
  // Of an open program, between two ticks: the expectations of the step that comes next take the first places. What the
  // ones before them found is kept. Allocates.
  void replace_expectations(std::vector<CompiledExpectation> expectations, const SignalTable& table);
  // What the expectations in place found, as sentences.
  [[nodiscard]] std::vector<Finding> findings_in_place() const;
  void finish(TimePoint end) noexcept;
  // A divergence came and the case said `resync: stop`.
  [[nodiscard]] bool wants_stop() const noexcept { return wants_stop_; }
  [[nodiscard]] bool any_decided() const noexcept;
  // The same without the reference: an expectation or a limit of the case itself.
  [[nodiscard]] bool own_decided() const noexcept;
  [[nodiscard]] std::vector<Finding> findings() const;
  // One for each row of the requirements, in their order; empty when nothing is judged by the reference. Of packs in
  // parallel a row is what the worst of them makes of it.
  [[nodiscard]] std::vector<RuleResult> rule_results() const;

 private:
  struct Seat {
    std::unique_ptr<Monitor> monitor;
    SignalId column;
    bool may_stop = false;  // a divergence ends the run
  };
  void seat(std::unique_ptr<Monitor> monitor, const SignalTable& table);
  void seat_conformance(const CompiledReference& wanted, const Reference& reference, SignalTable& table);

  std::vector<Seat> seats_;  // of an open program the places of its expectations first; one may be empty
  std::size_t places_ = 0;
  std::vector<Finding> before_;  // by expectations that are replaced
  bool decided_before_ = false;
  SignalId step_;                                 // script.step
  std::vector<const Conformance*> conformances_;  // of all packs as one, then of each that has a reference
  bool wants_stop_ = false;
};

}  // namespace rig

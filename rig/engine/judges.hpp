#pragma once
#include <memory>
#include <string>
#include <vector>

#include "rig/case/program.hpp"
#include "rig/judge/conformance.hpp"
#include "rig/judge/monitor.hpp"
#include "rig/model/reference_model.hpp"

namespace rig {

// The reference and the place where its outputs stand: stage 4 of a tick.
class Reference {
 public:
  explicit Reference(const Requirements& requirements) : model_(requirements) {}
  void declare(SignalTable& table) { model_.declare(table); }
  void begin(const SignalTable& table, const ReferenceStart& start) {
    model_.bind(table);
    model_.restart(start);
  }
  void step(const Tick& tick, SignalTable& signals) noexcept {
    model_.step(tick, signals);
    model_.publish(tick, signals);
  }

 private:
  ReferenceModel model_;
};

// All monitors of a case and their columns judge.<name>: stage 5 of a tick. The monitors only read; what they say is
// written behind them, in their order, so that the script sees it in the next tick.
class Judges {
 public:
  // The columns that the program's monitors need; call before the table is sealed.
  static void declare(const Program& program, SignalTable& table);
  // `table` is sealed. `requirements` outlives the judges.
  Judges(const Program& program, const Requirements& requirements, const SignalTable& table);

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
  [[nodiscard]] std::vector<Finding> findings() const;
  [[nodiscard]] const Conformance* conformance() const noexcept { return conformance_; }

 private:
  struct Seat {
    std::unique_ptr<Monitor> monitor;
    SignalId column;
  };
  void seat(std::unique_ptr<Monitor> monitor, const SignalTable& table);

  std::vector<Seat> seats_;  // of an open program the places of its expectations first; one may be empty
  std::size_t places_ = 0;
  std::vector<Finding> before_;  // by expectations that are replaced
  bool decided_before_ = false;
  SignalId step_;  // script.step
  const Conformance* conformance_ = nullptr;
  bool wants_stop_ = false;
};

}  // namespace rig

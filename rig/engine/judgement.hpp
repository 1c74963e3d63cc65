#pragma once
#include <memory>
#include <optional>

#include "rig/case/case.hpp"
#include "rig/case/program.hpp"
#include "rig/engine/judges.hpp"
#include "rig/engine/run_order.hpp"

namespace rig {

// Everything of a run that needs no bench: the compiled case, the reference and the judges. A replay builds it again
// over the columns of a record.
//
// Order of calls: constructor (declares and compiles; the table is still open), the table's seal(), begin().
class Judgement {
 public:
  // Declares model.*, script.* (unless the table has them from a record) and judge.*, and compiles the case. Mistakes
  // go to `diagnostics`; the judgement may be used only when there were none. `requirements` outlives it.
  Judgement(const Case& test, const Row* row, const Requirements& requirements, SignalTable& signals,
            const CommandTable& commands, Diagnostics& diagnostics, Flow flow = Flow::fixed);
  Judgement(const Judgement&) = delete;
  Judgement& operator=(const Judgement&) = delete;

  void begin(SignalTable& signals);
  // Stages 4 and 5 of a tick.
  void step(const Tick& tick, SignalTable& signals) noexcept {
    references_.step(tick, signals);
    judges_->observe(tick, signals);
  }

  [[nodiscard]] const Program& program() const noexcept { return program_; }
  // Of an open program, between two ticks: the step goes behind the others and its expectations into their places.
  // Returns its number. Allocates.
  std::uint32_t add(AddedStep step, const SignalTable& signals);
  // Expectations that a step of an open program can have.
  static constexpr std::uint32_t most_expectations = 8;
  [[nodiscard]] References& references() noexcept { return references_; }
  [[nodiscard]] Judges& judges() noexcept { return *judges_; }

 private:
  std::optional<Requirements> aged_;  // of a case that begins with a pack of some age
  const Requirements& requirements_;
  ReferenceStart start_;
  Program program_;
  References references_;
  std::unique_ptr<Judges> judges_;
};

}  // namespace rig

#pragma once
#include "rig/bench/bench.hpp"
#include "rig/plan/set_points.hpp"
#include "rig/requirement/requirement.hpp"

namespace rig {

struct EnvelopeInput {
  const Program& program;
  const std::vector<StepPoints>& points;
  const SignalTable& signals;
  const CommandTable& commands;
  std::span<const BenchLimit> limits;
  const FixtureConfig& fixture;
  const Requirements& requirements;
};

// No commanded point may leave what instruments, fixture, bench and pack stand. What trips the bench for certain when
// it is reached is a mistake; what does so only when the pack or a protection behaves in some way is a warning.
void check_envelope(const EnvelopeInput& input, Diagnostics& diagnostics);

}  // namespace rig

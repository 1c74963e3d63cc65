#pragma once
#include <cstdint>
#include <vector>

#include "rig/judge/verdict.hpp"
#include "rig/signal/signal_table.hpp"

namespace rig {

// What a monitor says after a tick. Its number is what stands in the judge column `judge.<name>`.
enum class MonitorState : std::uint8_t {
  idle,      // not armed: nothing to judge now
  pending,   // armed, not decided
  passed,    // decided: holds
  failed,    // decided: violated; final
  undecided  // armed, but the data is stale or missing
};

// A judge. Built before the run; reads the signals of the tick, never writes them. Order of calls: observe() once per
// tick with growing tick.start (the index may jump); finish() once after the last tick. observe() neither allocates nor
// throws: it stores codes and values, and findings() makes texts of them after the loop.
class Monitor {
 public:
  virtual ~Monitor() = default;
  virtual MonitorState observe(const Tick& tick, const SignalTable& signals) noexcept = 0;
  virtual void finish(TimePoint end) noexcept { (void)end; }
  [[nodiscard]] virtual std::vector<Finding> findings() const = 0;
  // True when at least one judgement was made: a monitor that never decided anything does not count as a check.
  [[nodiscard]] virtual bool decided() const noexcept = 0;
  // "expect.2.1", "always.0", "conformance": the judge column is judge.<name>.
  [[nodiscard]] virtual const std::string& name() const noexcept = 0;
};

}  // namespace rig

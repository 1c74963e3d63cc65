#pragma once
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "reports/plot_groups.hpp"
#include "reports/record_pass.hpp"

namespace rig {

// One signal of a plot, with its envelope where the reference gives one.
struct TracedSignal {
  std::string name;
  std::unique_ptr<LineSource> line;
  std::unique_ptr<BandSource> band;
};
struct TracedGroup {
  PlotGroup what;
  std::vector<TracedSignal> signals;
};
struct TracedTruth {
  std::string name;
  std::unique_ptr<TruthSource> source;
};

// Everything that any plot of a run shows in any of its windows, read in one pass: a record may be far larger than the
// memory.
class CaseTraces {
 public:
  CaseTraces(RunReader& reader, std::span<const Window> windows);
  [[nodiscard]] const std::vector<TracedGroup>& groups() const noexcept { return groups_; }
  [[nodiscard]] const std::vector<TracedTruth>& truths() const noexcept { return truths_; }

 private:
  void find_groups(const RunReader& reader, std::span<const Window> windows);
  void find_truths(const RunReader& reader, std::span<const Window> windows);
  std::vector<TracedGroup> groups_;
  std::vector<TracedTruth> truths_;
};

}  // namespace rig

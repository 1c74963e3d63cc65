#include "reports/case_traces.hpp"

namespace rig {
namespace {
constexpr std::size_t buckets = 900;  // about one per pixel
constexpr std::size_t strip_resolution = 2 * buckets;

void add_signal(TracedGroup& group, const std::string& name, const RunReader& reader, std::span<const Window> windows) {
  const auto column = reader.find(name);
  const auto lower = reader.find("model." + name + ".lo");
  const auto upper = reader.find("model." + name + ".hi");
  if (!column) {
    return;
  }
  TracedSignal& signal = group.signals.emplace_back();
  signal.name = name;
  signal.line = std::make_unique<LineSource>(*column, windows, buckets);
  if (lower && upper) {
    signal.band = std::make_unique<BandSource>(*lower, *upper, windows, buckets);
  }
}
}  // namespace

void CaseTraces::find_groups(const RunReader& reader, std::span<const Window> windows) {
  for (PlotGroup& what : plot_groups(reader)) {
    TracedGroup& group = groups_.emplace_back(TracedGroup{std::move(what), {}});
    for (const std::string& name : group.what.signals) {
      add_signal(group, name, reader, windows);
    }
  }
}

void CaseTraces::find_truths(const RunReader& reader, std::span<const Window> windows) {
  for (std::size_t seen = 0; seen < reader.columns().size(); ++seen) {
    const std::string& name = reader.columns()[seen].name;
    const auto may = reader.find("model." + name + ".may");
    const auto must = reader.find("model." + name + ".must");
    if (may && must) {
      const TruthSource::Columns columns{*may, *must, seen};
      truths_.push_back({name, std::make_unique<TruthSource>(columns, windows, strip_resolution)});
    }
  }
}

CaseTraces::CaseTraces(RunReader& reader, std::span<const Window> windows) {
  find_groups(reader, windows);
  find_truths(reader, windows);
  std::vector<PlotSource*> sources;
  for (const TracedGroup& group : groups_) {
    for (const TracedSignal& signal : group.signals) {
      sources.push_back(signal.line.get());
      if (signal.band != nullptr) {
        sources.push_back(signal.band.get());
      }
    }
  }
  for (const TracedTruth& truth : truths_) {
    sources.push_back(truth.source.get());
  }
  pass_through(reader, sources);
}

}  // namespace rig

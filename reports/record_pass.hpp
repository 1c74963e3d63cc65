#pragma once
#include <optional>
#include <span>
#include <vector>

#include "reports/truth_lanes.hpp"
#include "rig/record/reader.hpp"

namespace rig {

// What the plots of a run need of its record, for some windows at once. Each source watches a few columns and keeps of
// them what its pictures can show.

// A block of a record as the sources read it.
class BlockSamples {
 public:
  // Nothing when the block's ticks cannot be read.
  static std::optional<BlockSamples> load(RunReader& reader, std::size_t block);
  // Nothing when the column is damaged in this block.
  std::optional<DecodedColumn> column(std::size_t column) { return reader_->read_block(block_, column); }
  // When a row arrived, and a sample's own time in it; seconds.
  [[nodiscard]] double arrival(std::size_t row) const { return to_seconds(Duration{rows_.indexes[row] * tick_ns_}); }
  [[nodiscard]] double own_time(const DecodedColumn& column, std::size_t i) const {
    return to_seconds(Duration{rows_.indexes[column.rows[i]] * tick_ns_ - column.ages[i]});
  }
  [[nodiscard]] bool empty() const { return rows_.indexes.empty(); }  // frames alone
  [[nodiscard]] double begin() const { return arrival(0); }

 private:
  BlockSamples(RunReader& reader, std::size_t block, DecodedRows rows)
      : reader_(&reader), block_(block), tick_ns_(reader.info().tick.count()), rows_(std::move(rows)) {}
  RunReader* reader_;
  std::size_t block_;
  std::int64_t tick_ns_;
  DecodedRows rows_;
};

class PlotSource {
 public:
  PlotSource() = default;
  PlotSource(const PlotSource&) = delete;
  PlotSource& operator=(const PlotSource&) = delete;
  virtual ~PlotSource() = default;
  // The next block, in order.
  virtual void take(BlockSamples& block) = 0;
  // Rows are missing from here on: what was known holds no longer.
  virtual void lose(double t) = 0;
};

// A column in order of its samples' own times, NaN where they are not good.
class ColumnTrack {
 public:
  explicit ColumnTrack(std::size_t column) : column_(column) {}
  // Valid until the next call; a damaged block is one point of which nothing is known.
  std::span<const TracePoint> read(BlockSamples& block);

 private:
  std::size_t column_;
  double latest_ = 0;  // what a time that runs backwards is held to
  Trace points_;
};

// A signal as a line in each window.
class LineSource final : public PlotSource {
 public:
  LineSource(std::size_t column, std::span<const Window> windows, std::size_t buckets);
  void take(BlockSamples& block) override;
  void lose(double t) override;
  [[nodiscard]] bool empty() const noexcept { return empty_; }
  Trace finish(std::size_t window) { return windows_[window].finish(); }

 private:
  ColumnTrack track_;
  std::vector<Decimation> windows_;
  bool empty_ = true;
};

// The two edges of an envelope. Where it is infinite to both sides it claims nothing, and both edges break.
class BandSource final : public PlotSource {
 public:
  BandSource(std::size_t lower, std::size_t upper, std::span<const Window> windows, std::size_t buckets);
  void take(BlockSamples& block) override;
  void lose(double t) override;
  [[nodiscard]] bool empty() const noexcept { return empty_; }
  Trace lower(std::size_t window) { return lower_[window].finish(); }
  Trace upper(std::size_t window) { return upper_[window].finish(); }

 private:
  ColumnTrack lower_track_, upper_track_;
  std::vector<Decimation> lower_, upper_;
  std::optional<double> low_, high_;  // as they stand
  Trace low_points_, high_points_;
  bool empty_ = true;
};

// A truth value with what the reference says of it, row by row as the judges saw it.
class TruthSource final : public PlotSource {
 public:
  struct Columns {
    std::size_t may = 0, must = 0, seen = 0;
  };
  TruthSource(Columns columns, std::span<const Window> windows, std::size_t resolution);
  void take(BlockSamples& block) override;
  void lose(double t) override;
  // Whether anything was ever allowed, demanded or seen.
  [[nodiscard]] bool happened() const noexcept { return happened_; }
  Strip finish(std::size_t window, std::string name) { return windows_[window].finish(std::move(name)); }

 private:
  void set(double t, Truth truth);
  Columns columns_;
  std::vector<TruthLanes> windows_;
  Truth now_;
  bool happened_ = false;
};

// Walks once through a record, one block at a time, and shows each block to all sources.
void pass_through(RunReader& reader, std::span<PlotSource* const> sources);

}  // namespace rig

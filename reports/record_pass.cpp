#include "reports/record_pass.hpp"

#include <algorithm>
#include <bit>

namespace rig {
namespace {
constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

double known_value(const DecodedColumn& column, std::size_t i) {
  return column.qualities[i] == Quality::good ? std::bit_cast<double>(column.value_bits[i]) : nothing;
}

std::vector<Decimation> for_each_window(std::span<const Window> windows, std::size_t buckets) {
  std::vector<Decimation> out;
  for (const Window& window : windows) {
    out.emplace_back(window, buckets);
  }
  return out;
}

template <class Samples>
void add_to_all(std::vector<Decimation>& windows, const Samples& samples) {
  for (Decimation& window : windows) {
    window.add(samples);
  }
}
}  // namespace

std::optional<BlockSamples> BlockSamples::load(RunReader& reader, std::size_t block) {
  auto rows = reader.read_rows(block);
  return rows ? std::optional(BlockSamples(reader, block, std::move(*rows))) : std::nullopt;
}

std::span<const TracePoint> ColumnTrack::read(BlockSamples& block) {
  points_.clear();
  const auto samples = block.column(column_);
  if (!samples) {
    latest_ = std::max(latest_, block.begin());
    points_.push_back({latest_, nothing});
    return points_;
  }
  points_.reserve(samples->rows.size());
  for (std::size_t i = 0; i < samples->rows.size(); ++i) {
    latest_ = std::max(latest_, block.own_time(*samples, i));
    points_.push_back({latest_, known_value(*samples, i)});
  }
  return points_;
}

LineSource::LineSource(std::size_t column, std::span<const Window> windows, std::size_t buckets)
    : track_(column), windows_(for_each_window(windows, buckets)) {}

void LineSource::take(BlockSamples& block) {
  const auto points = track_.read(block);
  empty_ = empty_ && points.empty();
  add_to_all(windows_, points);
}

void LineSource::lose(double t) { add_to_all(windows_, TracePoint{t, nothing}); }

BandSource::BandSource(std::size_t lower, std::size_t upper, std::span<const Window> windows, std::size_t buckets)
    : lower_track_(lower),
      upper_track_(upper),
      lower_(for_each_window(windows, buckets)),
      upper_(for_each_window(windows, buckets)) {}

void BandSource::take(BlockSamples& block) {
  const auto lows = lower_track_.read(block);
  const auto highs = upper_track_.read(block);
  low_points_.clear();
  high_points_.clear();
  for (std::size_t l = 0, h = 0; l < lows.size() || h < highs.size();) {
    const double t = std::min(l < lows.size() ? lows[l].t : highs[h].t, h < highs.size() ? highs[h].t : lows[l].t);
    if (l < lows.size() && lows[l].t <= t) {
      low_ = lows[l++].v;
    }
    if (h < highs.size() && highs[h].t <= t) {
      high_ = highs[h++].v;
    }
    if (low_ && high_) {
      const bool bounded = std::isfinite(*low_) || std::isfinite(*high_);
      low_points_.push_back({t, bounded ? *low_ : nothing});
      high_points_.push_back({t, bounded ? *high_ : nothing});
    }
  }
  empty_ = empty_ && low_points_.empty();
  add_to_all(lower_, std::span<const TracePoint>(low_points_));
  add_to_all(upper_, std::span<const TracePoint>(high_points_));
}

void BandSource::lose(double t) {
  low_ = high_ = std::nullopt;
  add_to_all(lower_, TracePoint{t, nothing});
  add_to_all(upper_, TracePoint{t, nothing});
}

TruthSource::TruthSource(Columns columns, std::span<const Window> windows, std::size_t resolution) : columns_(columns) {
  for (const Window& window : windows) {
    windows_.emplace_back(window, resolution);
  }
}

void TruthSource::set(double t, Truth truth) {
  if (truth == now_) {
    return;
  }
  now_ = truth;
  happened_ = happened_ || truth.may || truth.must || truth.seen;
  for (TruthLanes& window : windows_) {
    window.add(t, truth);
  }
}

void TruthSource::take(BlockSamples& block) {
  const auto may = block.column(columns_.may);
  const auto must = block.column(columns_.must);
  const auto seen = block.column(columns_.seen);
  if (!may || !must || !seen) {
    lose(block.begin());
    return;
  }
  struct Reader {
    const DecodedColumn& column;
    std::size_t at = 0;
    [[nodiscard]] std::size_t row() const { return at < column.rows.size() ? column.rows[at] : RowBlock::row_capacity; }
    [[nodiscard]] double value() const { return known_value(column, at); }
  };
  Reader m{*may}, d{*must}, s{*seen};
  for (std::size_t row = 0; (row = std::min({m.row(), d.row(), s.row()})) < RowBlock::row_capacity;) {
    Truth truth = now_;
    if (m.row() == row) {
      truth.may = m.value() > 0.5;
      ++m.at;
    }
    if (d.row() == row) {
      truth.must = d.value() > 0.5;
      ++d.at;
    }
    if (s.row() == row) {
      truth.known = !std::isnan(s.value());
      truth.seen = s.value() > 0.5;
      ++s.at;
    }
    set(block.arrival(row), truth);
  }
}

void TruthSource::lose(double t) { set(t, {}); }

void pass_through(RunReader& reader, std::span<PlotSource* const> sources) {
  const auto lose = [&](std::int64_t tick) {
    for (PlotSource* source : sources) {
      source->lose(to_seconds(reader.info().tick * tick));
    }
  };
  const std::vector<RecordGap> gaps = reader.gaps();
  auto gap = gaps.begin();
  for (std::size_t b = 0; b < reader.block_count(); ++b) {
    for (; gap != gaps.end() && gap->first_tick <= reader.first_tick(b); ++gap) {
      lose(gap->first_tick);
    }
    auto block = BlockSamples::load(reader, b);
    if (!block) {
      lose(reader.first_tick(b));
      continue;
    }
    for (PlotSource* source : sources) {
      if (!block->empty()) {
        source->take(*block);
      }
    }
  }
}

}  // namespace rig

#pragma once
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <utility>
#include <vector>

namespace rig {

// A stretch of rig time in seconds.
struct Window {
  double from = 0;
  double to = 0;
  [[nodiscard]] double length() const noexcept { return to - from; }
};

struct TracePoint {
  double t = 0;  // s
  double v = 0;  // NaN: nothing is known from here on
};
using Trace = std::vector<TracePoint>;
using Intervals = std::vector<std::pair<double, double>>;  // s, in order, apart

// Samples one by one, in order of time, to what a plot with `buckets` columns can show of a window. The lowest and the
// highest of each bucket stay, so no spike is lost; a value holds until the next sample; where nothing is known the
// trace breaks. What is kept depends on the buckets alone, never on the length of the run.
class Decimation {
 public:
  // For each bucket: the value that held until it, and two pieces of four points with a break behind each.
  static constexpr std::size_t most_points_of_a_bucket = 11;

  Decimation(Window window, std::size_t buckets) : window_(window), buckets_(buckets), bucket_end_(end_of(0)) {}

  void add(TracePoint sample);
  void add(std::span<const TracePoint> samples);
  // The trace to the end of the window. Nothing is added afterwards.
  Trace finish();

 private:
  // What a bucket holds since it began or since its last break.
  struct Piece {
    TracePoint first, lowest, highest, last;
    std::size_t count = 0;
    void add(TracePoint p);
    void flush(Trace& out, bool holds_on);
  };
  [[nodiscard]] double end_of(std::size_t bucket) const noexcept {
    return window_.from + window_.length() * static_cast<double>(bucket + 1) / static_cast<double>(buckets_);
  }
  void place(TracePoint p);
  void go_to(double t);
  void lose(double t);
  void close_bucket(bool holds_on);

  Window window_;
  std::size_t buckets_;
  Trace out_;
  Piece piece_;
  std::size_t current_ = 0;
  double bucket_end_;
  bool broken_ = false;  // this bucket has its break; what else is lost within it shows only at its end
  double value_ = std::numeric_limits<double>::quiet_NaN();
  double lost_at_ = 0;
  TracePoint before_;  // the last sample that is not after the begin of the window
  bool has_before_ = false;
};

// The lowest and highest finite values of some traces; false when there are none.
bool widen(const Trace& trace, double& lowest, double& highest);

}  // namespace rig

#pragma once
#include <cstdint>

#include "rig/core/math.hpp"
#include "rig/model/debounce.hpp"

namespace rig {

// What is known of how a pack counts its charge.
struct SocCounting {
  Interval capacity{95.0 * 3600, 112.0 * 3600};  // A*s
  double offset = 0.015;                         // of the pack's own current sensor, A
  double cells = 16.0;
};

// Where the reported SOC may be: anchored at the first report, moved by the measured charge over a capacity that is
// known as an interval, with the corrections that a pack makes: to 100 % when it is full, to 0 % when it is empty, and
// to what the voltage tells after a long rest. Where a correction may but need not happen, both are right.
class SocBounds {
 public:
  struct Inputs {
    double now = 0.0, step = 0.0;  // s; since the inputs before
    Interval current;              // A
    Interval battery;              // V
    bool no_flow = false;          // nothing is switched on that could drive a current
    bool over_voltage = false;     // the pack says so
    bool under_voltage = false;
    bool load_on = false;  // read back
    Interval coldest;      // degC
  };
  // Which statement the bounds rest on; for reports.
  enum class Because : std::uint8_t { counted, full, empty, rested };

  explicit SocBounds(const SocCounting& counting = {});
  void restart() noexcept;
  void anchor(Interval reported) noexcept {
    if (!anchored_) {
      bounds_ = reported;
      anchored_ = true;
    }
  }
  void update(const Inputs& in) noexcept;
  [[nodiscard]] Interval value() const noexcept { return bounds_; }
  [[nodiscard]] bool anchored() const noexcept { return anchored_; }
  // The latest correction that moved an end. At rest nothing counts: what moves then is a correction by the voltage.
  [[nodiscard]] Because because_lo() const noexcept { return at_rest(because_lo_); }
  [[nodiscard]] Because because_hi() const noexcept { return at_rest(because_hi_); }

 private:
  [[nodiscard]] Because at_rest(Because because) const noexcept {
    return because == Because::counted && resting_ ? Because::rested : because;
  }
  void count(const Inputs& in) noexcept;
  void watch_full(const Inputs& in) noexcept;
  void watch_empty(const Inputs& in) noexcept;
  void watch_rest(const Inputs& in) noexcept;
  void pursue(double now, double step) noexcept;

  SocCounting counting_;
  Interval bounds_{0.0, 1.0};
  bool anchored_ = false;
  Because because_lo_ = Because::counted, because_hi_ = Because::counted;
  Debounce full_, rest_;
  double heavy_since_ = infinity;  // s, since when it surely discharges hard
  double heavy_until_ = -infinity;
  bool was_over_ = true, was_under_ = true;  // what stood at the start is no event
  bool resting_ = false;                     // for some time already
  double rest_since_ = infinity;             // s
  double next_look_ = 0.0;                   // s, at the rested voltage
  double full_from_ = infinity;              // s, from here on the report surely climbs to 100 %
  double empty_from_ = infinity;             // s, from here on it surely falls to 0 %
};

// Open-circuit voltage of a healthy LFP cell at 25 degC with its hysteresis, V, as bounds for an SOC interval. The
// reference's own coarse table (Naumann 2018 by way of SimSES, rounded), never the plant's.
Interval healthy_ocv(Interval soc) noexcept;
// The SOC that a healthy rested cell may have at these voltages.
Interval healthy_soc(Interval ocv) noexcept;

}  // namespace rig

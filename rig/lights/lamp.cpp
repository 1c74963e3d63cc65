#include "rig/lights/lamp.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace rig {
namespace {

struct Flash {
  LampPattern pattern;
  double on, off;  // s, manual 5.2.2
};
constexpr std::array<Flash, 3> flashes{
    {{LampPattern::flash_1, 0.25, 3.75}, {LampPattern::flash_2, 0.5, 0.5}, {LampPattern::flash_3, 0.5, 1.5}}};
// Wider than what a row allows: a time that is off is told as that, and not as no pattern at all.
constexpr double width = 0.35;
// Who is lit for so long does not flash. More than twice the 0.5 s of a flash, so that one too long is measured too. s
constexpr double longest_on = 1.2;
constexpr double longest_off = 3.75 * (1.0 + width);  // s

bool fits(const LampTime& time, double nominal) noexcept {
  return time.value + time.u >= nominal * (1.0 - width) && time.value - time.u <= nominal * (1.0 + width);
}

bool same(const LampTime& a, const LampTime& b) noexcept {
  return a.known && b.known && std::abs(a.value - b.value) <= a.u + b.u;
}

// What came twice is told as wide as both: who samples seldom cannot tell a flash that was cut short from one that was
// not, and then nobody is to be accused of it.
LampTime both(const LampTime& a, const LampTime& b) noexcept {
  const double lo = std::min(a.value - a.u, b.value - b.u), hi = std::max(a.value + a.u, b.value + b.u);
  return {0.5 * (lo + hi), 0.5 * (hi - lo), true};
}

}  // namespace

void Lamp::restart() noexcept { *this = {}; }

void Lamp::forget() noexcept {
  pattern_ = LampPattern::unknown;
  sure_ = from_edge_ = false;
  edges_ = odd_ = 0;
  on_ = off_ = {};
  before_ = steady_ = {};
}

// A lamp that stays as it is for longer than its flash would: s.
double Lamp::patience() const noexcept {
  if (lit_) {
    return longest_on;
  }
  for (const Flash& flash : flashes) {
    if (flash.pattern == pattern_) {
      return flash.off * (1.0 + width);
    }
  }
  return longest_off;
}

void Lamp::classify() noexcept {
  int fitting = 0;
  LampPattern pattern = LampPattern::unknown;
  for (const Flash& flash : flashes) {
    if (fits(on_, flash.on) && fits(off_, flash.off)) {
      ++fitting;
      pattern = flash.pattern;
    }
  }
  // One odd period may be a change from one pattern to the next.
  odd_ = fitting == 0 ? odd_ + 1 : 0;
  pattern_ = fitting == 1 ? pattern : odd_ > 2 ? LampPattern::other : LampPattern::unknown;
}

void Lamp::end_period() noexcept {
  const LampPeriod period{on_, off_};
  const bool twice = same(period.on, before_.on) && same(period.off, before_.off);
  steady_ = twice ? LampPeriod{both(period.on, before_.on), both(period.off, before_.off)} : LampPeriod{};
  before_ = period;
}

void Lamp::edge(double now, bool lit) noexcept {
  const double at = 0.5 * (last_sure_ + now);
  const double u = 0.5 * (now - last_sure_);
  if (from_edge_) {
    (lit_ ? on_ : off_) = {at - phase_since_, u + phase_u_, true};
  }
  if (lit) {
    end_period();
  }
  ++edges_;
  lit_ = lit;
  phase_since_ = at;
  phase_u_ = u;
  from_edge_ = true;
  if (on_.known && off_.known) {
    classify();
  } else {
    pattern_ = LampPattern::unknown;
  }
}

void Lamp::sample(double now, Seen seen) noexcept {
  const double gap = now - last_;
  last_ = now;
  if (seen == Seen::nothing || gap > longest_gap) {
    forget();
  }
  if (seen == Seen::nothing || (seen == Seen::between && !sure_)) {
    return;
  }
  const bool lit = seen == Seen::lit;
  if (!sure_) {
    sure_ = true;
    lit_ = lit;
    phase_since_ = last_sure_ = now;
    return;
  }
  if (seen == Seen::between) {
    return;
  }
  if (lit != lit_) {
    edge(now, lit);
  }
  last_sure_ = now;
  // Longer than its flash: first it is in doubt, then nothing flashes.
  const double lasted = now - phase_since_ - phase_u_;
  const bool flashing = pattern_ != LampPattern::dark && pattern_ != LampPattern::steady;
  if (flashing && lasted > patience()) {
    pattern_ = LampPattern::unknown;
    from_edge_ = false;
    on_ = off_ = {};
    before_ = steady_ = {};
    odd_ = 0;
    if (lit_ || lasted > longest_off) {
      pattern_ = lit_ ? LampPattern::steady : LampPattern::dark;
    }
  }
}

}  // namespace rig

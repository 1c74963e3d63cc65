#pragma once
#include <array>
#include <string>
#include <vector>

#include "rig/model/debounce.hpp"
#include "rig/model/rule_inputs.hpp"

namespace rig {

// After so many trips within a time the pack does not try again by itself (of over-current).
class TripLock {
 public:
  TripLock(const std::optional<LockRule>& lock, bool any_pack);  // of one of several packs, or of the only one
  void restart() noexcept { count_ = 0; }
  // A trip at `time`; `sure`: this rule alone was its cause.
  void note(double time, bool sure) noexcept;
  // It may have been freed: whether the trips before count for the next lock, no row says.
  void freed() noexcept;
  [[nodiscard]] bool may() const noexcept { return may_; }    // a conforming pack may be locked after the last trip
  [[nodiscard]] bool must() const noexcept { return must_; }  // it has to be

 private:
  struct Trip {
    double time = -infinity;
    bool sure = false;
  };
  static constexpr std::size_t most = 100;
  std::array<Trip, most> trips_{};
  std::size_t count_ = 0;
  std::size_t after_ = 0;  // 0: there is no lock
  double within_ = 0.0;    // s
  bool any_pack_;
  bool can_fail_ = false;
  bool may_ = false;
  bool must_ = false;
};

// One rule of the requirements: beyond a threshold for a delay it acts, and by one of several release policies it lets
// go. Works for both sides and for protections, alarms and requests.
class ThresholdRule {
 public:
  ThresholdRule(const RequirementRow& row, int cells);
  void restart(CellKnowledge knowledge) noexcept;
  // The pack was off: it counts its delays anew, and its threshold is the same.
  void restart_pack(double now) noexcept;

  // Returns true when one of the answers below has changed.
  bool watch_trip(const RuleInputs& in) noexcept { return (in.fresh & bounds_.looks_at()) != 0 && look_at_trip(in); }
  // Wherever its input lies in this zone, the trip is as possible and as certain as it is now.
  [[nodiscard]] bool calm_in(const RuleInputs& zone) const noexcept;
  // While this rule may have acted, at a moment in `acted`.
  bool watch_release(const RuleInputs& in, Interval acted) noexcept;
  void restart_trip() noexcept { trip_.restart(); }
  void restart_trip_from(double now) noexcept { trip_.restart_from(now); }
  void restart_release() noexcept;
  void note_trip(double time, bool sure) noexcept { lock_.note(time, sure); }

  [[nodiscard]] const Debounce& trip() const noexcept { return trip_; }
  void forget(double now, double patience) noexcept;
  // The release as far as all policies that this pack may have agree, s; in the future while nothing changes.
  [[nodiscard]] double release_may_since() const noexcept;
  [[nodiscard]] double release_must_since() const noexcept;
  // The next moment after `now` at which an answer changes by itself, s.
  [[nodiscard]] double next(double now, double patience) const noexcept;

  // The pack tripped by this rule alone while its input was in `input`: its own threshold lies there.
  void learn(Interval input) noexcept { found_ = intersect(found_, input); }

  [[nodiscard]] const std::string& id() const noexcept { return id_; }
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] const std::string& flag() const noexcept { return flag_; }
  [[nodiscard]] const std::string& shared_flag() const noexcept { return shared_flag_; }
  [[nodiscard]] bool latched() const noexcept { return latched_; }
  [[nodiscard]] bool any_pack() const noexcept { return any_pack_; }
  [[nodiscard]] RuleInput input() const noexcept { return bounds_.kind(); }
  [[nodiscard]] Interval threshold() const noexcept { return threshold_; }  // what it may be, by row, profile and trips
  [[nodiscard]] Interval found() const noexcept { return found_; }          // intersection of this run's trips
  [[nodiscard]] bool can_learn() const noexcept;
  // What inputs at a trip of this rule say of its threshold: everything when they say nothing.
  [[nodiscard]] Interval told_by(const RuleInputs& then) const noexcept;
  // The inputs that trip and release look at, bits of `fresh`.
  [[nodiscard]] std::uint8_t looks_at() const noexcept { return looks_at_; }
  [[nodiscard]] std::uint8_t trip_looks_at() const noexcept { return bounds_.looks_at(); }

 private:
  struct Way {
    ReleasePolicy policy;
    double value;
    double tolerance;
    bool can_fail;
    std::uint8_t looks_at;
    Debounce debounce;
  };
  struct Answer {
    bool possible = true;
    bool certain = false;
  };
  [[nodiscard]] Answer release_by_input(const Way& way, Interval x) const noexcept;
  [[nodiscard]] Answer release_answer(const Way& way, const RuleInputs& in) const noexcept;
  bool look_at_trip(const RuleInputs& in) noexcept;
  [[nodiscard]] Answer trip_answer(const RuleInputs& in) const noexcept;
  bool watch_time(Way& way, Interval acted) noexcept;

  std::string id_, name_, flag_, shared_flag_;
  Side side_;
  bool charging_;
  bool latched_;
  bool any_pack_;
  RuleInputBounds bounds_;
  Interval threshold_;
  Interval found_;
  Debounce trip_;
  TripLock lock_;
  Interval release_delay_;
  std::uint8_t looks_at_ = 0;
  std::vector<Way> ways_;
  Way unlock_;                          // a lock lets go by current the other way or by the button
  Interval retry_{infinity, infinity};  // when a release by time may and must come
  double may_act_until_ = -infinity;    // s, one of several packs behind the first
};

}  // namespace rig

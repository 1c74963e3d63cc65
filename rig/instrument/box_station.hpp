#pragma once
#include <atomic>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "rig/core/timeline.hpp"
#include "rig/core/triple_buffer.hpp"
#include "rig/instrument/box.hpp"
#include "rig/instrument/pump.hpp"
#include "rig/instrument/reading_checks.hpp"

namespace rig {

// No set-points: meters, thermometers.
struct NoSetpoint {};

// What the kinds of boxes differ in: how a set-point is written and which one is safe.
inline void put(SupplyBox& box, const PowerSupply::Setpoint& s) { box.write(s); }
inline void put(LoadBox& box, const ElectronicLoad::Setpoint& s) { box.write(s); }
inline void put(ChamberBox& box, const Chamber::Setpoint& s) { box.write(s); }
inline void put(IoBox& box, bool down) { box.press(down); }
inline void put(Box&, NoSetpoint) {}
inline bool is_safe_setpoint(const PowerSupply::Setpoint& s) noexcept { return !s.output; }
inline bool is_safe_setpoint(const ElectronicLoad::Setpoint& s) noexcept { return !s.input; }
inline bool is_safe_setpoint(const Chamber::Setpoint& s) noexcept {
  return s.run && s.temperature.value() == chamber_rest.value();
}
inline bool is_safe_setpoint(bool down) noexcept { return !down; }
inline bool is_safe_setpoint(NoSetpoint) noexcept { return true; }
inline void mark_invalid(IoBox::Reading& r) noexcept { r.contacts.valid = r.lights.valid = false; }
template <class Reading>
void mark_invalid(Reading& r) noexcept {
  r.valid = false;
}
template <class B, class Reading>
std::string beyond_range_of(const B& box, const Reading& reading) {
  if constexpr (requires { beyond_range(reading, box.ratings()); }) {
    return reading.valid ? beyond_range(reading, box.ratings()) : std::string{};
  } else {
    return {};
  }
}
template <class Setpoint, class Reading>
std::string contradiction_of(const Setpoint& told, const Reading& reading) {
  if constexpr (requires { contradiction(told, reading); }) {
    return reading.valid ? contradiction(told, reading) : std::string{};
  } else {
    return {};
  }
}

// One role of a box on its link. The loop's side (poll, want, make_safe, is_safe) neither locks nor waits; the rest
// runs on the thread of the link.
//
// Nothing that was wanted before make_safe() is written after it. A set-point whose exchange failed is written again as
// soon as the link is mended. When the loop has not come by for `lease`, the box is made safe and left alone, so that
// its own link watchdog is not fed by a thread that nobody supervises.
//
// A box that refuses, has switched by itself, was taken over or has lost its protections while it was switched on is
// lost: its readings stay invalid, which trips the bench, and it is asked for nothing but to be safe.
template <class B, class Setpoint, class Reading>
class BoxStation final : public Station {
 public:
  static constexpr auto lease = std::chrono::seconds(1);

  BoxStation(B& box, IoPump& link, std::chrono::nanoseconds period) : box_(box), link_(link), period_(period) {}

  // The newest reading and the moment from which it is; false when it is not new since the last call.
  [[nodiscard]] bool poll(Reading& reading, WallTime& taken) noexcept {
    alive_.store(now().time_since_epoch().count(), std::memory_order_relaxed);
    const bool news = readings_.take();
    reading = readings_.front().reading;
    taken = readings_.front().taken;
    return news;
  }
  void want(const Setpoint& setpoint) noexcept {
    setpoints_.back() = {setpoint, ++wanted_};
    setpoints_.publish();
    switches_off_.store(is_safe_setpoint(setpoint), std::memory_order_relaxed);
    has_setpoint_.store(true, std::memory_order_release);
    link_.wake();
  }
  void make_safe() noexcept {
    void_until_.store(wanted_, std::memory_order_relaxed);
    const WallTime moment = now();
    safe_.store(false, std::memory_order_relaxed);
    safe_asked_.store(moment.time_since_epoch().count(), std::memory_order_relaxed);
    safe_wanted_.store(true, std::memory_order_release);
    link_.hurry(moment);
  }
  [[nodiscard]] bool is_safe() const noexcept { return safe_.load(std::memory_order_acquire); }
  // Why the last exchange failed; empty when none did.
  [[nodiscard]] std::string trouble() const {
    const std::lock_guard lock(trouble_mutex_);
    return trouble_;
  }

  // Readings begin: the box is connected.
  void start() noexcept { next_reading_ = now(); }
  // On the thread of the link. `from_off`: what it was left with does not count, it begins from off.
  void arm(const ArmLimits& limits, bool from_off) {
    armed_ = {limits, from_off};
    lost_ = false;
    arm_again();
  }

  [[nodiscard]] WallTime due() const noexcept override {
    if (lost_) {
      return WallTime::max();
    }
    return rewrite_ || has_setpoint_.load(std::memory_order_acquire) ? WallTime::min() : next_reading_;
  }
  void service() override {
    if (has_setpoint_.exchange(false, std::memory_order_acq_rel)) {
      rewrite_ = setpoints_.take() || rewrite_;
    }
    if (rewrite_) {
      write_setpoint();
      return;
    }
    Answer& answer = readings_.back();
    answer.taken = now();  // measured no earlier
    answer.reading = box_.read();
    hold_against(answer.reading);
    readings_.publish();
    // A box that is slower than its period is read as fast as it goes, without catching up.
    next_reading_ = std::max(next_reading_ + period_, now() - period_);
  }
  [[nodiscard]] bool wants_safe(WallTime moment) const noexcept override {
    return safe_wanted_.load(std::memory_order_acquire) || lease_is_over(moment);
  }
  [[nodiscard]] WallTime safe_asked() const noexcept override {
    return WallTime{WallTime::duration{safe_asked_.load(std::memory_order_acquire)}};
  }
  void secure() override {
    const bool abandoned = lease_is_over(now());
    box_.make_safe();
    told_ = false;
    lost_ = std::exchange(secured_by_itself_, false);  // the loop has to know, and it makes it safe once more
    if (abandoned) {
      next_reading_ = WallTime::max();
      note("the loop did not come by for 1 s: switched off and left alone");
    }
    safe_wanted_.store(false, std::memory_order_relaxed);
    safe_.store(true, std::memory_order_release);  // last: who sees it finds the reason too
  }
  void shout_off() override { box_.shout_off(); }
  [[nodiscard]] bool switches_off() const noexcept override {
    return has_setpoint_.load(std::memory_order_acquire) && switches_off_.load(std::memory_order_relaxed);
  }
  [[nodiscard]] bool energises() const noexcept override {
    return told_ && !is_safe_setpoint(setpoints_.front().setpoint);
  }
  void recover(bool live) override {
    if (lost_ && !safe_wanted_.load(std::memory_order_acquire)) {
      return;
    }
    box_.recover();
    if (!armed_ || safe_wanted_.load(std::memory_order_acquire)) {
      return;
    }
    if (live) {
      box_.check_armed();
      return;
    }
    arm_again();
    rewrite_ = told_;
  }
  void broken(const LinkError& error, bool own) noexcept override {
    if (error.trouble() == LinkTrouble::cut) {
      return;  // our own doing, for the sake of make_safe()
    }
    if (own && !lost_) {
      note(error.what());
    }
    lost_ = lost_ || (own && error.trouble() == LinkTrouble::rejected && !safe_.load(std::memory_order_relaxed));
    Answer& answer = readings_.back();
    mark_invalid(answer.reading);
    answer.taken = now();
    readings_.publish();
  }

 private:
  struct Answer {
    Reading reading{};
    WallTime taken{};
  };
  struct Wish {
    Setpoint setpoint{};
    std::uint64_t number = 0;
  };
  static WallTime now() noexcept { return std::chrono::steady_clock::now(); }

  void arm_again() {
    if (armed_->from_off) {
      box_.make_safe();
    }
    box_.arm(armed_->limits);
  }
  void write_setpoint() {
    const Wish& wish = setpoints_.front();
    if (wish.number <= void_until_.load(std::memory_order_acquire)) {
      rewrite_ = false;
      return;  // from before make_safe()
    }
    told_ = true;
    contradictions_ = 0;
    if (!is_safe_setpoint(wish.setpoint)) {
      safe_.store(false, std::memory_order_release);  // before it is written: it may arrive and its answer not
    }
    put(box_, wish.setpoint);
    rewrite_ = false;
  }
  void hold_against(const Reading& reading) {
    const std::string beyond = beyond_range_of(box_, reading);
    if (!beyond.empty()) {
      throw LinkError(LinkTrouble::garbled, beyond, link_.transport().endpoint(),
                      "is it the right box, channel and unit?");
    }
    if (!told_) {
      return;
    }
    const std::string otherwise = contradiction_of(setpoints_.front().setpoint, reading);
    contradictions_ = otherwise.empty() ? 0 : contradictions_ + 1;
    if (contradictions_ >= believed_after) {
      contradictions_ = 0;
      secured_by_itself_ = true;
      safe_.store(false, std::memory_order_release);
      safe_wanted_.store(true, std::memory_order_release);  // whatever it does now, it is not what was wanted
      throw LinkError(LinkTrouble::rejected, otherwise, link_.transport().endpoint(),
                      "did a protection trip, or has somebody else switched it?");
    }
  }
  [[nodiscard]] bool lease_is_over(WallTime moment) const noexcept {
    const WallTime::rep alive = alive_.load(std::memory_order_relaxed);
    return alive != 0 && !safe_.load(std::memory_order_relaxed) && moment - WallTime{WallTime::duration{alive}} > lease;
  }
  void note(const std::string& text) noexcept {
    const std::lock_guard lock(trouble_mutex_);
    trouble_ = text;
  }

  // A relay takes its time, and some boxes tell their status less often than what they measure.
  static constexpr int believed_after = 3;
  struct Armed {
    ArmLimits limits;
    bool from_off = false;
  };

  B& box_;
  IoPump& link_;
  WallTime::duration period_;
  WallTime next_reading_ = WallTime::max();
  TripleBuffer<Answer> readings_;
  TripleBuffer<Wish> setpoints_;
  std::uint64_t wanted_ = 0;  // the loop's
  std::atomic<std::uint64_t> void_until_{0};
  std::atomic<bool> has_setpoint_{false};
  std::atomic<bool> switches_off_{false};  // the newest set-point does
  std::atomic<bool> safe_wanted_{false};
  std::atomic<bool> safe_{true};
  std::atomic<WallTime::rep> safe_asked_{0};
  std::atomic<WallTime::rep> alive_{0};
  // Of the link's thread.
  std::optional<Armed> armed_;
  bool rewrite_ = false;  // the newest set-point is not known to have arrived
  bool told_ = false;     // a set-point was written since it was last made safe
  bool lost_ = false;
  bool secured_by_itself_ = false;
  int contradictions_ = 0;  // readings in a row that show something else than was told

  mutable std::mutex trouble_mutex_;
  std::string trouble_;
};

}  // namespace rig

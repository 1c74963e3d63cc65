#pragma once
#include <atomic>
#include <mutex>
#include <string>

#include "rig/core/timeline.hpp"
#include "rig/core/triple_buffer.hpp"
#include "rig/instrument/box.hpp"
#include "rig/instrument/pump.hpp"

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

// One role of a box on its link. The loop's side (poll, want, make_safe, is_safe) neither locks nor waits; the rest
// runs on the thread of the link.
//
// Nothing that was wanted before make_safe() is written after it. When the loop has not come by for `lease`, the box is
// made safe and left alone, so that its own link watchdog is not fed by a thread that nobody supervises.
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

  [[nodiscard]] WallTime due() const noexcept override {
    return has_setpoint_.load(std::memory_order_acquire) ? WallTime::min() : next_reading_;
  }
  void service() override {
    if (has_setpoint_.exchange(false, std::memory_order_acq_rel)) {
      write_setpoint();
      return;
    }
    Answer& answer = readings_.back();
    answer.taken = now();  // measured no earlier
    answer.reading = box_.read();
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
    if (abandoned) {
      next_reading_ = WallTime::max();
      note("the loop did not come by for 1 s: switched off and left alone");
    }
    safe_wanted_.store(false, std::memory_order_relaxed);
    safe_.store(true, std::memory_order_release);  // last: who sees it finds the reason too
  }
  void recover() override { box_.recover(); }
  void broken(const LinkError& error) noexcept override {
    if (error.trouble() == LinkTrouble::cut) {
      return;  // our own doing, for the sake of make_safe()
    }
    note(error.what());
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

  void write_setpoint() {
    if (!setpoints_.take()) {
      return;
    }
    const Wish& wish = setpoints_.front();
    if (wish.number <= void_until_.load(std::memory_order_acquire)) {
      return;  // from before make_safe()
    }
    if (!is_safe_setpoint(wish.setpoint)) {
      safe_.store(false, std::memory_order_release);  // before it is written: it may arrive and its answer not
    }
    put(box_, wish.setpoint);
  }
  [[nodiscard]] bool lease_is_over(WallTime moment) const noexcept {
    const WallTime::rep alive = alive_.load(std::memory_order_relaxed);
    return alive != 0 && !safe_.load(std::memory_order_relaxed) && moment - WallTime{WallTime::duration{alive}} > lease;
  }
  void note(const std::string& text) noexcept {
    const std::lock_guard lock(trouble_mutex_);
    trouble_ = text;
  }

  B& box_;
  IoPump& link_;
  WallTime::duration period_;
  WallTime next_reading_ = WallTime::max();
  TripleBuffer<Answer> readings_;
  TripleBuffer<Wish> setpoints_;
  std::uint64_t wanted_ = 0;  // the loop's
  std::atomic<std::uint64_t> void_until_{0};
  std::atomic<bool> has_setpoint_{false};
  std::atomic<bool> safe_wanted_{false};
  std::atomic<bool> safe_{true};
  std::atomic<WallTime::rep> safe_asked_{0};
  std::atomic<WallTime::rep> alive_{0};
  mutable std::mutex trouble_mutex_;
  std::string trouble_;
};

}  // namespace rig

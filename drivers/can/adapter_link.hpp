#pragma once
#include <mutex>
#include <thread>

#include "drivers/can/bus_health.hpp"
#include "drivers/can/frame_exchange.hpp"
#include "rig/instrument/instrument.hpp"

namespace rig::can {

// A CAN adapter and the thread that alone talks to it, from open() to the end. The loop's side is exchange(): it
// neither locks nor waits.
//
// An adapter that fails is ended, noted as trouble and begun anew twice a second; meanwhile no frames come, and what
// the pack said grows old.
class AdapterLink {
 public:
  AdapterLink() = default;
  AdapterLink(const AdapterLink&) = delete;
  AdapterLink& operator=(const AdapterLink&) = delete;
  virtual ~AdapterLink() = default;

  // Begins and starts the thread; the second call does nothing. Throws LinkError.
  void open();

  // It is there, as far as is known; while it is begun anew it is not.
  [[nodiscard]] bool is_up() const noexcept { return up_.load(std::memory_order_acquire); }
  // When it last said anything, beside frames.
  [[nodiscard]] TimePoint last_sign() const noexcept {
    return TimePoint{Duration{last_sign_.load(std::memory_order_relaxed)}};
  }

  // A stretch of rig time whose frames may have got lost between the adapter and us, or carry a time that is too late.
  struct Doubt {
    std::uint64_t count = 0;  // of doubts so far
    TimePoint from{}, until{};
  };
  // The last one. To be asked for behind receive(): a doubt about a frame is told before the frame.
  [[nodiscard]] Doubt doubt() const noexcept {
    const std::uint64_t count = doubts_.load(std::memory_order_acquire);
    return {count, TimePoint{Duration{doubt_from_.load(std::memory_order_relaxed)}},
            TimePoint{Duration{doubt_until_.load(std::memory_order_relaxed)}}};
  }

  [[nodiscard]] FrameExchange& exchange() noexcept { return exchange_; }
  [[nodiscard]] const BusHealth& health() const noexcept { return health_; }
  [[nodiscard]] Identity identity() const;
  [[nodiscard]] std::string trouble() const;

 protected:
  // On the thread of the link, but the first begin(); they may throw what is to be noted.
  virtual void begin() = 0;
  virtual void end() noexcept = 0;
  // Waits for what comes, for 50 ms at most, and does it. stop() wakes it by the exchange.
  virtual void turn() = 0;
  // More that is wrong; empty when nothing is.
  [[nodiscard]] virtual std::string more_trouble() const { return {}; }
  [[nodiscard]] virtual std::uint32_t bitrate() const noexcept { return 0; }

  // The destructor of each kind calls it first: the thread uses what is theirs.
  void stop() noexcept;
  void set_identity(Identity identity);
  void sign_of_life(TimePoint time) noexcept {
    last_sign_.store(time.time_since_epoch().count(), std::memory_order_relaxed);
  }
  void distrust(TimePoint from, TimePoint until) noexcept {
    doubt_from_.store(from.time_since_epoch().count(), std::memory_order_relaxed);
    doubt_until_.store(until.time_since_epoch().count(), std::memory_order_relaxed);
    doubts_.fetch_add(1, std::memory_order_release);
  }
  BusHealth& bus_health() noexcept { return health_; }
  [[nodiscard]] bool is_stopping() const noexcept { return stopping_.load(std::memory_order_acquire); }

 private:
  void run() noexcept;
  void begin_again() noexcept;
  void note(const std::string& text) noexcept;

  FrameExchange exchange_;
  BusHealth health_;
  std::atomic<bool> stopping_{false};
  std::atomic<bool> up_{true};
  std::atomic<Duration::rep> last_sign_{0};  // of rig time
  std::atomic<std::uint64_t> doubts_{0};
  std::atomic<Duration::rep> doubt_from_{0}, doubt_until_{0};  // of rig time
  mutable std::mutex mutex_;                                   // identity and trouble: never touched in the loop
  Identity identity_;
  std::string trouble_;
  std::thread thread_;
};

// Adds one more thing that is wrong to a list of them.
inline void add_trouble(std::string& all, const std::string& more) {
  all += (all.empty() || more.empty() ? "" : "; ") + more;
}

}  // namespace rig::can

#pragma once
#include <memory>
#include <mutex>
#include <thread>

#include "drivers/can/gs_usb_session.hpp"

namespace rig::gs_usb {

// An adapter on USB and the thread that alone talks to it, from open() to the end. The loop's side is exchange().
//
// An adapter that is pulled out or falls silent is noted as trouble and looked for twice a second, by its serial number
// when the address has one; meanwhile no frames come, and what the pack said grows old.
class Link {
 public:
  Link(Address address, Settings settings, std::shared_ptr<Timeline> timeline);
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;
  ~Link();

  // Opens adapter and channel and starts the thread; the second call does nothing. Throws LinkError.
  void open();

  [[nodiscard]] can::FrameExchange& exchange() noexcept { return exchange_; }
  [[nodiscard]] const can::BusHealth& health() const noexcept { return health_; }
  [[nodiscard]] const Counters& counters() const noexcept { return counters_; }
  [[nodiscard]] const std::string& endpoint() const noexcept { return address_.text; }
  [[nodiscard]] Identity identity() const;
  [[nodiscard]] std::string trouble() const;

 private:
  void begin();
  void end() noexcept;
  void run() noexcept;
  void reopen() noexcept;
  void note(const std::string& text) noexcept;
  [[nodiscard]] bool is_stopping() const noexcept { return stopping_.load(std::memory_order_acquire); }

  Address address_;
  Settings settings_;
  std::shared_ptr<Timeline> timeline_;
  can::FrameExchange exchange_;
  can::BusHealth health_;
  Counters counters_;
  std::unique_ptr<Adapter> adapter_;
  std::unique_ptr<Session> session_;
  std::atomic<bool> stopping_{false};
  mutable std::mutex mutex_;  // identity and trouble: never touched in the loop
  Identity identity_;
  std::string trouble_;
  std::thread thread_;
};

}  // namespace rig::gs_usb

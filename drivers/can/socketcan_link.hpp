#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "drivers/can/adapter_link.hpp"
#include "drivers/can/wait_set.hpp"
#include "rig/core/timeline.hpp"

namespace rig::socketcan {

// A socket on a CAN interface, that hears everything: frames of both kinds, error frames, the kernel's time stamps.
// Throws LinkError that says what to do.
int open_socket(const std::string& interface);
// Is it a virtual interface, with nothing but this machine at its end?
bool is_virtual(const std::string& interface) noexcept;

// An interface of Linux (can0, vcan0): every adapter that the kernel has a driver for.
class Link final : public can::AdapterLink {
 public:
  using Opener = std::function<int(const std::string& interface)>;
  // Another opener stands in tests, whose kernel has no CAN: any socket that keeps messages apart will do.
  Link(std::string interface, std::shared_ptr<Timeline> timeline, Opener opener = open_socket);
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;
  ~Link() override { stop(); }

  [[nodiscard]] const std::string& interface() const noexcept { return interface_; }

 private:
  void begin() override;
  void end() noexcept override;
  void turn() override;
  [[nodiscard]] std::string more_trouble() const override;
  bool hear();
  void digest(std::span<const std::byte> bytes, WallTime arrival, bool incomplete) noexcept;
  void say(WallTime now);
  [[noreturn]] void lose(int number, const char* doing) const;

  std::string interface_;
  std::shared_ptr<Timeline> timeline_;
  Opener opener_;
  int socket_ = -1;
  std::optional<can::WaitSet> waiting_;
  can::BusFrame unsent_;  // the queue of the interface was full
  bool has_unsent_ = false;
  WallTime full_since_{};
  std::atomic<std::uint64_t> garbled_{0};
};

}  // namespace rig::socketcan

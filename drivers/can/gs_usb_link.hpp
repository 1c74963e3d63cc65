#pragma once
#include <memory>

#include "drivers/can/adapter_link.hpp"
#include "drivers/can/gs_usb_session.hpp"

namespace rig::gs_usb {

// An adapter on USB. One that was pulled out is found again by its serial number, when the address has one.
class Link final : public can::AdapterLink {
 public:
  Link(Address address, Settings settings, std::shared_ptr<Timeline> timeline);
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;
  ~Link() override { stop(); }

  [[nodiscard]] const Counters& counters() const noexcept { return counters_; }
  [[nodiscard]] const std::string& endpoint() const noexcept { return address_.text; }
  // With how well a frame's time is known: that belongs into the record.
  [[nodiscard]] Identity identity_and_timing() const;

 private:
  void begin() override;
  void end() noexcept override;
  void turn() override { session_->turn(); }
  [[nodiscard]] std::string more_trouble() const override;
  [[nodiscard]] std::uint32_t bitrate() const noexcept override { return settings_.bitrate; }

  Address address_;
  Settings settings_;
  std::shared_ptr<Timeline> timeline_;
  Counters counters_;
  std::unique_ptr<Adapter> adapter_;
  std::unique_ptr<Session> session_;
};

}  // namespace rig::gs_usb

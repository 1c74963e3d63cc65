#include "drivers/can/gs_usb_link.hpp"

#include <utility>

namespace rig::gs_usb {

Link::Link(Address address, Settings settings, std::shared_ptr<Timeline> timeline)
    : address_(std::move(address)), settings_(settings), timeline_(std::move(timeline)) {}

void Link::begin() {
  const auto start = [this] {
    adapter_ = std::make_unique<Adapter>(address_);
    session_ = std::make_unique<Session>(*adapter_, settings_, exchange(), bus_health(), *timeline_, counters_);
  };
  try {
    start();
  } catch (const LinkError& error) {
    if (error.trouble() != LinkTrouble::timeout || !adapter_) {
      throw;
    }
    // Firmware that hangs comes back after a reset of its USB side.
    adapter_->reset();
    start();
  }
  Identity found = adapter_->identity();
  found.firmware =
      std::to_string(session_->config().software) + " (hardware " + std::to_string(session_->config().hardware) + ")";
  set_identity(std::move(found));
}

void Link::end() noexcept {
  session_.reset();
  adapter_.reset();
}

Identity Link::identity_and_timing() const {
  Identity out = identity();
  if (!out.firmware.empty()) {
    const std::int64_t uncertainty = counters_.uncertainty.load(std::memory_order_relaxed);
    out.firmware += uncertainty < 0
                        ? std::string(", frames are timed by their arrival")
                        : ", frames are timed by the adapter, to " + std::to_string(uncertainty / 1000 + 1) + " us";
  }
  return out;
}

std::string Link::more_trouble() const {
  const std::uint64_t count = counters_.garbled.load(std::memory_order_relaxed);
  return count == 0 ? std::string{} : std::to_string(count) + " transfers were garbage";
}

}  // namespace rig::gs_usb

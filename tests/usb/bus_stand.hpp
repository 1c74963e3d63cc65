#pragma once
#include <gtest/gtest.h>

#include <memory>

#include "tests/drivers/bus_stand.hpp"
#include "tests/usb/candle.hpp"

namespace rig::testing::usb {

// An adapter at a testbed.
class GsUsbTest : public ::testing::Test {
 protected:
  Testbed usb_;
  std::shared_ptr<Candle> adapter_ = std::make_shared<Candle>();
  void hear(const BusFrame& frame) {
    usb_.with([&] { adapter_->hear(frame); });
  }
  template <class Get>
  auto look(const Get& get) {
    decltype(get(*adapter_)) out{};
    usb_.with([&] { out = get(*adapter_); });
    return out;
  }
  std::size_t sent() {
    return look([](Candle& c) { return c.sent.size(); });
  }
};

}  // namespace rig::testing::usb

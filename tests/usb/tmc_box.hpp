#pragma once
#include "tests/usb/usbfs.hpp"

namespace rig::testing::usb {

// A box that speaks USBTMC: one line in, one line out. Written from the USBTMC specification, not from the driver.
class TmcBox final : public Device {
 public:
  std::uint16_t vendor = 0x2EC7, product = 0x6000;
  std::string serial = "800001";
  std::function<std::string(const std::string& line)> answer;
  bool deaf = false;  // takes messages and answers none
  int cleared = 0;

  [[nodiscard]] Bytes descriptors() const override {
    const auto low = [](std::uint16_t v) { return static_cast<std::uint8_t>(v & 0xFFU); };
    const auto high = [](std::uint16_t v) { return static_cast<std::uint8_t>(v >> 8U); };
    Bytes out{18, 1, 0x00, 0x02, 0, 0, 0, 64, low(vendor), high(vendor), low(product), high(product), 0, 1, 1, 2, 3, 1};
    append(out, {9, 2, 32, 0, 1, 1, 0, 0x80, 50});
    append(out, {9, 4, 0, 0, 2, 0xFE, 3, 1, 0});
    append(out, {7, 5, 0x81, 2, 64, 0, 0});
    append(out, {7, 5, 0x02, 2, 64, 0, 0});
    return out;
  }
  [[nodiscard]] std::string string(std::uint8_t index) const override { return index == 3 ? serial : "box"; }
  Answer control(const Setup& setup, std::span<const std::uint8_t>) override {
    constexpr std::uint8_t initiate_clear = 5, check_clear_status = 6, get_capabilities = 7, success = 1;
    switch (setup.request) {
      case initiate_clear:
        ++cleared;
        answer_.clear();
        wanted_ = false;
        return {Answer::Kind::done, {success}};
      case check_clear_status:
        return {Answer::Kind::done, {success, 0}};
      case get_capabilities: {
        Bytes out(24, 0);
        out[0] = success;
        return {Answer::Kind::done, out};
      }
      default:
        return Answer::stall();
    }
  }
  bool bulk_out(std::uint8_t, std::span<const std::uint8_t> bytes) override {
    constexpr std::uint8_t to_device = 1, from_device = 2;
    if (bytes.size() >= 12 && bytes[0] == to_device) {
      const std::size_t size = bytes[4] | bytes[5] << 8U;
      const auto text = bytes.subspan(12, std::min(size, bytes.size() - 12));
      std::string line(text.begin(), text.end());
      answer_ = deaf ? "" : answer(line);
    } else if (bytes.size() >= 12 && bytes[0] == from_device) {
      wanted_ = true;
      tag_ = bytes[1];
    }
    return true;
  }
  std::optional<Arrival> bulk_in(std::uint8_t) override {
    if (!wanted_ || answer_.empty()) {
      return std::nullopt;
    }
    wanted_ = false;
    Bytes out{2, tag_, static_cast<std::uint8_t>(~tag_), 0, static_cast<std::uint8_t>(answer_.size()), 0, 0, 0, 1, 0,
              0, 0};
    for (const char letter : answer_) {
      out.push_back(static_cast<std::uint8_t>(letter));
    }
    out.resize((out.size() + 3) / 4 * 4, 0);
    answer_.clear();
    return Arrival{out, 0};
  }

 private:
  std::string answer_;
  bool wanted_ = false;
  std::uint8_t tag_ = 0;
};

}  // namespace rig::testing::usb

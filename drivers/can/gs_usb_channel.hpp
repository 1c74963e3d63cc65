#pragma once
#include <optional>

#include "drivers/can/gs_usb_adapter.hpp"

namespace rig::gs_usb {

struct Settings {
  std::uint32_t bitrate = 500'000;            // bit/s
  std::optional<std::uint32_t> data_bitrate;  // given: FD frames too
  std::optional<std::uint32_t> sample_point;  // in 1/1000 of a bit; else the usual one
  bool listen_only = false;
  bool loop_back = false;
  std::optional<bool> termination;  // else as the adapter has it
  std::uint16_t channel = 0;
};

// One channel of an adapter: what its requests set it up to. Afterwards it is stopped and as the settings want it. All
// of it throws LinkError.
class Channel {
 public:
  Channel(Adapter& adapter, const Settings& settings);

  void start();
  void stop();
  // The adapter's clock, in microseconds.
  std::optional<std::uint32_t> stamp();
  [[nodiscard]] bool is_stamped() const noexcept { return constants_.can(feature::hardware_timestamp); }
  [[nodiscard]] const DeviceConfig& config() const noexcept { return config_; }
  [[nodiscard]] const Constants& constants() const noexcept { return constants_; }

 private:
  void identify();
  void check_settings() const;
  void set_timing();
  void set_termination();

  Adapter& adapter_;
  Settings settings_;
  DeviceConfig config_;
  Constants constants_;
  std::uint32_t modes_ = 0;
};

}  // namespace rig::gs_usb

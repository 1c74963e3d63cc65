#pragma once
#include <algorithm>
#include <array>
#include <charconv>
#include <string>

#include "drivers/sim/wire_world.hpp"

namespace rig::sim {

// The wiring of a digital module to the pack, as the keys of the bench file say it: which input is which contact, which
// output presses the button.
class IoStage {
 public:
  static constexpr std::size_t lights = 8;
  IoStage(WireWorld& world, const WireBoxConfig& config)
      : world_(world),
        charge_(world.signal(config.instrument + ".charge_prohibited")),
        discharge_(world.signal(config.instrument + ".discharge_prohibited")),
        pressed_(world.signal(config.instrument + ".button")),
        button_to_(world.command(config.instrument + ".button")),
        charge_at_(channel(config, "charge_prohibited", 0)),
        discharge_at_(channel(config, "discharge_prohibited", 1)),
        first_light_at_(channel(config, "first_light", -1)),
        button_at_(channel(config, "button", 0)),
        inverts_charge_(config.text("invert_charge_prohibited", "false") == "true"),
        inverts_discharge_(config.text("invert_discharge_prohibited", "false") == "true") {
    constexpr std::array names{"led1", "led2", "led3", "led4", "led5", "led6", "led7_blue", "led7_red"};
    for (std::size_t i = 0; i < lights; ++i) {
      lights_.at(i) = world.signal(config.instrument + "." + names.at(i));
    }
  }
  void power_on() noexcept {
    outputs_ = {};
    world_.set(button_to_, 0.0);
  }
  [[nodiscard]] bool input(int channel) const noexcept {
    if (channel == charge_at_) {
      return (world_.value(charge_) != 0.0) != inverts_charge_;
    }
    if (channel == discharge_at_) {
      return (world_.value(discharge_) != 0.0) != inverts_discharge_;
    }
    const int light = channel - first_light_at_;
    // A comparator behind each photodiode, at half of full light.
    return first_light_at_ >= 0 && light >= 0 && light < static_cast<int>(lights) &&
           world_.value(lights_.at(static_cast<std::size_t>(light))) > 0.5;
  }
  void put(int channel, bool on) noexcept {
    outputs_.at(static_cast<std::size_t>(channel)) = on;
    if (channel == button_at_) {
      world_.set(button_to_, on ? 1.0 : 0.0);
    }
  }
  [[nodiscard]] bool output(int channel) const noexcept { return outputs_.at(static_cast<std::size_t>(channel)); }
  [[nodiscard]] WireWorld& world() noexcept { return world_; }

 private:
  static int channel(const WireBoxConfig& config, const char* key, int otherwise) {
    const std::string text = config.text(key, "");
    int value = otherwise;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
  }
  WireWorld& world_;
  SignalId charge_, discharge_, pressed_;
  std::array<SignalId, lights> lights_{};
  CommandId button_to_;
  int charge_at_, discharge_at_, first_light_at_, button_at_;
  bool inverts_charge_, inverts_discharge_;
  std::array<bool, 16> outputs_{};
};

}  // namespace rig::sim

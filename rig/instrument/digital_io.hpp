#pragma once
#include <array>

#include "rig/core/units.hpp"
#include "rig/instrument/instrument.hpp"

namespace rig {

// Digital inputs and outputs at the pack: its dry contacts <name>.charge_prohibited, .discharge_prohibited (closed =
// true); where fitted, light sensors in front of its lamps .led1 .. .led6, .led7_blue, .led7_red (0 dark to 1 full) and
// a relay across its start button, set-point and read-back .button (held down = true).
class DigitalIo : public Instrument {
 public:
  static constexpr std::size_t light_count = 8;
  struct Reading {
    bool charge_prohibited = false;
    bool discharge_prohibited = false;
    TimePoint time{};
    bool fresh = true;
    bool valid = true;
  };
  struct LightReading {
    std::array<double, light_count> level{};  // L1 to L6, L7 blue, L7 red
    TimePoint time{};
    bool fresh = false;
    bool valid = true;
  };
  struct Fittings {
    bool lights = false;
    bool button = false;
    Uncertainty light{};
    Duration light_max_age = std::chrono::seconds(1);
  };
  void declare(Declarations& out) final;
  void sample(const Tick& tick, SignalTable& out) noexcept final;
  void apply(const Tick& tick, const CommandRow& row) noexcept final;
  // A driver with a button releases it here.
  void make_safe() noexcept override {}

 protected:
  [[nodiscard]] virtual Fittings fittings() const { return {}; }

 private:
  virtual Reading measure(const Tick& tick) noexcept = 0;
  // Light sensors have a period of their own.
  virtual LightReading look(const Tick&) noexcept { return {}; }
  virtual void press(bool) noexcept {}
  [[nodiscard]] virtual bool pressed() const noexcept { return false; }

  SignalId charge_prohibited_, discharge_prohibited_, button_;
  std::array<SignalId, light_count> lights_{};
  CommandId press_;
  std::uint64_t version_ = 0;
  bool has_lights_ = false;
  bool has_button_ = false;
};

}  // namespace rig

#include "rig/instrument/digital_io.hpp"

#include "rig/instrument/role_signals.hpp"

namespace rig {

void DigitalIo::declare(Declarations& out) {
  const auto contact = [&](const char* name, const char* help) {
    return out.signal(name, reading(dimension::boolean, {}, std::chrono::seconds(1), help));
  };
  charge_prohibited_ = contact("charge_prohibited", "dry contact NO1/COM1 is closed");
  discharge_prohibited_ = contact("discharge_prohibited", "dry contact NO2/COM2 is closed");
  const Fittings fitted = fittings();
  has_lights_ = fitted.lights;
  if (has_lights_) {
    constexpr std::array<const char*, light_count> names{"led1", "led2", "led3",      "led4",
                                                         "led5", "led6", "led7_blue", "led7_red"};
    for (std::size_t i = 0; i < light_count; ++i) {
      lights_[i] = out.signal(names[i], reading(dimension::none, fitted.light, fitted.light_max_age,
                                                "level of the lamp's light sensor, 0 dark to 1 full"));
    }
  }
  has_button_ = fitted.button;
  if (has_button_) {
    button_ = out.signal("button", confirmed(dimension::boolean, "the relay holds the start button down, read back"));
    press_ = out.command("button", {.dimension = dimension::boolean,
                                    .range = {0.0, 1.0},
                                    .help = "hold the start button down",
                                    .stays_safe = true});
  }
}

void DigitalIo::sample(const Tick& tick, SignalTable& out) noexcept {
  const Reading r = measure(tick);
  if (r.fresh) {
    out.write(charge_prohibited_, r.charge_prohibited ? 1.0 : 0.0, r.time, quality_of(r.valid));
    out.write(discharge_prohibited_, r.discharge_prohibited ? 1.0 : 0.0, r.time, quality_of(r.valid));
  }
  if (has_lights_) {
    const LightReading seen = look(tick);
    for (std::size_t i = 0; seen.fresh && i < light_count; ++i) {
      out.write(lights_[i], seen.level[i], seen.time, quality_of(seen.valid));
    }
  }
  if (has_button_) {
    confirm(out, button_, pressed() ? 1.0 : 0.0, tick.start);
  }
}

void DigitalIo::apply(const Tick&, const CommandRow& row) noexcept {
  if (has_button_ && row.version() != version_) {
    version_ = row.version();
    press(row[press_] != 0.0);
  }
}

}  // namespace rig

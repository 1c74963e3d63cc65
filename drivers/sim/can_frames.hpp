#pragma once
#include <array>
#include <cstdint>

#include "drivers/sim/firmware_parameters.hpp"
#include "rig/instrument/frame_batch.hpp"

namespace rig::sim {

// What the firmware tells the inverter.
struct Telegram {
  double voltage = 0, current = 0, temperature = 25;  // V, A (charging positive), degC
  double soc = 0, soh = 1, remaining = 0;             // 0..1, 0..1, A*s
  std::int64_t cycles = 0;
  double charge_voltage = 0, charge_current = 0, discharge_current = 0, discharge_voltage = 0;
  bool charge_allowed = true, discharge_allowed = true;
  bool over_voltage = false, under_voltage = false;
};

// Frames of a set; the frame of slot `index` is sent at phase + index * spacing.
std::size_t frame_count(DialectWord dialect) noexcept;
CanFrame pack_frame(DialectWord dialect, std::size_t index, const Telegram& telegram) noexcept;

}  // namespace rig::sim

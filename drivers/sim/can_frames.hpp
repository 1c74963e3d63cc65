#pragma once
#include <array>
#include <cstdint>

#include "drivers/sim/firmware_rules.hpp"
#include "rig/instrument/frame_batch.hpp"

namespace rig::sim {

enum class DialectWord { sofar_amass, pylon_v12 };

// What the firmware tells the inverter.
struct Telegram {
  double voltage = 0, current = 0, temperature = 25;  // V, A (charging positive), degC
  double soc = 0, soh = 1, remaining = 0;             // 0..1, 0..1, A*s
  std::int64_t cycles = 0;
  double charge_voltage = 0, charge_current = 0, discharge_current = 0, discharge_voltage = 0;
  bool charge_allowed = true, discharge_allowed = true;
  Flags protection, alarm;
  bool force_charge = false, full_charge = false;
  std::uint8_t full_charge_command = 3;  // of 0x30F; no text that is public names it
  // Defects.
  double discharge_limit_step = 0.1;  // A
  bool discharge_limit_up = false;
};

// Frames of a set; the frame of slot `index` is sent at phase + index * spacing.
std::size_t frame_count(DialectWord dialect) noexcept;
CanFrame pack_frame(DialectWord dialect, std::size_t index, const Telegram& telegram) noexcept;

}  // namespace rig::sim

namespace rig {
template <>
struct Choices<sim::DialectWord> {
  static std::vector<std::pair<std::string, sim::DialectWord>> names() {
    using enum sim::DialectWord;
    return {{"sofar_amass", sofar_amass}, {"pylon_v12", pylon_v12}};
  }
};
}  // namespace rig

#pragma once
#include <cstdint>
#include <span>
#include <string_view>

#include "rig/core/units.hpp"

namespace rig {

// Every signal that DutPort writes, in the order of dut_signals().
enum class DutSignal : std::uint8_t {
  voltage,
  current,
  temperature,
  soc,
  soc_fine,
  soh,
  cycles,
  remaining_capacity,
  charge_voltage_limit,
  charge_current_limit,
  discharge_current_limit,
  discharge_voltage_limit,
  charge_allowed,
  discharge_allowed,
  force_charge,
  full_charge_request,
  protection_over_voltage,
  protection_under_voltage,
  protection_over_temperature,
  protection_under_temperature,
  protection_charge_ot,
  protection_charge_ut,
  protection_discharge_ot,
  protection_discharge_ut,
  protection_charge_oc,
  protection_discharge_oc,
  protection_cell_difference,
  protection_system_error,
  alarm_over_voltage,
  alarm_under_voltage,
  alarm_over_temperature,
  alarm_under_temperature,
  alarm_charge_ot,
  alarm_charge_ut,
  alarm_discharge_ot,
  alarm_discharge_ut,
  alarm_charge_oc,
  alarm_discharge_oc,
  alarm_cell_difference,
  alarm_system_error,
  period_limits,
  period_soc,
  period_measurements,
  period_protection,
  period_alarms,
  period_requests,
  period_name,
  period_info,
  period_command,
  jitter_limits,
  jitter_soc,
  jitter_measurements,
  jitter_protection,
  jitter_alarms,
  jitter_requests,
  jitter_name,
  jitter_info,
  jitter_command,
  gaps_limits,
  gaps_soc,
  gaps_measurements,
  gaps_protection,
  gaps_alarms,
  gaps_requests,
  gaps_name,
  gaps_info,
  gaps_command,
  name_ok,
  dialect,
  dialect_doubt,
  online,
  frame_errors,
  unknown_frames,
  count
};
inline constexpr std::size_t dut_signal_count = static_cast<std::size_t>(DutSignal::count);
// The jitter and the gaps of the frame whose period this is.
constexpr DutSignal jitter_of(DutSignal period) noexcept {
  constexpr auto shift =
      static_cast<std::size_t>(DutSignal::jitter_limits) - static_cast<std::size_t>(DutSignal::period_limits);
  return static_cast<DutSignal>(static_cast<std::size_t>(period) + shift);
}
constexpr DutSignal gaps_of(DutSignal period) noexcept {
  constexpr auto shift =
      static_cast<std::size_t>(DutSignal::gaps_limits) - static_cast<std::size_t>(DutSignal::period_limits);
  return static_cast<DutSignal>(static_cast<std::size_t>(period) + shift);
}
static_assert(gaps_of(DutSignal::period_command) == DutSignal::gaps_command);

struct DutSignalInfo {
  DutSignal id{};
  std::string_view name;
  Dimension dimension{};
  std::string_view help;
  bool ages = true;       // stale after max_age; false: the port's own statement, true until it changes
  bool is_bound = false;  // its frame means something else, or nothing, in another dialect
};

std::span<const DutSignalInfo> dut_signals() noexcept;

}  // namespace rig

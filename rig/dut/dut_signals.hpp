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
  name_ok,
  dialect,
  dialect_doubt,
  online,
  frame_errors,
  unknown_frames,
  count
};
inline constexpr std::size_t dut_signal_count = static_cast<std::size_t>(DutSignal::count);

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

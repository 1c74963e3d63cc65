#include "rig/dut/dialect.hpp"

#include <algorithm>
#include <array>

namespace rig {
namespace {
using enum DutSignal;
using enum DutCoding;

constexpr std::array<std::string_view, dialect_count> names = {"unknown", "sofar_amass", "pylon_v12"};

// The same layout at Pylontech (V1.2 and V1.3), SMA and SOFAR.
constexpr DialectRow common_rows[] = {
    {"ChargeVoltageLimit", 0x351, charge_voltage_limit},
    {"ChargeCurrentLimit", 0x351, charge_current_limit},
    {"DischargeCurrentLimit", 0x351, discharge_current_limit},
    {"DischargeVoltageLimit", 0x351, discharge_voltage_limit},
    {"SOC", 0x355, soc},
    {"SOH", 0x355, soh},
    {"Voltage", 0x356, voltage},
    {"Current", 0x356, current},
    {"Temperature", 0x356, temperature},
};

// Assumption, not proven on a GTX5000: the alarms of 0x35A (bytes 0 to 3) are what the manual calls protections, the
// warnings (bytes 4 to 7) what it calls alarms. SMA's text names the two halves "alarms" and "warnings", and the
// manual's "alarm" is its mildest stage, so the halves are shifted by one word. "High temperature" stands beside "high
// temperature while charging", so it is taken for discharging. 0x359 carries counts in this dialect and is not read.
// 0x30F byte 0 is one command: a pack that asks to be charged at once cannot ask for a full charge in the same frame.
constexpr DialectRow sofar_rows[] = {
    {"SOC_HiRes", 0x355, soc_fine},
    {"RemainingCapacity", 0x355, remaining_capacity},
    {"CycleCount", 0x356, cycles},
    {"A_HighVoltage", 0x35A, protection_over_voltage, pair},
    {"A_LowVoltage", 0x35A, protection_under_voltage, pair},
    {"A_HighTemp", 0x35A, protection_discharge_ot, pair},
    {"A_LowTemp", 0x35A, protection_discharge_ut, pair},
    {"A_ChargeHighTemp", 0x35A, protection_charge_ot, pair},
    {"A_ChargeLowTemp", 0x35A, protection_charge_ut, pair},
    {"A_HighTemp", 0x35A, protection_over_temperature, pair},
    {"A_ChargeHighTemp", 0x35A, protection_over_temperature, pair},
    {"A_LowTemp", 0x35A, protection_under_temperature, pair},
    {"A_ChargeLowTemp", 0x35A, protection_under_temperature, pair},
    {"A_HighCurrent", 0x35A, protection_discharge_oc, pair},
    {"A_ChargeHighCurrent", 0x35A, protection_charge_oc, pair},
    {"A_BmsInternal", 0x35A, protection_system_error, pair},
    {"A_CellImbalance", 0x35A, protection_cell_difference, pair},
    {"W_HighVoltage", 0x35A, alarm_over_voltage, pair},
    {"W_LowVoltage", 0x35A, alarm_under_voltage, pair},
    {"W_HighTemp", 0x35A, alarm_discharge_ot, pair},
    {"W_LowTemp", 0x35A, alarm_discharge_ut, pair},
    {"W_ChargeHighTemp", 0x35A, alarm_charge_ot, pair},
    {"W_ChargeLowTemp", 0x35A, alarm_charge_ut, pair},
    {"W_HighTemp", 0x35A, alarm_over_temperature, pair},
    {"W_ChargeHighTemp", 0x35A, alarm_over_temperature, pair},
    {"W_LowTemp", 0x35A, alarm_under_temperature, pair},
    {"W_ChargeLowTemp", 0x35A, alarm_under_temperature, pair},
    {"W_HighCurrent", 0x35A, alarm_discharge_oc, pair},
    {"W_ChargeHighCurrent", 0x35A, alarm_charge_oc, pair},
    {"W_BmsInternal", 0x35A, alarm_system_error, pair},
    {"W_CellImbalance", 0x35A, alarm_cell_difference, pair},
    {"RemoteCommand", 0x30F, force_charge, command_one},
    {"RemoteCommand", 0x30F, full_charge_request, command_full},
    {"EnDischarge", 0x30F, discharge_allowed, enable},
    {"EnCharge", 0x30F, charge_allowed, enable},
};

// Pylontech's text of V1.2. Its alarm "internal communication failure" is the mild stage of "system error".
constexpr DialectRow pylon_rows[] = {
    {"Prot_OverVoltage", 0x359, protection_over_voltage, bit},
    {"Prot_UnderVoltage", 0x359, protection_under_voltage, bit},
    {"Prot_OverTemp", 0x359, protection_over_temperature, bit},
    {"Prot_UnderTemp", 0x359, protection_under_temperature, bit},
    {"Prot_DischargeOverCurrent", 0x359, protection_discharge_oc, bit},
    {"Prot_ChargeOverCurrent", 0x359, protection_charge_oc, bit},
    {"Prot_SystemError", 0x359, protection_system_error, bit},
    {"Alarm_HighVoltage", 0x359, alarm_over_voltage, bit},
    {"Alarm_LowVoltage", 0x359, alarm_under_voltage, bit},
    {"Alarm_HighTemp", 0x359, alarm_over_temperature, bit},
    {"Alarm_LowTemp", 0x359, alarm_under_temperature, bit},
    {"Alarm_DischargeHighCurrent", 0x359, alarm_discharge_oc, bit},
    {"Alarm_ChargeHighCurrent", 0x359, alarm_charge_oc, bit},
    {"Alarm_InternalCommFail", 0x359, alarm_system_error, bit},
    {"Req_FullCharge", 0x35C, full_charge_request, bit},
    {"Req_ForceCharge2", 0x35C, force_charge, bit},
    {"Req_ForceCharge1", 0x35C, force_charge, bit},
    {"DischargeEnable", 0x35C, discharge_allowed, enable},
    {"ChargeEnable", 0x35C, charge_allowed, enable},
};

constexpr FrameRule rules[] = {
    {0x351, 6, 8, period_limits},  // 6 where the cut-off voltage is left out
    {0x355, 4, 8, period_soc},     // Pylontech V1.2 sends 4, V1.3 6, SOFAR and SMA 8
    {0x356, 6, 8, period_measurements}, {0x359, 7, 8, period_protection},
    {pair_frame, 8, 8, period_alarms},  {request_frame, 2, 8, period_requests},
    {name_frame, 2, 8, period_name},  // 2 and 5 appear in texts
    {0x35F, 8, 8, period_info},         {0x30F, 8, 8, period_command},
};
}  // namespace

std::string_view dialect_name(Dialect dialect) noexcept { return names[static_cast<std::size_t>(dialect)]; }

std::optional<Dialect> parse_dialect(std::string_view word) noexcept {
  if (word == "auto") {
    return Dialect::unknown;
  }
  for (const Dialect dialect : {Dialect::sofar_amass, Dialect::pylon_v12}) {
    if (word == dialect_name(dialect)) {
      return dialect;
    }
  }
  return std::nullopt;
}

std::span<const DialectRow> dialect_rows(Dialect dialect) noexcept {
  switch (dialect) {
    case Dialect::sofar_amass:
      return sofar_rows;
    case Dialect::pylon_v12:
      return pylon_rows;
    case Dialect::unknown:
      break;
  }
  return common_rows;
}

bool marks_unsupported(Dialect dialect) noexcept { return dialect != Dialect::pylon_v12; }

std::span<const FrameRule> frame_rules() noexcept { return rules; }

Dialect dialect_of_name(std::span<const std::uint8_t> data) noexcept {
  std::array<char, 8> text{};
  std::size_t length = 0;
  for (std::size_t i = 0; i < std::min(data.size(), text.size()); ++i) {
    text[i] = static_cast<char>(data[i]);
    if (text[i] != ' ' && text[i] != '\0') {
      length = i + 1;
    }
  }
  const std::string_view name(text.data(), length);
  return name == "AMASS" ? Dialect::sofar_amass : (name == "PYLON" ? Dialect::pylon_v12 : Dialect::unknown);
}

}  // namespace rig

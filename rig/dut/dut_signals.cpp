#include "rig/dut/dut_signals.hpp"

#include <array>

namespace rig {
namespace {
using enum DutSignal;
using namespace dimension;

constexpr DutSignalInfo common(DutSignal id, std::string_view name, Dimension d, std::string_view help) {
  return {id, name, d, help, true, false};
}
constexpr DutSignalInfo bound(DutSignal id, std::string_view name, Dimension d, std::string_view help) {
  return {id, name, d, help, true, true};
}
constexpr DutSignalInfo flag(DutSignal id, std::string_view name, std::string_view help) {
  return {id, name, dimension::boolean, help, true, true};
}
constexpr DutSignalInfo period(DutSignal id, std::string_view name, std::string_view help) {
  return {id, name, dimension::time, help, true, false};
}
constexpr DutSignalInfo own(DutSignal id, std::string_view name, Dimension d, std::string_view help) {
  return {id, name, d, help, false, false};
}

constexpr std::array<DutSignalInfo, dut_signal_count> catalogue = {
    common(voltage, "dut.voltage", dimension::voltage, "voltage that the pack reports (0x356)"),
    common(current, "dut.current", dimension::current, "current that the pack reports, charging is positive (0x356)"),
    common(temperature, "dut.temperature", dimension::temperature, "cell temperature that the pack reports (0x356)"),
    common(soc, "dut.soc", none, "state of charge, 0 to 1, in steps of 1 % (0x355)"),
    bound(soc_fine, "dut.soc_fine", none, "state of charge in steps of 0.01 %, where the pack sends it (0x355)"),
    common(soh, "dut.soh", none, "state of health, 0 to 1 (0x355)"),
    bound(cycles, "dut.cycles", none, "charge cycles (0x356)"),
    bound(remaining_capacity, "dut.remaining_capacity", charge, "charge that is left (0x355)"),
    common(charge_voltage_limit, "dut.charge_voltage_limit", dimension::voltage, "CVL that the pack orders (0x351)"),
    common(charge_current_limit, "dut.charge_current_limit", dimension::current, "CCL, a positive number (0x351)"),
    common(discharge_current_limit, "dut.discharge_current_limit", dimension::current,
           "DCL, a positive number (0x351)"),
    common(discharge_voltage_limit, "dut.discharge_voltage_limit", dimension::voltage,
           "discharge cut-off voltage (0x351)"),
    flag(charge_allowed, "dut.charge_allowed", "the enable bit (0x35C, 0x30F); where none is sent: CCL is not 0"),
    flag(discharge_allowed, "dut.discharge_allowed", "the enable bit (0x35C, 0x30F); where none is sent: DCL is not 0"),
    flag(force_charge, "dut.force_charge", "the pack asks to be charged at once (0x35C, 0x30F)"),
    flag(full_charge_request, "dut.full_charge_request", "the pack asks for a full charge (0x35C, 0x30F)"),
    flag(protection_over_voltage, "dut.protection.over_voltage", "cell or pack over-voltage protection"),
    flag(protection_under_voltage, "dut.protection.under_voltage", "cell or pack under-voltage protection"),
    flag(protection_over_temperature, "dut.protection.over_temperature",
         "over-temperature protection, of charging or of discharging"),
    flag(protection_under_temperature, "dut.protection.under_temperature",
         "under-temperature protection, of charging or of discharging"),
    flag(protection_charge_ot, "dut.protection.charge_ot", "too hot to be charged, where the frame tells it apart"),
    flag(protection_charge_ut, "dut.protection.charge_ut", "too cold to be charged, where the frame tells it apart"),
    flag(protection_discharge_ot, "dut.protection.discharge_ot",
         "too hot to be discharged, where the frame tells it apart"),
    flag(protection_discharge_ut, "dut.protection.discharge_ut",
         "too cold to be discharged, where the frame tells it apart"),
    flag(protection_charge_oc, "dut.protection.charge_oc", "charge over-current protection"),
    flag(protection_discharge_oc, "dut.protection.discharge_oc", "discharge over-current protection"),
    flag(protection_cell_difference, "dut.protection.cell_difference", "the cells differ too much"),
    flag(protection_system_error, "dut.protection.system_error", "error of the BMS itself"),
    flag(alarm_over_voltage, "dut.alarm.over_voltage", "high voltage, still working"),
    flag(alarm_under_voltage, "dut.alarm.under_voltage", "low voltage, still working"),
    flag(alarm_over_temperature, "dut.alarm.over_temperature",
         "high temperature for charging or discharging, still working"),
    flag(alarm_under_temperature, "dut.alarm.under_temperature",
         "low temperature for charging or discharging, still working"),
    flag(alarm_charge_ot, "dut.alarm.charge_ot", "high temperature for charging, still working"),
    flag(alarm_charge_ut, "dut.alarm.charge_ut", "low temperature for charging, still working"),
    flag(alarm_discharge_ot, "dut.alarm.discharge_ot", "high temperature for discharging, still working"),
    flag(alarm_discharge_ut, "dut.alarm.discharge_ut", "low temperature for discharging, still working"),
    flag(alarm_charge_oc, "dut.alarm.charge_oc", "high charge current, still working"),
    flag(alarm_discharge_oc, "dut.alarm.discharge_oc", "high discharge current, still working"),
    flag(alarm_cell_difference, "dut.alarm.cell_difference", "the cells drift apart, still working"),
    flag(alarm_system_error, "dut.alarm.system_error", "internal trouble of the BMS, still working"),
    period(period_limits, "dut.period.limits", "time between the last two frames 0x351"),
    period(period_soc, "dut.period.soc", "time between the last two frames 0x355"),
    period(period_measurements, "dut.period.measurements", "time between the last two frames 0x356"),
    period(period_protection, "dut.period.protection", "time between the last two frames 0x359"),
    period(period_alarms, "dut.period.alarms", "time between the last two frames 0x35A"),
    period(period_requests, "dut.period.requests", "time between the last two frames 0x35C"),
    period(period_name, "dut.period.name", "time between the last two frames 0x35E"),
    period(period_info, "dut.period.info", "time between the last two frames 0x35F"),
    period(period_command, "dut.period.command", "time between the last two frames 0x30F"),
    period(jitter_limits, "dut.jitter.limits", "longest less shortest of the last 16 periods of 0x351"),
    period(jitter_soc, "dut.jitter.soc", "longest less shortest of the last 16 periods of 0x355"),
    period(jitter_measurements, "dut.jitter.measurements", "longest less shortest of the last 16 periods of 0x356"),
    period(jitter_protection, "dut.jitter.protection", "longest less shortest of the last 16 periods of 0x359"),
    period(jitter_alarms, "dut.jitter.alarms", "longest less shortest of the last 16 periods of 0x35A"),
    period(jitter_requests, "dut.jitter.requests", "longest less shortest of the last 16 periods of 0x35C"),
    period(jitter_name, "dut.jitter.name", "longest less shortest of the last 16 periods of 0x35E"),
    period(jitter_info, "dut.jitter.info", "longest less shortest of the last 16 periods of 0x35F"),
    period(jitter_command, "dut.jitter.command", "longest less shortest of the last 16 periods of 0x30F"),
    own(gaps_limits, "dut.gaps.limits", none, "count of frames 0x351 that were left out, by the usual period"),
    own(gaps_soc, "dut.gaps.soc", none, "count of frames 0x355 that were left out, by the usual period"),
    own(gaps_measurements, "dut.gaps.measurements", none,
        "count of frames 0x356 that were left out, by the usual period"),
    own(gaps_protection, "dut.gaps.protection", none, "count of frames 0x359 that were left out, by the usual period"),
    own(gaps_alarms, "dut.gaps.alarms", none, "count of frames 0x35A that were left out, by the usual period"),
    own(gaps_requests, "dut.gaps.requests", none, "count of frames 0x35C that were left out, by the usual period"),
    own(gaps_name, "dut.gaps.name", none, "count of frames 0x35E that were left out, by the usual period"),
    own(gaps_info, "dut.gaps.info", none, "count of frames 0x35F that were left out, by the usual period"),
    own(gaps_command, "dut.gaps.command", none, "count of frames 0x30F that were left out, by the usual period"),
    common(name_ok, "dut.name_ok", dimension::boolean, "the name in 0x35E is the one of the dialect"),
    own(dialect, "dut.dialect", none, "the dialect that the pack speaks"),
    own(dialect_doubt, "dut.dialect_doubt", none, "why the pack's frames, read so, contradict each other"),
    own(online, "dut.online", dimension::boolean, "a frame of the pack came within max_age"),
    own(frame_errors, "dut.frame_errors", none, "count of frames with an unknown id or a length that is not allowed"),
    own(unknown_frames, "dut.unknown_frames", none, "count of frames with an id that the DBC does not have"),
};

constexpr bool is_in_order() {
  for (std::size_t i = 0; i < catalogue.size(); ++i) {
    if (static_cast<std::size_t>(catalogue[i].id) != i) {
      return false;
    }
  }
  return true;
}
static_assert(is_in_order(), "the catalogue has to follow the order of DutSignal");
}  // namespace

std::span<const DutSignalInfo> dut_signals() noexcept { return catalogue; }

}  // namespace rig

#pragma once
#include <span>
#include <string_view>

#include "drivers/scpi/power_model.hpp"
#include "drivers/scpi/session.hpp"

namespace rig::scpi {

struct TripBit {
  unsigned bit;
  std::string_view name;
};

// How the supplies or loads of one family are told and asked; a constant table of each driver. An empty text: the
// family has no such thing. Status bits differ inside one brand, so nothing here is a constant of ours.
struct PowerTable {
  Dialect dialect{};
  std::string_view maker;  // how *IDN? begins
  std::span<const PowerModel> models;

  std::string_view voltage = "VOLT", current = "CURR", power;
  std::string_view over_voltage = "VOLT:PROT", over_current, over_power;
  std::string_view output = "OUTP";  // loads: INP, LOAD

  std::string_view measure_all;  // voltage, current and power in one answer
  std::string_view measure_voltage = "MEAS:VOLT?", measure_current = "MEAS:CURR?";

  std::string_view questionable = "STAT:QUES:COND?", operation = "STAT:OPER:COND?";
  std::span<const TripBit> trips;                        // bits of `questionable`
  int local_bit = -1, remote_bit = -1, output_bit = -1;  // bits of `questionable`
  int cv_bit = -1, cc_bit = -1, cp_bit = -1;             // bits of `operation`

  std::span<const std::string_view> claim;  // makes it ours
  std::string_view owner_query, owner;      // is it? What it then answers begins with `owner`
  std::string_view release;
  std::span<const std::string_view> prepare;   // while off, before its protections are set
  std::span<const std::string_view> arm_also;  // after its protections were set
  // It insists on protection >= headroom * set-point. The bench's limit is what a set-point may reach, so the
  // protection is set so much above it.
  double headroom = 1.0;

  std::string_view watchdog_timeout, watchdog_on, watchdog_query;  // leaves remote and switches off when nobody speaks

  // Loads whose mode is a command; where there is none the lowest of the limits regulates.
  std::string_view mode_query, mode_current, mode_power, mode_voltage;
};

}  // namespace rig::scpi

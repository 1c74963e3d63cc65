#pragma once
#include <string>

#include "rig/model/battery_voltage.hpp"
#include "rig/model/cell_temperature.hpp"
#include "rig/model/input_histories.hpp"
#include "rig/model/measured.hpp"

namespace rig {

// What the parts of the reference look at in a tick.
struct ReferenceView {
  double now = 0.0;      // s
  double step = 0.0;     // s, of the tick
  double elapsed = 0.0;  // s, since the last look: ticks in which nothing moved are passed over
  const Measured& measured;
  const BatteryVoltage& battery;
  const CellTemperature& temperature;
  const InputHistories& histories;
  BatteryVoltage::Paths paths;
  bool cells_apart = false;  // that were equal at the start
  double drop = 0.0;         // Ohm, by which the cells' voltage answers a current in the end, at most
};

// The pack's reports show a moment that lies up to this long before they arrive (scan, task, bus), s.
inline constexpr double report_age = 0.7;

// The range of the row that judges `signal`; everything when there is none or when it is only a default.
Interval judged_range(const Requirements& requirements, RowKind kind, const std::string& signal);

}  // namespace rig

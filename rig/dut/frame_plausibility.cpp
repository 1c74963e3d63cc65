// What a frame says that cannot be. A pack in trouble says strange things too, so every line here is something that no
// state of a pack brings about: numbers outside what the signal can mean, and frames that contradict each other.
#include <fmt/format.h>

#include <cmath>

#include "rig/dut/frame_decoder.hpp"

namespace rig {
namespace {
constexpr double coldest = -60.0;  // degC, below every sensor's range
constexpr double hottest = 150.0;
constexpr double most_amps = 2000.0;
// A voltage against the charge voltage limit, as DialectSigns compares it.
constexpr double lowest_part = 0.5;
constexpr double highest_part = 1.25;

std::optional<double> value_of(const DecodedFrame& frame, std::string_view name) {
  for (const DecodedSignal& decoded : frame.signals) {
    if (decoded.signal->name == name) {
      return decoded.value;
    }
  }
  return std::nullopt;
}

void check_limits(DecodedFrame& frame) {
  const auto charge = value_of(frame, "ChargeVoltageLimit");
  const auto discharge = value_of(frame, "DischargeVoltageLimit");
  for (const char* name : {"ChargeCurrentLimit", "DischargeCurrentLimit"}) {
    const auto amps = value_of(frame, name);
    if (amps && (*amps < 0.0 || *amps > most_amps)) {
      frame.implausible.push_back(fmt::format("{} is {} A: a limit is from 0 to {} A", name, *amps, most_amps));
    }
  }
  if (charge && discharge && *charge > 0.0 && *discharge >= *charge) {
    frame.implausible.push_back(
        fmt::format("the pack is to be discharged to {} V, but only charged to {} V", *discharge, *charge));
  }
  if (charge && (*charge > 1000.0)) {
    frame.implausible.push_back(fmt::format("ChargeVoltageLimit is {} V", *charge));
  }
}

void check_measurement(const DecodeContext& context, DecodedFrame& frame) {
  const auto volts = value_of(frame, "Voltage");
  const auto limit = context.charge_voltage_limit;
  if (volts && limit && (*volts < lowest_part * *limit || *volts > highest_part * *limit)) {
    frame.implausible.push_back(
        fmt::format("Voltage is {} V, but 0x351 lets the pack be charged to {} V", *volts, *limit));
  }
  if (volts && !limit && (*volts < 10.0 || *volts > 100.0)) {
    frame.implausible.push_back(fmt::format("Voltage is {} V, which no 48 V pack has", *volts));
  }
  const auto amps = value_of(frame, "Current");
  if (amps && std::abs(*amps) > most_amps) {
    frame.implausible.push_back(fmt::format("Current is {} A", *amps));
  }
  const auto celsius = value_of(frame, "Temperature");
  if (celsius && (*celsius < coldest || *celsius > hottest)) {
    frame.implausible.push_back(fmt::format("Temperature is {} degC", *celsius));
  }
}

void check_soc(DecodedFrame& frame) {
  const auto soc = value_of(frame, "SOC");
  const auto fine = value_of(frame, "SOC_HiRes");
  if (soc && fine && std::abs(*soc - *fine) > 2.0) {
    frame.implausible.push_back(fmt::format("SOC is {} %, but SOC_HiRes {} %", *soc, *fine));
  }
}

void check_name(DecodedFrame& frame) {
  for (const DecodedSignal& decoded : frame.signals) {
    const double byte = decoded.value.value_or(0.0);
    if (byte != 0.0 && (byte < 32.0 || byte > 126.0)) {
      frame.implausible.push_back(fmt::format("{} is the byte {}, which is no character", decoded.signal->name, byte));
      return;
    }
  }
}

// The DBC's own range. [0|0] is none.
void check_ranges(DecodedFrame& frame) {
  for (const DecodedSignal& decoded : frame.signals) {
    const DbcSignal& signal = *decoded.signal;
    if (!decoded.value || signal.minimum == signal.maximum || signal.unit != decoded.unit) {
      continue;
    }
    const double slack = 1e-9 * (std::abs(signal.minimum) + std::abs(signal.maximum));
    if (!std::isfinite(*decoded.value)) {
      frame.implausible.push_back(fmt::format("{} is no number", signal.name));
    } else if (*decoded.value < signal.minimum - slack || *decoded.value > signal.maximum + slack) {
      frame.implausible.push_back(fmt::format("{} is {}{}{}: the DBC has {} to {}", signal.name, *decoded.value,
                                              signal.unit.empty() ? "" : " ", signal.unit, signal.minimum,
                                              signal.maximum));
    }
  }
}
}  // namespace

void find_implausible(const DecodeContext& context, DecodedFrame& frame) {
  const bool scaled = context.tenths_of_volts && frame.message->id == 0x356;
  if (!scaled) {  // the DBC's range is that of 0.01 V
    check_ranges(frame);
  }
  if (!context.dialect || frame.message->extended || !frame.has_meaning) {
    return;
  }
  switch (frame.message->id) {
    case 0x351:
      check_limits(frame);
      break;
    case 0x355:
      check_soc(frame);
      break;
    case 0x356:
      check_measurement(context, frame);
      break;
    case 0x35E:
      check_name(frame);
      break;
    default:
      break;
  }
}

}  // namespace rig

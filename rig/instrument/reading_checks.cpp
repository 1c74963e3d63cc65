#include "rig/instrument/reading_checks.hpp"

#include "rig/core/quantity.hpp"

namespace rig {
namespace {

// Boxes overshoot and read a little beyond their plate, and the pack's voltage lies at theirs with its sign.
constexpr double headroom = 1.25;
constexpr double below_zero = -0.05;     // of full scale
constexpr double beside_chamber = 20.0;  // K: air that comes in through an open door, or overshoots

std::string odd(const char* what, double value, double lowest, double highest, Dimension dimension) {
  if (value >= lowest && value <= highest) {
    return {};
  }
  return std::string("it reads a ") + what + " of " + format_rounded(value, dimension) + ", expected " +
         format_rounded(lowest, dimension) + " to " + format_rounded(highest, dimension);
}

template <class Reading>
std::string beyond_power(const Reading& reading, const SupplyRatings& ratings) {
  const double volts = ratings.voltage.value();
  const double amps = ratings.current.value();
  std::string text = odd("voltage", reading.voltage.value(), below_zero * volts, headroom * volts, dimension::voltage);
  if (text.empty()) {
    // A unit of two quadrants counts what flows into it as negative.
    text = odd("current", reading.current.value(), -headroom * amps, headroom * amps, dimension::current);
  }
  return text;
}

std::string switched_otherwise(const char* what, bool told, bool found) {
  if (told == found) {
    return {};
  }
  return std::string(what) + (found ? " is on although it was switched off" : " is off although it was switched on");
}

}  // namespace

std::string beyond_range(const SupplyReading& reading, const SupplyRatings& ratings) {
  return beyond_power(reading, ratings);
}
std::string beyond_range(const LoadReading& reading, const SupplyRatings& ratings) {
  return beyond_power(reading, ratings);
}
std::string beyond_range(const ChamberReading& reading, const ChamberRatings& ratings) {
  return odd("temperature", reading.temperature.value(), ratings.lowest.value() - beside_chamber,
             ratings.highest.value() + beside_chamber, dimension::temperature);
}
std::string beyond_range(const Meter::Reading& reading, const Meter::Ratings& ratings) {
  return odd("voltage", reading.voltage.value(), -ratings.highest.value(), ratings.highest.value(), dimension::voltage);
}
std::string beyond_range(const Thermometer::Reading& reading, const Thermometer::Ratings& ratings) {
  return odd("temperature", reading.temperature.value(), ratings.lowest.value(), ratings.highest.value(),
             dimension::temperature);
}

std::string contradiction(const PowerSupply::Setpoint& told, const SupplyReading& reading) {
  return switched_otherwise("its output", told.output, reading.output);
}
std::string contradiction(const ElectronicLoad::Setpoint& told, const LoadReading& reading) {
  return switched_otherwise("its input", told.input, reading.input);
}

}  // namespace rig

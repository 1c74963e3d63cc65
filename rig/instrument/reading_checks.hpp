#pragma once
#include <string>

#include "rig/instrument/box.hpp"

namespace rig {

// What a reading says that cannot be, empty when it can: values beyond what the box can show. A number that was read
// from the wrong register, in the wrong unit or from the answer to another question is no measurement.
std::string beyond_range(const SupplyReading& reading, const SupplyRatings& ratings);
std::string beyond_range(const LoadReading& reading, const SupplyRatings& ratings);
std::string beyond_range(const ChamberReading& reading, const ChamberRatings& ratings);
std::string beyond_range(const Meter::Reading& reading, const Meter::Ratings& ratings);
std::string beyond_range(const Thermometer::Reading& reading, const Thermometer::Ratings& ratings);

// What a box says of itself against what it was told, empty when they agree: an output that is off although it was
// switched on has tripped, or somebody else has switched it; on although it was switched off it is nobody's.
std::string contradiction(const PowerSupply::Setpoint& told, const SupplyReading& reading);
std::string contradiction(const ElectronicLoad::Setpoint& told, const LoadReading& reading);

}  // namespace rig

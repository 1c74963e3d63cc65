#pragma once
// Role classes fix the names and units of signals and set-points, so that a driver writes two or three private hooks.
// What a driver's measure() returns: values, their own moment, and whether they are news (a box that is read every
// 100 ms returns fresh = false in between, and the old samples stay with their old time).
#include "rig/instrument/chamber.hpp"
#include "rig/instrument/digital_io.hpp"
#include "rig/instrument/electronic_load.hpp"
#include "rig/instrument/meter.hpp"
#include "rig/instrument/power_supply.hpp"
#include "rig/instrument/service_port.hpp"
#include "rig/instrument/thermometer.hpp"

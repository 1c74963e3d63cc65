#pragma once
#include <string>

namespace rig {

// Where an endpoint leads, in one spelling: a host name becomes its address, the name of a device the device itself,
// settings of the line are left out. Two endpoints with the same place are the same box. What cannot be found out stays
// as it is written.
std::string box_place(const std::string& endpoint);

}  // namespace rig

#pragma once
#include "drivers/modbus/frame.hpp"
#include "rig/core/fields.hpp"

// How a bench file names the framing of a Modbus box.
template <>
struct rig::Choices<rig::modbus::Framing> {
  static std::vector<std::pair<std::string, modbus::Framing>> names() {
    return {{"rtu", modbus::Framing::rtu}, {"tcp", modbus::Framing::tcp}};
  }
};

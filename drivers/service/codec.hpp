#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "drivers/service/frame.hpp"
#include "rig/instrument/service_port.hpp"

// What stands inside the frames: one file for each maker's payload.
namespace rig::service {

using Info = std::vector<std::uint8_t>;
using Reading = ServicePort::Reading;

struct Codec {
  std::string_view name;
  std::uint8_t version;
  std::uint8_t first_address;
  // INFO of the two questions, for the pack with this number.
  Info (*ask)(std::uint8_t pack);
  // Each fills its part of a reading; throws RigError that names what is missing or impossible.
  void (*analog)(const Info& info, Reading& reading);
  void (*states)(const Info& info, Reading& reading);
  // Commands that tell who it is, 0 where there is none; the answer is text.
  std::uint8_t identify_version, identify_serial;
};

inline constexpr std::uint8_t ask_analog = 0x42;
inline constexpr std::uint8_t ask_states = 0x44;

const Codec& pace();       // V2.5, VER 25
const Codec& pylontech();  // RS485 V3.3, VER 20
const Codec& seplos();     // V2.0, VER 20

// The printable part of an answer that is text, without the padding around it.
std::string text_of(const Info& info);

// Shared by the codecs, which tell cells and temperatures alike. `zero`: what stands for 0 degC, in 0.1 K.
void read_cells(InfoCursor& in, Reading& reading);
// Four sensors at the cells, then two others, which differ in their order.
void read_temperatures(InfoCursor& in, int zero, std::optional<double>& fifth, std::optional<double>& sixth,
                       Reading& reading);
// INFO of a question where packs are numbered from 1.
Info ask_by_number(std::uint8_t pack);
double celsius(std::uint16_t tenths, int zero) noexcept;
// The state of one measured thing: 0 normal, 1 below, 2 above its limit.
void note_state(std::uint8_t state, PackState below, PackState above, PackStates& alarms);

}  // namespace rig::service

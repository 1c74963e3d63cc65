#include "rig/dut/dialect_fields.hpp"

#include <algorithm>
#include <array>

namespace rig {
namespace {
// Who gives a meaning to something: bits of a mask, in the order of Dialect.
constexpr unsigned nobody = 0;
constexpr unsigned unknown = 1u << static_cast<unsigned>(Dialect::unknown);
constexpr unsigned sofar = 1u << static_cast<unsigned>(Dialect::sofar_amass);
constexpr unsigned pylon = 1u << static_cast<unsigned>(Dialect::pylon_v12);
constexpr unsigned all = unknown | sofar | pylon;

struct FrameRow {
  std::uint32_t first = 0;
  std::uint32_t last = 0;
  unsigned whose = nobody;
  unsigned shortest_sofar = 0;  // 0: the DBC's length
  unsigned shortest_pylon = 0;
};

// Lengths: Pylontech's V1.2 text and captures; SOFAR's samples have 8 bytes throughout. Where the dialect is unknown
// the shorter of both is right.
constexpr FrameRow frame_rows[] = {
    {0x305, 0x305, all, 0, 0},           {0x30F, 0x30F, sofar, 8, 0},
    {0x351, 0x351, all, 6, 6},  // 6 where the cut-off voltage is left out
    {0x355, 0x355, all, 8, 4},           {0x356, 0x356, all, 8, 6},
    {0x359, 0x359, sofar | pylon, 8, 7}, {0x35A, 0x35A, sofar, 8, 0},
    {0x35C, 0x35C, pylon, 0, 2},         {0x35E, 0x35E, all, 2, 2},  // 2 and 5 appear in texts
    {0x35F, 0x35F, all, 8, 8},                                       // Pylontech from V1.3 on
    {0x605, 0x605, sofar, 0, 0},         {0x705, 0x705, sofar, 0, 0},
    {0x670, 0x6C0, sofar, 0, 0},         {0x770, 0x7C0, sofar, 0, 0},
};

struct FieldRow {
  std::uint32_t frame = 0;
  std::string_view begins;  // of the field's name
  unsigned whose = nobody;
};

constexpr FieldRow field_rows[] = {
    {0x355, "SOC_HiRes", sofar},
    {0x355, "RemainingCapacity", sofar},
    {0x356, "CycleCount", sofar},
    {0x359, "Prot_", pylon},
    {0x359, "Alarm_", pylon},
    {0x359, "Marker6", pylon},          // the second letter of "PN"; SOFAR's bytes 6 and 7 are not understood
    {0x359, "PacksOnlineMask", pylon},  // Seplos
};

constexpr bool holds(unsigned whose, Dialect dialect) noexcept {
  return (whose & (1u << static_cast<unsigned>(dialect))) != 0;
}

const FrameRow* row_of(std::uint32_t frame) noexcept {
  const auto* const row = std::find_if(std::begin(frame_rows), std::end(frame_rows),
                                       [frame](const FrameRow& r) { return frame >= r.first && frame <= r.last; });
  return row == std::end(frame_rows) ? nullptr : row;
}
}  // namespace

bool is_dialect_frame(std::uint32_t frame) noexcept { return row_of(frame) != nullptr; }

bool has_meaning(Dialect dialect, std::uint32_t frame) noexcept {
  const FrameRow* row = row_of(frame);
  return row == nullptr || holds(row->whose, dialect);
}

bool has_meaning(Dialect dialect, std::uint32_t frame, std::string_view field) noexcept {
  if (!has_meaning(dialect, frame)) {
    return false;
  }
  const auto* const row = std::find_if(std::begin(field_rows), std::end(field_rows), [&](const FieldRow& r) {
    return r.frame == frame && field.starts_with(r.begins);
  });
  return row == std::end(field_rows) || holds(row->whose, dialect);
}

std::optional<unsigned> shortest_form(Dialect dialect, std::uint32_t frame) noexcept {
  const FrameRow* row = row_of(frame);
  if (row == nullptr) {
    return std::nullopt;
  }
  unsigned bytes = 0;
  switch (dialect) {
    case Dialect::sofar_amass:
      bytes = row->shortest_sofar;
      break;
    case Dialect::pylon_v12:
      bytes = row->shortest_pylon;
      break;
    case Dialect::unknown:
      bytes = row->shortest_sofar == 0   ? row->shortest_pylon
              : row->shortest_pylon == 0 ? row->shortest_sofar
                                         : std::min(row->shortest_sofar, row->shortest_pylon);
      break;
  }
  return bytes == 0 ? std::nullopt : std::optional(bytes);
}

}  // namespace rig

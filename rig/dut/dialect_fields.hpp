#pragma once
#include <optional>
#include <string_view>

#include "rig/dut/dialect.hpp"

namespace rig {

// Does this dialect give this field of the DBC a meaning? The DBC is the union of all of them: in a padded Pylontech
// frame 0x355 the zeros behind the SOH are no state of charge, and SOFAR's 0x359 holds counts where Pylontech has
// flags. Frames that no dialect knows of (those of another DBC) are nobody's: all their fields count.
bool has_meaning(Dialect dialect, std::uint32_t frame, std::string_view field) noexcept;
// As above for the frame as a whole.
bool has_meaning(Dialect dialect, std::uint32_t frame) noexcept;
// True for the frames that this table knows of.
bool is_dialect_frame(std::uint32_t frame) noexcept;

// Bytes that the frame has at least in this dialect; nothing where the DBC's length holds.
std::optional<unsigned> shortest_form(Dialect dialect, std::uint32_t frame) noexcept;

}  // namespace rig

#pragma once
#include <string>

#include "rig/canlog/logged_frame.hpp"
#include "rig/dut/frame_decoder.hpp"

namespace rig::cli {

// "0x356", 29-bit ones with eight digits.
std::string id_text(const LoggedFrame& frame);
// Seconds with the decimals that the log has; nothing where it has no time.
std::string time_text(const LoggedFrame& frame);

// One frame as a line of JSON: t, id, name, signals, dialect, and what else there is to say of it.
std::string frame_json(const LoggedFrame& frame, const DecodedFrame& decoded, std::string_view dialect);
// One frame as a line for people, with colours if wanted.
std::string frame_line(const LoggedFrame& frame, const DecodedFrame& decoded, bool colours);

}  // namespace rig::cli

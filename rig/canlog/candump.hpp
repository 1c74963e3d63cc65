#pragma once
#include <string>
#include <string_view>

#include "rig/canlog/logged_frame.hpp"

namespace rig {

// One line of what can-utils' candump writes, without its end of line, into `frame`. Throws LineFault.
//
//   (1436509052.249713) can0 356#7A13F2FE6B01          -l, -L: data in hex, also with dots; then T or R with -x
//   (1436509052.249713) can0 00000356#R8               a request of 8 bytes, 29-bit identifiers have 8 digits
//   (1436509052.249713) can0 356##17A13                FD; the digit holds the flags (1 bit rate switch, 2 ESI)
//    can0  356   [8]  7A 13 F2 FE 6B 01 00 00  'text'  the console's form, with or without the times of -t a, d, z, A,
//                                                      the directions of -x ("RX - -") and the characters of -a
void parse_candump(std::string_view line, LoggedFrame& frame);

// The frame as `candump -L` writes it, without an end of line. A frame without a time has that of 0 s.
std::string candump_line(const LoggedFrame& frame);

}  // namespace rig

#pragma once
#include <string_view>

#include "rig/canlog/logged_frame.hpp"

namespace rig {

// What Vector's tools write as .asc: a head, then events one a line. Read are data and request frames, CAN FD and
// error frames; every other event (statistics, starts, triggers, comments) holds no frame and is passed over.
//
//    0.015991 1  356             Rx   d 8 7A 13 F2 FE 6B 01 00 00   (an "x" behind the id: 29 bits)
//    0.016200 1  356             Rx   r 8
//    0.016300 CANFD   1 Rx 356  Name   1 0 8 8 7A 13 F2 FE 6B 01 00 00 ...
//    0.016400 1  ErrorFrame
class VectorAsc {
 public:
  // Is this how an .asc begins ("date ..." or "base ...")?
  static bool begins(std::string_view line) noexcept;
  // True when the line holds a frame. Throws LineFault for a line that begins like one and is none.
  bool parse(std::string_view line, LoggedFrame& frame);

 private:
  bool hex_ = true;        // base hex | dec
  bool relative_ = false;  // each time is the distance to the event before
  std::int64_t before_ns_ = 0;
};

}  // namespace rig

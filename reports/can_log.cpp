#include "reports/can_log.hpp"

#include <fmt/format.h>

#include <iterator>

#include "reports/output_file.hpp"

namespace rig {

std::string can_log(std::span<const RecordedFrame> frames) {
  std::string out;
  auto to = std::back_inserter(out);
  for (const RecordedFrame& frame : frames) {
    const std::int64_t us = frame.time.time_since_epoch().count() / 1000;
    fmt::format_to(to, "({:010}.{:06}) can{} {:0{}X}#", us / 1'000'000, us % 1'000'000, frame.bus, frame.id,
                   frame.extended ? 8 : 3);
    for (std::size_t i = 0; i < frame.length && i < 8; ++i) {
      fmt::format_to(to, "{:02X}", frame.data[i]);
    }
    out += '\n';
  }
  return out;
}

void write_can_log(RunReader& reader, const std::string& path) {
  OutputFile file(path);
  for (std::size_t b = 0; b < reader.block_count(); ++b) {
    file.write(can_log(reader.read_frames(b)));
  }
  file.finish();
}

}  // namespace rig

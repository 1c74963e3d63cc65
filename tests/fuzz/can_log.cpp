// Logs of CAN frames, candump's and Vector's: whatever stands in a file, each line is a frame that holds together or a
// mistake with its place, and every frame can be written, read again and decoded.
#include <array>
#include <cstdint>
#include <string>

#include "rig/canlog/candump.hpp"
#include "rig/canlog/log_reader.hpp"
#include "rig/core/error.hpp"
#include "rig/dut/dialect_evidence.hpp"
#include "rig/dut/dut_port.hpp"
#include "rig/dut/frame_decoder.hpp"
#include "tests/fuzz/property.hpp"
#include "tests/source_dir.hpp"

namespace {
using rig::LoggedFrame;

const rig::Dbc& pack_dbc() {
  static const rig::Dbc dbc = rig::read_dbc(source_dir() + "/cases/gtx5000.dbc");
  return dbc;
}

void check_frame(const LoggedFrame& frame) {
  PROPERTY(frame.line > 0);
  PROPERTY(frame.length <= (frame.fd ? 64 : 8));
  PROPERTY(frame.id <= (frame.extended || frame.error ? 0x1FFFFFFFU : 0x7FFU));
  PROPERTY(!(frame.fd && frame.remote));
  PROPERTY(frame.raw_code == 0 || (frame.raw_code > 8 && frame.raw_code < 16 && frame.length == 8));
}

bool is_same(const LoggedFrame& a, const LoggedFrame& b) {
  return a.id == b.id && a.extended == b.extended && a.remote == b.remote && a.error == b.error && a.fd == b.fd &&
         a.bit_rate_switch == b.bit_rate_switch && a.sender_passive == b.sender_passive && a.length == b.length &&
         a.raw_code == b.raw_code && a.direction == b.direction && a.payload == b.payload && b.has_time &&
         a.time_ns / 1000 == b.time_ns / 1000;
}

void check_writing(const LoggedFrame& frame) {
  LoggedFrame again;
  try {
    rig::parse_candump(rig::candump_line(frame), again);
  } catch (const rig::LineFault& fault) {
    std::fprintf(stderr, "%s\n%s\n", rig::candump_line(frame).c_str(), fault.message.c_str());
    PROPERTY(false && "what was written can be read");
  }
  if (!is_same(frame, again)) {
    std::fprintf(stderr, "line %zu: %s\n", frame.line, rig::candump_line(frame).c_str());
    PROPERTY(false && "what was written means the same");
  }
}

rig::CanFrame on_the_bus(const LoggedFrame& frame) {
  rig::CanFrame out{.time = rig::TimePoint{rig::Duration{frame.time_ns}},
                    .id = frame.id,
                    .extended = frame.extended,
                    .length = frame.length};
  std::copy_n(frame.payload.begin(), out.data.size(), out.data.begin());
  return out;
}

void check_mistakes(const rig::LogReader& log) {
  PROPERTY(log.mistakes().size() <= log.mistake_count());
  for (const rig::LogMistake& mistake : log.mistakes()) {
    PROPERTY(mistake.line > 0 && mistake.column > 0 && !mistake.message.empty());
    PROPERTY(!rig::render(mistake, log.name()).empty());
  }
}

void decode_all(rig::LogReader& log, const rig::DialectSigns& signs, rig::DutPort& port, rig::SignalTable& table) {
  const rig::FrameDecoder decoder(pack_dbc(), rig::DecodeContext::of(signs, std::nullopt));
  rig::DecodedFrame decoded;
  rig::FrameBatch batch;
  LoggedFrame frame;
  while (log.next(frame)) {
    decoder.decode(frame.id, frame.extended, frame.data(), decoded);
    for (const rig::DecodedSignal& signal : decoded.signals) {
      PROPERTY(!signal.value || signal.signal->field.bytes_needed() <= frame.data().size());
    }
    if (!frame.error && !frame.remote && !frame.fd) {
      batch.clear();
      batch.push(on_the_bus(frame));
      port.decode({.start = batch.frames().front().time}, batch, table);
    }
  }
}

void read_log(const std::string& text) {
  rig::LogReader log{rig::LineSource("log", text)};
  rig::DialectSigns signs;
  LoggedFrame frame;
  std::size_t frames = 0;
  while (log.next(frame)) {
    ++frames;
    check_frame(frame);
    check_writing(frame);
    if (!frame.error && !frame.remote && !frame.fd) {
      signs.hear(rig::TimePoint{rig::Duration{frame.time_ns}}, frame.id, frame.extended, frame.data());
    }
  }
  check_mistakes(log);
  const std::size_t mistakes = log.mistake_count();
  PROPERTY(!rig::dialect_evidence(signs).reasons.empty() || signs.dialect() == rig::Dialect::unknown);
  rig::DutPort port(pack_dbc());
  rig::SignalTable table;
  port.declare(table);
  table.seal();
  log.rewind();
  decode_all(log, signs, port, table);
  PROPERTY(log.mistake_count() == mistakes);
  log.rewind();
  std::size_t again = 0;
  while (log.next(frame)) {
    ++again;
  }
  PROPERTY(again == frames);
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    read_log(std::string(reinterpret_cast<const char*>(data), size));
  } catch (const rig::RigError& error) {
    PROPERTY(*error.what() != '\0');  // a file of another kind is refused as a whole
  }
  return 0;
}

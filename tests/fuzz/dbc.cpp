// CAN databases: whatever stands in a file, it is read or refused with places; what was read decodes and encodes every
// frame, and all ways of decoding a frame agree.
#include <bit>
#include <cmath>
#include <cstdint>
#include <string>

#include "rig/core/error.hpp"
#include "rig/dut/dbc_encode.hpp"
#include "rig/dut/dut_port.hpp"
#include "rig/dut/frame_decoder.hpp"
#include "tests/fuzz/property.hpp"

namespace {

// Bytes of a frame, all different from those of another `seed`.
std::vector<std::uint8_t> bytes_of(unsigned seed, std::size_t size) {
  std::vector<std::uint8_t> out(size);
  std::uint32_t state = seed * 2654435761U + 1;
  for (std::uint8_t& byte : out) {
    state = state * 1664525U + 1013904223U;
    byte = seed == 0 ? 0 : seed == 1 ? 0xFF : static_cast<std::uint8_t>(state >> 24U);
  }
  return out;
}

bool is_same(double a, double b) { return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b); }

// A message whose id another one has too is never found by it.
void check_decoding(const rig::Dbc& dbc, const rig::FrameDecoder& decoder, const rig::DbcMessage& message,
                    std::span<const std::uint8_t> data) {
  rig::DecodedFrame decoded;
  decoder.decode(message.id, message.extended, data, decoded);
  PROPERTY(dbc.find(message.id, message.extended) != &message || decoded.message == &message);
  std::vector<double> numbers(message.signals.size());
  const std::size_t quick = decoder.decode_numbers(message.id, message.extended, data, numbers);
  PROPERTY(quick == 0 || quick == decoded.signals.size());
  for (std::size_t i = 0; i < decoded.signals.size(); ++i) {
    const rig::DecodedSignal& signal = decoded.signals[i];
    PROPERTY(signal.value.has_value() == (signal.signal->field.bytes_needed() <= data.size()));
    PROPERTY(quick == 0 || (signal.value && (is_same(*signal.value, numbers[i]) || std::isnan(numbers[i]))));
  }
}

// What was decoded can be encoded, to bits that mean the same.
void check_encoding(const rig::DbcMessage& message, std::span<const std::uint8_t> data) {
  for (const rig::DbcSignal& signal : message.signals) {
    const auto value = rig::decode(signal, data);
    if (!value || !std::isfinite(*value)) {
      continue;
    }
    if (const auto bits = rig::bits_of(signal, *value)) {
      std::vector<std::uint8_t> again(data.size(), 0);
      rig::put_bits(signal.field, *bits, again);
      PROPERTY(rig::raw_bits(signal.field, again) == *bits);
    }
  }
  try {
    PROPERTY(rig::encode(message, {}).size() == message.length);
  } catch (const rig::RigError& error) {
    PROPERTY(*error.what() != '\0');
  }
}

void check_message(const rig::Dbc& dbc, const rig::FrameDecoder& decoder, const rig::DbcMessage& message) {
  for (unsigned seed = 0; seed < 4; ++seed) {
    const auto whole = bytes_of(seed, std::min(message.length, 64U));
    check_encoding(message, whole);
    for (const std::size_t size : {std::size_t{8}, whole.size(), whole.size() / 2, std::size_t{0}}) {
      check_decoding(dbc, decoder, message, bytes_of(seed, size));
    }
  }
}

void check_dialects(const rig::Dbc& dbc) {
  for (const rig::Dialect dialect : {rig::Dialect::unknown, rig::Dialect::sofar_amass, rig::Dialect::pylon_v12}) {
    try {
      rig::DutPort(dbc, {.dialect = dialect});
    } catch (const rig::RigError& error) {
      PROPERTY(*error.what() != '\0');
    }
  }
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto source = std::make_shared<const rig::SourceText>(
      rig::SourceText{"fuzz.dbc", std::string(reinterpret_cast<const char*>(data), size)});
  rig::Diagnostics diagnostics;
  const rig::Dbc dbc = rig::parse_dbc(source, diagnostics);
  for (const rig::Diagnostic& each : diagnostics.all()) {
    PROPERTY(!each.message.empty() && (each.mark.line > 0) == (each.mark.column > 0));
    PROPERTY(!rig::render(each).empty());
  }
  if (diagnostics.has_errors()) {
    return 0;
  }
  const rig::FrameDecoder decoder(dbc, {});
  for (const rig::DbcMessage& message : dbc.messages) {
    check_message(dbc, decoder, message);
  }
  check_dialects(dbc);
  return 0;
}

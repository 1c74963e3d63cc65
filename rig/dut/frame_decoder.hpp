#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "rig/dut/dbc.hpp"
#include "rig/dut/dialect_signs.hpp"

namespace rig {

// One signal of a frame for people and for JSON: in V, A, degC, Ah, % ... (prefixes of the DBC's unit are taken out).
// Nothing where the frame is too short to hold it, or the pack says that it does not support it: not available is never
// zero.
struct DecodedSignal {
  const DbcSignal* signal = nullptr;
  std::string_view unit;
  std::optional<double> value;
};

struct DecodedFrame {
  const DbcMessage* message = nullptr;   // null: the DBC does not have this id
  bool has_meaning = false;              // false: the dialect does not know the frame, nothing of it is decoded
  bool is_short = false;                 // shorter than the dialect has it
  std::vector<DecodedSignal> signals;    // those that are there: what the multiplexer does not select is left out
  std::vector<std::string> implausible;  // what cannot be, in words
};

// What is known of a log as a whole when its frames are decoded.
struct DecodeContext {
  std::optional<Dialect> dialect;  // nothing: plainly by the DBC, without any dialect
  DialectDoubt doubt = DialectDoubt::none;
  bool tenths_of_volts = false;  // 0x356 counts in 0.1 V (SOFAR's high-voltage stacks)
  std::optional<double> charge_voltage_limit;
  std::optional<double> discharge_voltage_limit;
  // Of a log that was heard to its end. `chosen`: not found out, the user said it; then everything is decoded by it,
  // and what cannot be is only called implausible.
  static DecodeContext of(const DialectSigns& signs, std::optional<Dialect> chosen);
  friend bool operator==(const DecodeContext&, const DecodeContext&) = default;
};

// Decodes all signals of frames, whatever the rig makes of them; DutPort is for the loop. decode() allocates only until
// `into` has grown, and for what is implausible.
class FrameDecoder {
 public:
  FrameDecoder(const Dbc& dbc, DecodeContext context);
  void decode(std::uint32_t id, bool extended, std::span<const std::uint8_t> data, DecodedFrame& into) const;
  // The numbers alone, in the order of the message's signals, for whole frames of 8 bytes by a plain DBC: writes into
  // `values` and returns how many; 0 for frames that decode() has to look at (short, multiplexed, floating-point,
  // longer).
  std::size_t decode_numbers(std::uint32_t id, bool extended, std::span<const std::uint8_t> data,
                             std::span<double> values) const noexcept;

 private:
  struct Field {
    const DbcSignal* signal = nullptr;
    LinearScale scale;
    std::string_view unit;
    bool is_marked = false;  // 0xFFFF, in a signed field 0x8000, means "not supported"
    bool is_withheld = false;
  };
  // A field of a frame of 8 bytes, taken as one word in the field's byte order.
  struct Quick {
    std::uint8_t up = 0;  // first shifted to the top, so that the sign comes down with it
    std::uint8_t down = 0;
    bool motorola = false;
    bool is_signed = false;
    bool is_plain = false;  // the scale changes nothing
    LinearScale scale;
  };
  struct Entry {
    const DbcMessage* message = nullptr;
    std::vector<Quick> quick;  // empty where a frame of this message is not so simple
    bool has_meaning = false;
    unsigned shortest = 0;
    std::vector<Field> fields;
  };
  void add(const DbcMessage& message);
  static std::vector<Quick> quick_fields(const DbcMessage& message, const std::vector<Field>& fields);
  [[nodiscard]] const Entry* find(std::uint32_t id, bool extended) const noexcept;

  DecodeContext context_;
  std::vector<Entry> entries_;
  std::array<std::int32_t, 2048> standard_{};  // index of the entry, -1: none
  std::unordered_map<std::uint32_t, std::size_t> extended_;
};

// What a decoded frame says that cannot be, by itself and against the limits of the same log.
void find_implausible(const DecodeContext& context, DecodedFrame& frame);

}  // namespace rig

#pragma once
#include <bitset>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rig/core/diagnostic.hpp"
#include "rig/core/time.hpp"

namespace rig {

// Where a number sits in a frame's data. `start` is the DBC's bit number (byte * 8 + bit): the least significant bit of
// an Intel field, the most significant bit of a Motorola field.
struct BitField {
  std::uint16_t start = 0;
  std::uint8_t length = 1;  // 1..64
  bool motorola = false;
  bool is_signed = false;
  // Bits counted in the order of transmission (bit 7 of byte 0 is 0). For Motorola fields this is the first bit.
  [[nodiscard]] unsigned network_start() const noexcept { return (start & ~7u) + (7u - (start & 7u)); }
  // The frame has to have at least so many bytes to hold the whole field.
  [[nodiscard]] unsigned bytes_needed() const noexcept {
    return ((motorola ? network_start() : start) + length - 1u) / 8u + 1u;
  }
  // Bit n is bit n % 8 of byte n / 8. What lies beyond an FD frame is left out.
  [[nodiscard]] std::bitset<512> occupied() const noexcept;
};

// physical = (raw * multiplier + addend) / divisor. A factor such as 0.1 is kept as 1/10: 35 * 0.01 is not the double
// 0.35, but 35 / 100 is, and a case that says `dut.soc <= 35 %` has to see the same number.
struct LinearScale {
  double multiplier = 1.0;
  double addend = 0.0;
  double divisor = 1.0;
  static LinearScale of(double factor, double offset) noexcept;
  // The same scale in another unit, of which one of the old ones holds `factor`.
  [[nodiscard]] LinearScale in_units_of(double factor) const noexcept;
  [[nodiscard]] double apply(double raw) const noexcept { return (raw * multiplier + addend) / divisor; }
  [[nodiscard]] double step() const noexcept;  // the size of one bit, positive
};

enum class DbcNumber : std::uint8_t { integer, float32, float64 };

// When a multiplexed signal is there: while the selector, itself there, holds a value of one of these ranges.
struct DbcSelection {
  std::size_t selector = 0;  // index of the selecting signal in the message
  std::vector<std::pair<std::uint64_t, std::uint64_t>> ranges;
};

struct DbcLabel {
  std::int64_t value = 0;
  std::string text;
};

struct DbcSignal {
  std::string name;
  BitField field;
  LinearScale scale;
  double factor = 1.0;
  double offset = 0.0;
  double minimum = 0.0;  // minimum = maximum: the file gives no range. Nothing is clipped to it.
  double maximum = 0.0;
  std::string unit;
  DbcNumber number = DbcNumber::integer;
  bool is_selector = false;               // M, or the M of m0M
  std::optional<DbcSelection> selection;  // m0, or the m0 of m0M, and SG_MUL_VAL_
  std::vector<DbcLabel> labels;           // VAL_
  std::string comment;                    // CM_
  std::optional<double> start_raw;        // GenSigStartValue, before scaling
  SourceMark mark;
};

struct DbcMessage {
  std::uint32_t id = 0;  // without the marker bit 31
  bool extended = false;
  std::string name;
  unsigned length = 0;  // bytes: 0..8, of CAN FD up to 64; transport protocols (J1939) have longer ones
  std::string sender;
  Duration cycle_time{};  // GenMsgCycleTime; zero: not cyclic
  std::string send_type;  // GenMsgSendType, the word of its ENUM; empty where the file has none
  std::string comment;    // CM_
  std::vector<DbcSignal> signals;
  SourceMark mark;
  [[nodiscard]] const DbcSignal* find(std::string_view signal) const noexcept;
  [[nodiscard]] bool is_multiplexed() const noexcept;
};

// A CAN database: what the frames of a bus mean. Understood are BO_, SG_ (both byte orders, multiplexing also in
// several stages), VAL_, VAL_TABLE_, SIG_VALTYPE_, SG_MUL_VAL_, CM_ and the attributes GenMsgCycleTime, GenMsgSendType
// and GenSigStartValue; everything else that a DBC may hold is skipped. The form is described in the DBC File Format
// Documentation, version 1.0.5 (Vector).
struct Dbc {
  std::string version;
  std::string comment;             // CM_ of the file itself
  std::vector<std::string> nodes;  // BU_
  std::vector<DbcMessage> messages;
  std::vector<std::pair<std::string, std::vector<DbcLabel>>> tables;  // VAL_TABLE_
  std::shared_ptr<const SourceText> source;
  [[nodiscard]] const DbcMessage* find(std::uint32_t id, bool extended = false) const noexcept;
  [[nodiscard]] const DbcMessage* find(std::string_view name) const noexcept;
};

// Reads what can be read and reports every mistake with its place; use the result only when there were no errors.
Dbc parse_dbc(std::shared_ptr<const SourceText> source, Diagnostics& diagnostics);
// From a file or "builtin:cases/gtx5000.dbc". Texts in it may be UTF-8 or, as Vector's tools write them, Windows-1252.
// Throws RigError with all mistakes.
Dbc read_dbc(const std::string& path);

// The bits of a field, not yet sign-extended; nothing when the frame is too short to hold all of them (the rule of
// length: packs send shorter forms of 0x355, 0x356 and 0x359, and what is not there is not available). Never allocates.
std::optional<std::uint64_t> raw_bits(const BitField& field, std::span<const std::uint8_t> data) noexcept;
// Bits of a field, as raw_bits() gives them, as a number before scaling; signed fields in two's complement.
double number_of(const BitField& field, DbcNumber number, std::uint64_t bits) noexcept;
// Both in one.
std::optional<double> raw_number(const BitField& field, DbcNumber number, std::span<const std::uint8_t> data) noexcept;
// Do the message's selectors choose this signal? True for signals that are always there.
bool decode_is_selected(const DbcMessage& message, const DbcSignal& signal,
                        std::span<const std::uint8_t> data) noexcept;
// The physical value. Does not look at multiplexers.
std::optional<double> decode(const DbcSignal& signal, std::span<const std::uint8_t> data) noexcept;
// As above; also nothing when the message's selectors choose other signals.
std::optional<double> decode(const DbcMessage& message, const DbcSignal& signal,
                             std::span<const std::uint8_t> data) noexcept;

}  // namespace rig

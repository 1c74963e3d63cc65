// BO_ and SG_: the messages and where their signals sit.
#include <fmt/format.h>

#include <charconv>

#include "rig/dut/dbc_parser.hpp"

namespace rig {
namespace {
constexpr std::uint32_t extended_marker = 0x80000000u;
// Vector's tools park signals that belong to no message under this id; it is no frame.
constexpr std::uint32_t signals_without_message = 0xC0000000u;
// CAN FD has up to 64 bytes. Longer messages are those of transport protocols (J1939: 1785 bytes): they can stand in a
// file, a single frame never holds them.
constexpr std::uint64_t longest_message = 4096;
}  // namespace

// BO_ 849 BMS_Limits: 8 BMS
void DbcParser::message() {
  lexer_.next();
  drop_signals_ = true;  // until the line is known to be good
  in_message_ = true;
  DbcMessage message;
  const DbcToken id_token = lexer_.peek();
  const auto id = static_cast<std::uint32_t>(natural("the message's id", 0xFFFFFFFFu));
  const DbcToken name = word("the message's name");
  message.name = name.text;
  message.mark = mark(name);
  expect(":");
  message.length = static_cast<unsigned>(natural("the number of bytes (0 to 8, CAN FD 0 to 64)", longest_message));
  message.sender = word("the sender").text;
  message.extended = (id & extended_marker) != 0;
  message.id = id & ~extended_marker;
  if (id == signals_without_message) {
    return;
  }
  if (message.id > (message.extended ? 0x1FFFFFFFu : 0x7FFu)) {
    fail(id_token, fmt::format("{} is no {}-bit identifier", message.id, message.extended ? 29 : 11),
         message.extended ? "" : "an extended id is written with bit 31 set: id + 2147483648");
  }
  by_id_.try_emplace(id, dbc_.messages.size());
  dbc_.messages.push_back(std::move(message));
  drop_signals_ = false;
}

// SG_ Voltage : 0|16@1- (0.01,0) [-327.68|327.67] "V" PCS
void DbcParser::signal() {
  const DbcToken keyword = lexer_.next();
  if (!in_message_) {
    fail(keyword, "a signal (SG_) before the first message (BO_)");
  }
  DbcSignal signal;
  const DbcToken name = word("the signal's name");
  signal.name = name.text;
  signal.mark = mark(name);
  const std::size_t marks = multiplexed_.size();
  multiplex(signal);
  try {
    expect(":");
    layout(signal);
    range_and_unit(signal);
    receivers(keyword.line);
  } catch (const DbcSlip&) {
    multiplexed_.resize(marks);
    throw;
  }
  if (drop_signals_) {
    multiplexed_.resize(marks);
  } else {
    dbc_.messages.back().signals.push_back(std::move(signal));
  }
}

// M, m3 or m3M: which of them selects, and by which value a signal is selected.
void DbcParser::multiplex(DbcSignal& signal) {
  if (lexer_.peek().kind != DbcTokenKind::word) {
    return;
  }
  const DbcToken token = lexer_.peek();
  std::string_view text = token.text;
  signal.is_selector = text.ends_with('M');
  if (signal.is_selector) {
    text.remove_suffix(1);
  }
  if (!text.empty()) {
    std::uint64_t value = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data() + 1, end, value);
    if (text.front() != 'm' || text.size() == 1 || error != std::errc{} || stop != end) {
      wrong(token, "':' or a multiplexer mark (M, m0, m1, m1M ...)");
    }
    const std::size_t message = dbc_.messages.empty() ? 0 : dbc_.messages.size() - 1;
    const std::size_t index = dbc_.messages.empty() ? 0 : dbc_.messages.back().signals.size();
    multiplexed_.push_back({message, index, {}, {{value, value}}});
  }
  lexer_.next();
}

void DbcParser::layout(DbcSignal& signal) {
  constexpr std::uint64_t last_bit = longest_message * 8 - 1;
  signal.field.start = static_cast<std::uint16_t>(natural("the start bit (0 to 63, CAN FD 0 to 511)", last_bit));
  expect("|");
  const DbcToken length = lexer_.peek();
  signal.field.length = static_cast<std::uint8_t>(natural("the number of bits (1 to 64)", 64));
  if (signal.field.length == 0) {
    fail(length, "a signal has at least one bit");
  }
  expect("@");
  signal.field.motorola = natural("the byte order (1 = Intel, 0 = Motorola)", 1) == 0;
  const DbcToken sign = lexer_.peek();
  if (!sign.is("+") && !sign.is("-")) {
    wrong(sign, "'+' (unsigned) or '-' (signed)");
  }
  signal.field.is_signed = sign.is("-");
  lexer_.next();
}

void DbcParser::range_and_unit(DbcSignal& signal) {
  expect("(");
  const DbcToken factor = lexer_.peek();
  signal.factor = real("the factor");
  if (signal.factor == 0.0) {
    fail(factor, "the factor is 0, so that every frame would tell the same value");
  }
  expect(",");
  signal.offset = real("the offset");
  expect(")");
  signal.scale = LinearScale::of(signal.factor, signal.offset);
  expect("[");
  const DbcToken minimum = lexer_.peek();
  signal.minimum = real("the minimum");
  expect("|");
  signal.maximum = real("the maximum");
  expect("]");
  if (signal.minimum > signal.maximum) {
    // Found in files that are in use; nothing is decoded by the range.
    diagnostics_.warning(mark(minimum),
                         fmt::format("the minimum {} lies above the maximum {}", signal.minimum, signal.maximum),
                         "the range is taken for none");
    signal.minimum = signal.maximum = 0.0;
  }
  signal.unit = string("the unit (\"\" for none)");
}

// Some tools leave the receivers out, some put blanks between them. They stand in the signal's line, or behind a comma.
void DbcParser::receivers(int line) {
  const auto goes_on = [&] { return lexer_.peek().kind != DbcTokenKind::end && lexer_.peek().line == line; };
  if (!goes_on()) {
    return;
  }
  word("the receiver (Vector__XXX for none)");
  while (lexer_.peek().is(",") || goes_on()) {
    if (lexer_.peek().is(",")) {
      lexer_.next();
    }
    line = lexer_.peek().line;
    word("a receiver");
  }
}

}  // namespace rig

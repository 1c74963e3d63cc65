#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <unordered_map>

#include "rig/dut/dbc.hpp"
#include "rig/dut/dbc_check.hpp"
#include "rig/dut/dbc_reader.hpp"

namespace rig {
namespace {
constexpr std::size_t most_errors = 50;
constexpr std::uint32_t extended_marker = 0x80000000u;
// Vector's tools park signals that belong to no message under this id; it is no frame.
constexpr std::uint32_t signals_without_message = 0xC0000000u;

class DbcParser : DbcReader {
 public:
  DbcParser(std::shared_ptr<const SourceText> source, Diagnostics& diagnostics)
      : DbcReader(std::move(source), diagnostics) {
    dbc_.source = source_;
  }
  Dbc run();

 private:
  void statement();
  void message();
  void signal();
  void multiplex(DbcSignal& signal);
  void layout(DbcSignal& signal);
  void range_and_unit(DbcSignal& signal);
  void value_labels();
  void value_type();
  void attribute();
  void attribute_default();
  void skip_to_semicolon();
  void skip_lines();
  void recover(int line);

  DbcMessage* known_message();  // reads an id; null after a warning when there is none
  DbcSignal* signal_by_name(DbcMessage* message, const DbcToken& name);
  Dbc dbc_;
  std::unordered_map<std::uint32_t, std::size_t> by_id_;  // the first with the id; bit 31 as in the file
  std::unordered_map<std::uint32_t, Duration> cycle_times_;
  Duration default_cycle_time_{};
  bool in_message_ = false;
  bool drop_signals_ = false;  // those of a message that could not be read, or of none
};

Dbc DbcParser::run() {
  const std::size_t errors_before = diagnostics_.error_count();
  while (lexer_.peek().kind != DbcTokenKind::end) {
    if (diagnostics_.error_count() >= errors_before + most_errors) {
      diagnostics_.error(mark(lexer_.peek()), fmt::format("more than {} errors; the rest is not read", most_errors));
      return std::move(dbc_);
    }
    const int line = lexer_.peek().line;
    try {
      statement();
    } catch (const DbcSlip&) {
      recover(line);
    }
  }
  for (auto& message : dbc_.messages) {
    const auto given = cycle_times_.find(message.id | (message.extended ? extended_marker : 0u));
    message.cycle_time = given == cycle_times_.end() ? default_cycle_time_ : given->second;
  }
  check_dbc(dbc_, diagnostics_);
  if (dbc_.messages.empty() && !diagnostics_.has_errors()) {
    diagnostics_.error({source_, 0, 0}, "no message (BO_) in this file", "a DBC defines at least one message");
  }
  return std::move(dbc_);
}

void DbcParser::statement() {
  const DbcToken keyword = lexer_.peek();
  if (!is_dbc_statement(keyword)) {
    in_message_ = drop_signals_ = true;  // it may have been a BO_, then these signals belong to nobody
    const std::string likely = nearest(keyword.text, dbc_statements());
    fail(keyword, fmt::format("'{}' begins no DBC statement", keyword.text),
         likely.empty() ? "statements begin with BO_, SG_, VAL_, BA_, CM_ ..." : "did you mean " + likely + "?");
  }
  if (keyword.text == "BO_") {
    message();
    return;
  }
  if (keyword.text == "SG_") {
    signal();
    return;
  }
  lexer_.next();
  if (keyword.text == "VERSION") {
    string("the version");
  } else if (keyword.text == "NS_") {
    expect(":");
    lexer_.skip_lines_of_one_word();
  } else if (keyword.text == "BS_" || keyword.text == "BU_") {
    skip_lines();
  } else if (keyword.text == "VAL_") {
    value_labels();
  } else if (keyword.text == "SIG_VALTYPE_") {
    value_type();
  } else if (keyword.text == "BA_") {
    attribute();
  } else if (keyword.text == "BA_DEF_DEF_") {
    attribute_default();
  } else if (keyword.text == "SG_MUL_VAL_") {
    fail(keyword, "extended multiplexing (SG_MUL_VAL_) is not understood", "use one multiplexer M with m0, m1 ...");
  } else {
    skip_to_semicolon();
  }
}

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
  message.length = static_cast<unsigned>(natural("the number of bytes (a classic CAN frame has 0 to 8)", 8));
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
  multiplex(signal);
  expect(":");
  layout(signal);
  range_and_unit(signal);
  word("the receiver (Vector__XXX for none)");
  while (lexer_.peek().is(",")) {
    lexer_.next();
    word("a receiver");
  }
  if (!drop_signals_) {
    dbc_.messages.back().signals.push_back(std::move(signal));
  }
}

void DbcParser::multiplex(DbcSignal& signal) {
  if (lexer_.peek().kind != DbcTokenKind::word) {
    return;
  }
  const DbcToken token = lexer_.peek();
  if (token.text == "M") {
    signal.multiplex = DbcMultiplex::selector;
    lexer_.next();
    return;
  }
  if (token.text.size() > 2 && token.text.front() == 'm' && token.text.back() == 'M') {
    fail(token, "a signal that is multiplexed and a multiplexer at once is not understood");
  }
  const char* const end = token.text.data() + token.text.size();
  const auto [stop, error] = std::from_chars(token.text.data() + 1, end, signal.selected_by);
  if (token.text.front() != 'm' || error != std::errc{} || stop != end) {
    wrong(token, "':' or a multiplexer mark (M, m0, m1 ...)");
  }
  signal.multiplex = DbcMultiplex::selected;
  lexer_.next();
}

void DbcParser::layout(DbcSignal& signal) {
  signal.field.start = static_cast<std::uint8_t>(natural("the start bit (0 to 63)", 63));
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
    fail(minimum, fmt::format("the minimum {} lies above the maximum {}", signal.minimum, signal.maximum));
  }
  signal.unit = string("the unit (\"\" for none)");
}

// VAL_ 857 Prot_OverVoltage 0 "normal" 1 "active" ;   or, of an environment variable: VAL_ Name 0 "off" ;
void DbcParser::value_labels() {
  if (lexer_.peek().kind == DbcTokenKind::word) {
    skip_to_semicolon();
    return;
  }
  DbcMessage* message = known_message();
  DbcSignal* signal = signal_by_name(message, word("the signal's name"));
  std::vector<DbcLabel> labels;
  while (!lexer_.peek().is(";")) {
    const DbcToken token = lexer_.peek();
    const double value = real("a value or ';'");
    if (value != std::nearbyint(value) || std::abs(value) > 9e15) {
      fail(token, fmt::format("{} is no value that a label can have", value), "labels belong to whole numbers");
    }
    labels.push_back({static_cast<std::int64_t>(value), string("the label")});
  }
  expect(";");
  if (signal != nullptr) {
    signal->labels = std::move(labels);
  }
}

// SIG_VALTYPE_ 100 Torque : 1;   (0 integer, 1 float, 2 double)
void DbcParser::value_type() {
  DbcMessage* message = known_message();
  DbcSignal* signal = signal_by_name(message, word("the signal's name"));
  if (lexer_.peek().is(":")) {
    lexer_.next();
  }
  const auto type = natural("0 (integer), 1 (float) or 2 (double)", 2);
  expect(";");
  if (signal != nullptr) {
    signal->number = static_cast<DbcNumber>(type);
  }
}

// BA_ "GenMsgCycleTime" BO_ 849 1000;
void DbcParser::attribute() {
  const std::string name = string("the attribute's name");
  if (name != "GenMsgCycleTime" || !lexer_.peek().is("BO_")) {
    skip_to_semicolon();
    return;
  }
  lexer_.next();
  const DbcMessage* message = known_message();
  const auto milliseconds = natural("the cycle time in ms", 3'600'000'000u);
  expect(";");
  if (message != nullptr) {
    cycle_times_[message->id | (message->extended ? extended_marker : 0u)] =
        std::chrono::milliseconds{static_cast<std::int64_t>(milliseconds)};
  }
}

// BA_DEF_DEF_ "GenMsgCycleTime" 0;
void DbcParser::attribute_default() {
  if (string("the attribute's name") != "GenMsgCycleTime") {
    skip_to_semicolon();
    return;
  }
  const auto milliseconds = natural("the default cycle time in ms", 3'600'000'000u);
  default_cycle_time_ = std::chrono::milliseconds{static_cast<std::int64_t>(milliseconds)};
  expect(";");
}

// Strings hide what looks like a ';' or a keyword; a keyword that begins a line means that the ';' was forgotten.
void DbcParser::skip_to_semicolon() {
  while (!lexer_.peek().is(";")) {
    const DbcToken token = lexer_.peek();
    if (token.kind == DbcTokenKind::end || (token.column == 1 && is_dbc_statement(token))) {
      wrong(token, "';'");
    }
    if (token.kind == DbcTokenKind::open_string || token.kind == DbcTokenKind::bad) {
      wrong(token, "the rest of the statement");
    }
    lexer_.next();
  }
  lexer_.next();
}

// BS_ and BU_ have no ';': they end where another statement begins.
void DbcParser::skip_lines() {
  expect(":");
  while (lexer_.peek().kind != DbcTokenKind::end && !is_dbc_statement(lexer_.peek())) {
    const DbcToken token = lexer_.next();
    if (token.kind == DbcTokenKind::open_string || token.kind == DbcTokenKind::bad) {
      wrong(token, "names");
    }
  }
}

// Goes on at the next line that begins with a statement.
void DbcParser::recover(int line) {
  int previous = line;
  while (lexer_.peek().kind != DbcTokenKind::end) {
    const DbcToken& token = lexer_.peek();
    if (token.line > previous && is_dbc_statement(token)) {
      return;
    }
    if (token.kind == DbcTokenKind::open_string) {
      diagnostics_.error(mark(token), "the file ends inside the text that begins here", "is a '\"' missing?");
    }
    previous = token.line;
    lexer_.next();
  }
}

DbcMessage* DbcParser::known_message() {
  const DbcToken token = lexer_.peek();
  const auto id = static_cast<std::uint32_t>(natural("a message's id", 0xFFFFFFFFu));
  const auto it = by_id_.find(id);
  if (it == by_id_.end()) {
    if (id != signals_without_message) {
      diagnostics_.warning(mark(token), fmt::format("no message has the id {}", id));
    }
    return nullptr;
  }
  return &dbc_.messages[it->second];
}

DbcSignal* DbcParser::signal_by_name(DbcMessage* message, const DbcToken& name) {
  if (message == nullptr) {
    return nullptr;
  }
  const auto it = std::find_if(message->signals.begin(), message->signals.end(),
                               [&](const DbcSignal& s) { return s.name == name.text; });
  if (it == message->signals.end()) {
    diagnostics_.warning(mark(name), fmt::format("message {} has no signal '{}'", message->name, name.text));
    return nullptr;
  }
  return &*it;
}

}  // namespace

Dbc parse_dbc(std::shared_ptr<const SourceText> source, Diagnostics& diagnostics) {
  if (!check_is_text(source, diagnostics)) {
    return {};
  }
  return DbcParser(std::move(source), diagnostics).run();
}

}  // namespace rig

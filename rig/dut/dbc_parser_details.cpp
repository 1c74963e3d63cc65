// What a DBC says of its messages and signals further down: labels, kinds of numbers, selectors, comments, attributes.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "rig/dut/dbc_parser.hpp"

namespace rig {
namespace {
constexpr std::uint32_t extended_marker = 0x80000000u;
constexpr std::uint32_t signals_without_message = 0xC0000000u;
constexpr double largest_label = 9e15;   // beyond 2^53 the numbers of a double are no longer all whole ones
constexpr double longest_cycle = 3.6e9;  // ms
}  // namespace

// VAL_ 857 Prot_OverVoltage 0 "normal" 1 "active" ;   or, of an environment variable: VAL_ Name 0 "off" ;
void DbcParser::value_labels() {
  if (lexer_.peek().kind == DbcTokenKind::word) {
    skip_to_semicolon();
    return;
  }
  DbcMessage* message = known_message();
  DbcSignal* signal = signal_by_name(message, word("the signal's name"));
  std::vector<DbcLabel> list = labels();
  if (signal != nullptr) {
    signal->labels = std::move(list);
  }
}

// VAL_TABLE_ OnOff 1 "on" 0 "off" ;
void DbcParser::value_table() {
  const DbcToken name = word("the table's name");
  dbc_.tables.emplace_back(std::string(name.text), labels());
}

std::vector<DbcLabel> DbcParser::labels() {
  std::vector<DbcLabel> list;
  while (!lexer_.peek().is(";")) {
    const DbcToken token = lexer_.peek();
    const double value = real("a value or ';'");
    const std::string text = string("the label");
    if (value != std::nearbyint(value)) {
      fail(token, fmt::format("{} is no value that a label can have", value), "labels belong to whole numbers");
    }
    if (std::abs(value) <= largest_label) {  // "not available" of a 64-bit field is left out
      list.push_back({static_cast<std::int64_t>(value), text});
    }
  }
  expect(";");
  return list;
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

// SG_MUL_VAL_ 100 CellA Page 0-0, 5-7;
void DbcParser::selector_values() {
  DbcMessage* message = known_message();
  const DbcToken name = word("the signal's name");
  DbcSignal* signal = signal_by_name(message, name);
  Multiplexed entry;
  entry.selector = word("the selector's name").text;
  while (true) {
    const auto low = natural("the first value of a range", ~std::uint64_t{0});
    // "5-7" may come as 5 and -7
    if (lexer_.peek().is("-")) {
      lexer_.next();
    }
    const DbcToken token = lexer_.peek();
    std::string_view text = token.text;
    text.remove_prefix(text.starts_with('-') ? 1 : 0);
    std::uint64_t high = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), high);
    if (token.kind != DbcTokenKind::number || error != std::errc{} || stop != text.data() + text.size() || high < low) {
      wrong(token, fmt::format("the last value of a range that begins with {}", low));
    }
    lexer_.next();
    entry.ranges.emplace_back(low, high);
    if (!lexer_.peek().is(",")) {
      break;
    }
    lexer_.next();
  }
  expect(";");
  if (signal != nullptr) {
    entry.message = static_cast<std::size_t>(message - dbc_.messages.data());
    entry.signal = static_cast<std::size_t>(signal - message->signals.data());
    multiplexed_.push_back(std::move(entry));
  }
}

// CM_ "of the file";   CM_ BO_ 849 "...";   CM_ SG_ 849 Name "...";   CM_ BU_ Node "...";
void DbcParser::comment() {
  std::string* into = nullptr;
  if (lexer_.peek().kind == DbcTokenKind::string) {
    into = &dbc_.comment;
  } else if (lexer_.peek().is("BO_")) {
    lexer_.next();
    DbcMessage* message = known_message();
    into = message == nullptr ? nullptr : &message->comment;
  } else if (lexer_.peek().is("SG_")) {
    lexer_.next();
    DbcMessage* message = known_message();
    DbcSignal* signal = signal_by_name(message, word("the signal's name"));
    into = signal == nullptr ? nullptr : &signal->comment;
  } else {
    skip_to_semicolon();
    return;
  }
  std::string text = string("the comment");
  expect(";");
  if (into != nullptr) {
    *into = std::move(text);
  }
}

// BA_DEF_ BO_ "GenMsgSendType" ENUM "Cyclic","OnRequest";
void DbcParser::attribute_definition() {
  if (lexer_.peek().kind == DbcTokenKind::word) {
    lexer_.next();  // BU_, BO_, SG_ or EV_
  }
  const std::string name = string("the attribute's name");
  if (!lexer_.peek().is("ENUM")) {
    skip_to_semicolon();
    return;
  }
  lexer_.next();
  std::vector<std::string> words;
  while (lexer_.peek().kind == DbcTokenKind::string) {
    words.push_back(string("a word of the ENUM"));
    if (lexer_.peek().is(",")) {
      lexer_.next();
    }
  }
  expect(";");
  enums_[name] = std::move(words);
}

DbcParser::AttributeValue DbcParser::attribute_value() {
  AttributeValue value;
  value.is_text = lexer_.peek().kind == DbcTokenKind::string;
  if (value.is_text) {
    value.text = string("the attribute's value");
  } else {
    value.number = real("the attribute's value");
  }
  return value;
}

// BA_DEF_DEF_ "GenMsgCycleTime" 0;
void DbcParser::attribute_default() {
  const std::string name = string("the attribute's name");
  const DbcToken token = lexer_.peek();
  if (token.is(";")) {  // "no default", as some tools write it
    lexer_.next();
    return;
  }
  const AttributeValue value = attribute_value();
  expect(";");
  if (name == "GenMsgCycleTime") {
    cycle_time(value, token);  // says at once what is wrong with it
  }
  defaults_[name] = value;
}

Duration DbcParser::cycle_time(const AttributeValue& value, const DbcToken& token) {
  if (value.is_text || value.number < 0.0 || value.number > longest_cycle) {
    fail(token, fmt::format("'{}' is no cycle time", token.text), "wanted: milliseconds, 0 for none");
  }
  return from_seconds(value.number / 1000.0);
}

std::string DbcParser::enum_word(const std::string& attribute, const AttributeValue& value) const {
  if (value.is_text) {
    return value.text;
  }
  const auto words = enums_.find(attribute);
  const bool known =
      words != enums_.end() && value.number >= 0.0 && value.number < static_cast<double>(words->second.size());
  return known ? words->second[static_cast<std::size_t>(value.number)] : std::string();
}

// BA_ "GenMsgCycleTime" BO_ 849 1000;   BA_ "GenSigStartValue" SG_ 849 Name 12;   BA_ "BusType" "CAN";
void DbcParser::attribute() {
  const std::string name = string("the attribute's name");
  if (lexer_.peek().is("BO_")) {
    lexer_.next();
    DbcMessage* message = known_message();
    const DbcToken token = lexer_.peek();
    const AttributeValue value = attribute_value();
    expect(";");
    if (message != nullptr && name == "GenMsgCycleTime") {
      cycle_times_[message->id | (message->extended ? extended_marker : 0u)] = cycle_time(value, token);
    } else if (message != nullptr && name == "GenMsgSendType") {
      message->send_type = enum_word(name, value);
    }
  } else if (lexer_.peek().is("SG_")) {
    lexer_.next();
    DbcMessage* message = known_message();
    DbcSignal* signal = signal_by_name(message, word("the signal's name"));
    const AttributeValue value = attribute_value();
    expect(";");
    if (signal != nullptr && name == "GenSigStartValue" && !value.is_text) {
      signal->start_raw = value.number;
    }
  } else {
    skip_to_semicolon();
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

}  // namespace rig

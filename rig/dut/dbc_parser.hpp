#pragma once
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "rig/dut/dbc.hpp"
#include "rig/dut/dbc_reader.hpp"

namespace rig {

// Reads the statements of a DBC one after the other and reports every mistake with its place. What refers to something
// else (selectors, attributes with defaults) is put together in the end.
class DbcParser : DbcReader {
 public:
  DbcParser(std::shared_ptr<const SourceText> source, Diagnostics& diagnostics)
      : DbcReader(std::move(source), diagnostics) {
    dbc_.source = source_;
  }
  Dbc run();

 private:
  // A mark such as m3 behind a signal's name, or what SG_MUL_VAL_ says instead.
  struct Multiplexed {
    std::size_t message = 0;
    std::size_t signal = 0;
    std::string selector;  // empty: the message's one selector
    std::vector<std::pair<std::uint64_t, std::uint64_t>> ranges;
  };
  struct AttributeValue {
    bool is_text = false;
    double number = 0.0;
    std::string text;
  };

  void statement();
  void other_statement(const DbcToken& keyword);
  void skip_to_semicolon();
  void skip_lines();
  void nodes();
  void recover(int line);

  // dbc_parser_messages.cpp: BO_ and SG_
  void message();
  void signal();
  void multiplex(DbcSignal& signal);
  void layout(DbcSignal& signal);
  void range_and_unit(DbcSignal& signal);
  void receivers(int line);

  // dbc_parser_details.cpp: what is said of messages and signals further down
  void value_labels();
  void value_table();
  std::vector<DbcLabel> labels();
  void value_type();
  void selector_values();
  void comment();
  void attribute_definition();
  void attribute_default();
  void attribute();
  void set_message_attribute(const std::string& name, DbcMessage& message, const AttributeValue& value);
  AttributeValue attribute_value();
  Duration cycle_time(const AttributeValue& value, const DbcToken& token);
  std::string enum_word(const std::string& attribute, const AttributeValue& value) const;
  DbcMessage* known_message();  // reads an id; null after a warning when there is none
  DbcSignal* signal_by_name(DbcMessage* message, const DbcToken& name);

  // dbc_parser_finish.cpp
  void finish();
  void finish_selectors(std::size_t message);
  void apply_defaults();

  Dbc dbc_;
  std::unordered_map<std::uint32_t, std::size_t> by_id_;  // the first with the id; bit 31 as in the file
  std::vector<Multiplexed> multiplexed_;
  std::map<std::string, std::vector<std::string>> enums_;  // words of attributes of the type ENUM
  std::map<std::string, AttributeValue> defaults_;
  std::unordered_map<std::uint32_t, Duration> cycle_times_;
  bool in_message_ = false;
  bool drop_signals_ = false;  // those of a message that could not be read, or of none
};

}  // namespace rig

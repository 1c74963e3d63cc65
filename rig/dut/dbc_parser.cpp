#include "rig/dut/dbc_parser.hpp"

#include <fmt/format.h>

#include "rig/dut/dbc_check.hpp"

namespace rig {
namespace {
constexpr std::size_t most_errors = 50;
}  // namespace

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
  finish();
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
  } else if (keyword.text == "SG_") {
    signal();
  } else {
    lexer_.next();
    other_statement(keyword);
  }
}

void DbcParser::other_statement(const DbcToken& keyword) {
  struct Reader {
    std::string_view word;
    void (DbcParser::*read)();
  };
  static constexpr Reader readers[] = {{"BU_", &DbcParser::nodes},
                                       {"BS_", &DbcParser::skip_lines},
                                       {"VAL_", &DbcParser::value_labels},
                                       {"VAL_TABLE_", &DbcParser::value_table},
                                       {"SIG_VALTYPE_", &DbcParser::value_type},
                                       {"SG_MUL_VAL_", &DbcParser::selector_values},
                                       {"CM_", &DbcParser::comment},
                                       {"BA_DEF_", &DbcParser::attribute_definition},
                                       {"BA_DEF_DEF_", &DbcParser::attribute_default},
                                       {"BA_", &DbcParser::attribute}};
  if (keyword.text == "VERSION") {
    dbc_.version = string("the version");
    return;
  }
  if (keyword.text == "NS_") {
    expect(":");
    lexer_.skip_lines_of_one_word();
    return;
  }
  for (const Reader& reader : readers) {
    if (keyword.text == reader.word) {
      (this->*reader.read)();
      return;
    }
  }
  skip_to_semicolon();
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

// BS_ has no ';': it ends where another statement begins.
void DbcParser::skip_lines() {
  expect(":");
  while (lexer_.peek().kind != DbcTokenKind::end && !is_dbc_statement(lexer_.peek())) {
    const DbcToken token = lexer_.next();
    if (token.kind == DbcTokenKind::open_string || token.kind == DbcTokenKind::bad) {
      wrong(token, "names");
    }
  }
}

// BU_: BMS PCS, likewise without a ';'.
void DbcParser::nodes() {
  expect(":");
  while (lexer_.peek().kind != DbcTokenKind::end && !is_dbc_statement(lexer_.peek())) {
    const DbcToken token = lexer_.next();
    if (token.kind == DbcTokenKind::open_string || token.kind == DbcTokenKind::bad) {
      wrong(token, "names");
    }
    if (token.kind == DbcTokenKind::word) {
      dbc_.nodes.emplace_back(token.text);
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

Dbc parse_dbc(std::shared_ptr<const SourceText> source, Diagnostics& diagnostics) {
  if (!check_is_text(source, diagnostics)) {
    return {};
  }
  return DbcParser(std::move(source), diagnostics).run();
}

}  // namespace rig

#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "rig/core/diagnostic.hpp"
#include "rig/core/files.hpp"
#include "rig/dut/dbc_lexer.hpp"

namespace rig {

// Thrown by the readers below: the statement cannot be read further and the mistake is reported already.
struct DbcSlip {};

// Reads what a statement of a DBC consists of. Each call takes its token when it is what was wanted; otherwise it
// reports the mistake, leaves the token where it is (it may begin the next statement) and throws DbcSlip.
class DbcReader {
 protected:
  DbcReader(std::shared_ptr<const SourceText> source, Diagnostics& diagnostics)
      : source_(std::move(source)),
        diagnostics_(diagnostics),
        lexer_(source_->text),
        is_utf8_(!text_fault(source_->text)) {}
  double real(const char* what);                                // finite
  std::uint64_t natural(const char* what, std::uint64_t most);  // 0..most
  DbcToken word(const char* what);
  std::string string(const char* what);
  void expect(std::string_view sign);
  [[noreturn]] void fail(const DbcToken& token, std::string message, std::string hint = {});
  [[noreturn]] void wrong(const DbcToken& token, const std::string& wanted);  // "... has no place here"
  [[nodiscard]] SourceMark mark(const DbcToken& token) const { return {source_, token.line, token.column}; }

  std::shared_ptr<const SourceText> source_;
  Diagnostics& diagnostics_;
  DbcLexer lexer_;
  bool is_utf8_ = true;
};

}  // namespace rig

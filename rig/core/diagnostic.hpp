#pragma once
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rig/core/error.hpp"

namespace rig {

// The text a document was read from; marks point into it. Shared because diagnostics outlive the reader.
struct SourceText {
  std::string name;  // as the user named it
  std::string text;
};

// A place in a text: line and column count from 1; line 0 means "the document as a whole".
struct SourceMark {
  std::shared_ptr<const SourceText> source;
  int line = 0;
  int column = 0;
  // The same mark, `bytes` further right.
  [[nodiscard]] SourceMark shifted(int bytes) const { return {source, line, column + bytes}; }
  [[nodiscard]] std::string where() const;  // "file:line:column"
};

enum class Severity { error, warning };

struct Diagnostic {
  Severity severity = Severity::error;
  SourceMark mark;
  std::string message;  // what is wrong
  std::string hint;     // what would be right, may be empty
};

// Mistakes in what a person wrote: what() is the text that the command shows, the parts are there for other readers.
class InputError final : public RigError {
 public:
  InputError(const std::string& text, std::vector<Diagnostic> diagnostics)
      : RigError(text), diagnostics_(std::move(diagnostics)) {}
  [[nodiscard]] const std::vector<Diagnostic>& diagnostics() const noexcept { return diagnostics_; }

 private:
  std::vector<Diagnostic> diagnostics_;
};

// Collects the mistakes of one or several documents, so that one run reports them all. The same mistake at the same
// place, found again by the next user of a file, is counted and not listed again.
class Diagnostics {
 public:
  void error(SourceMark mark, std::string message, std::string hint = {});
  void warning(SourceMark mark, std::string message, std::string hint = {});
  [[nodiscard]] bool has_errors() const noexcept { return errors_ > 0; }
  [[nodiscard]] std::size_t error_count() const noexcept { return errors_; }
  [[nodiscard]] const std::vector<Diagnostic>& all() const noexcept { return list_; }
  // file:line:column: error: message; hint
  //     the line
  //        ^
  [[nodiscard]] std::string render() const;
  // Throws InputError holding render() when there are errors.
  void throw_if_errors() const;

 private:
  std::vector<Diagnostic> list_;
  std::set<std::string> told_;
  std::size_t errors_ = 0;
};

std::string render(const Diagnostic& diagnostic);

// The candidate nearest to `word` by edit distance when it is near enough to be a slip, else empty.
std::string nearest(std::string_view word, std::span<const std::string> candidates);
// "did you mean 'x'?" or "known: a, b, c"; made to be a hint. Empty without candidates.
std::string suggestion(std::string_view word, std::span<const std::string> candidates);

}  // namespace rig

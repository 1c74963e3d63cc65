#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "rig/canlog/line_cursor.hpp"
#include "rig/canlog/line_source.hpp"
#include "rig/canlog/logged_frame.hpp"
#include "rig/canlog/vector_asc.hpp"

namespace rig {

struct LogMistake {
  std::size_t line = 0;
  int column = 1;
  std::string message;  // what was expected, what was found
  std::string hint;
  std::string text;  // the line, as far as it can be shown
};

// "file:line:column: error: message; hint", the line and a caret.
std::string render(const LogMistake& mistake, const std::string& name);

// Reads the frames of a log: candump's file and console forms, also mixed, and Vector's .asc. The form is found out.
// Empty lines and comments (#, ;, //) are passed over. A line that cannot be read is a mistake: it is noted with its
// place and the frames behind it are read all the same, so that one bad line does not hide a log. Who reads has to look
// at mistakes() in the end: nothing is lost in silence.
class LogReader {
 public:
  static constexpr std::size_t most_listed = 100;

  explicit LogReader(LineSource source) : source_(std::move(source)) {}
  bool next(LoggedFrame& frame);
  // Begins again, without the mistakes of before.
  void rewind();

  [[nodiscard]] const std::string& name() const noexcept { return source_.name(); }
  [[nodiscard]] const std::vector<LogMistake>& mistakes() const noexcept { return mistakes_; }  // the first most_listed
  [[nodiscard]] std::size_t mistake_count() const noexcept { return mistake_count_; }
  [[nodiscard]] std::uint64_t lost_frames() const noexcept { return lost_frames_; }  // that candump itself had lost
  // The last frame stood in a line without an end: it may have had more bytes.
  [[nodiscard]] bool may_be_cut() const noexcept { return may_be_cut_; }

 private:
  bool parse(std::string_view line, LoggedFrame& frame);
  void note(std::string_view line, const LineFault& fault);
  void check_kind(std::string_view line) const;

  LineSource source_;
  VectorAsc asc_;
  bool is_asc_ = false;
  bool may_be_cut_ = false;
  std::vector<LogMistake> mistakes_;
  std::size_t mistake_count_ = 0;
  std::uint64_t lost_frames_ = 0;
};

}  // namespace rig

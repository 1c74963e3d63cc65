#pragma once
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

namespace rig {

// The lines of a file, or of the standard input for "-", however large. rewind() begins again: a file is read anew, and
// what came through a pipe was kept for that. Throws RigError that names the path: missing, a folder, unreadable, or a
// line that no text has.
class LineSource {
 public:
  explicit LineSource(std::string path);
  // A text that is already here, for tests.
  LineSource(std::string name, std::string text);

  // Without its end of line ("\n" or "\r\n"). Valid until the next call.
  bool next(std::string_view& line);
  void rewind();

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] std::size_t line() const noexcept { return line_; }  // number of the last one, from 1
  // The last line that was given had no end of line: whoever wrote the file may have been interrupted.
  [[nodiscard]] bool is_unfinished() const noexcept { return unfinished_; }

 private:
  struct Closer {
    void operator()(std::FILE* file) const noexcept;
  };
  bool fill();

  std::string name_;
  std::string path_;
  std::unique_ptr<std::FILE, Closer> file_;
  bool keeps_ = false;  // buffer_ holds everything since the beginning
  std::string buffer_;
  std::size_t at_ = 0;
  bool at_end_ = false;
  bool unfinished_ = false;
  std::size_t line_ = 0;
};

}  // namespace rig

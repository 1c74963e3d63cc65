#pragma once
#include <cstdio>
#include <string>
#include <string_view>

namespace rig {

// A whole file or none: what is written goes beside the target first, and takes its name only with finish(), when all
// of it is on the disk. Without finish() nothing is left. A device or a pipe is written to as it is. Throws RigError
// that names path and reason.
class OutputFile {
 public:
  explicit OutputFile(std::string path);
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;
  ~OutputFile();
  void write(std::string_view text);
  void finish();

 private:
  [[noreturn]] void fail(int code);
  std::string path_;
  bool special_ = false;
  std::string beside_;
  std::FILE* file_ = nullptr;
};

void write_output(const std::string& path, const std::string& text);

}  // namespace rig

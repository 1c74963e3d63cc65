#include "reports/output_file.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "rig/core/error.hpp"

namespace rig {

void write_output(const std::string& path, const std::string& text) {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::path folder = fs::path(path).parent_path();
  if (!folder.empty()) {
    fs::create_directories(folder, error);
  }
  // A device or a pipe (--junit /dev/stdout) is written to; renaming over it would put a plain file in its place.
  const auto kind = fs::status(path, error).type();
  const bool special =
      kind != fs::file_type::regular && kind != fs::file_type::not_found && kind != fs::file_type::none;
  const std::string beside = special ? path : path + ".part";
  const auto fail = [&](int code) {
    if (!special) {
      std::remove(beside.c_str());
    }
    throw RigError(std::string("cannot write: ") + std::strerror(code), path,
                   "free some space or choose another folder");
  };
  std::FILE* file = std::fopen(beside.c_str(), "wb");
  if (file == nullptr) {
    fail(errno);
  }
  const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  const int write_error = errno;
  const bool closed = std::fclose(file) == 0;
  if (!written || !closed) {
    fail(written ? errno : write_error);
  }
  if (special) {
    return;
  }
  fs::rename(beside, path, error);
  if (error) {
    fail(error.value());
  }
}

}  // namespace rig

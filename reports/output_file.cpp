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
  const std::string beside = path + ".part";
  const auto fail = [&](int code) {
    std::remove(beside.c_str());
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
  fs::rename(beside, path, error);
  if (error) {
    fail(error.value());
  }
}

}  // namespace rig

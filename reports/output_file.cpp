#include "reports/output_file.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <utility>

#include "rig/core/error.hpp"

namespace rig {

OutputFile::OutputFile(std::string path) : path_(std::move(path)) {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::path folder = fs::path(path_).parent_path();
  if (!folder.empty()) {
    fs::create_directories(folder, error);
  }
  // A device or a pipe (--junit /dev/stdout) is written to; renaming over it would put a plain file in its place.
  const auto kind = fs::status(path_, error).type();
  special_ = kind != fs::file_type::regular && kind != fs::file_type::not_found && kind != fs::file_type::none;
  beside_ = special_ ? path_ : path_ + ".part";
  file_ = std::fopen(beside_.c_str(), "wb");
  if (file_ == nullptr) {
    fail(errno);
  }
}

OutputFile::~OutputFile() {
  if (file_ != nullptr) {
    std::fclose(file_);
    if (!special_) {
      std::remove(beside_.c_str());
    }
  }
}

void OutputFile::fail(int code) {
  throw RigError(std::string("cannot write: ") + std::strerror(code), path_,
                 "free some space or choose another folder");
}

void OutputFile::write(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), file_) != text.size()) {
    fail(errno);
  }
}

void OutputFile::finish() {
  const bool closed = std::fclose(std::exchange(file_, nullptr)) == 0;
  int code = closed ? 0 : errno;
  if (closed && !special_) {
    std::error_code error;
    std::filesystem::rename(beside_, path_, error);
    code = error.value();
  }
  if (code != 0) {
    if (!special_) {
      std::remove(beside_.c_str());
    }
    fail(code);
  }
}

void write_output(const std::string& path, const std::string& text) {
  OutputFile file(path);
  file.write(text);
  file.finish();
}

}  // namespace rig

#include "rig/canlog/line_source.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "rig/core/error.hpp"

namespace rig {
namespace {
constexpr std::size_t chunk = std::size_t{1} << 16;
constexpr std::size_t longest_line = std::size_t{1} << 16;
}  // namespace

void LineSource::Closer::operator()(std::FILE* file) const noexcept {
  if (file != stdin) {
    std::fclose(file);
  }
}

LineSource::LineSource(std::string path) : name_(path == "-" ? "(stdin)" : path), path_(std::move(path)) {
  if (path_ == "-") {
    file_.reset(stdin);
    keeps_ = true;
    return;
  }
  file_.reset(std::fopen(path_.c_str(), "rb"));
  if (!file_) {
    throw RigError(errno == ENOENT ? "there is no such file" : std::string("cannot open: ") + std::strerror(errno),
                   name_);
  }
  struct stat state {};
  if (fstat(fileno(file_.get()), &state) != 0) {
    throw RigError(std::string("cannot read: ") + std::strerror(errno), name_);
  }
  if (S_ISDIR(state.st_mode)) {
    throw RigError("this is a folder", name_, "name a log in it");
  }
  keeps_ = !S_ISREG(state.st_mode);  // a pipe cannot be read twice
}

LineSource::LineSource(std::string name, std::string text)
    : name_(std::move(name)), keeps_(true), buffer_(std::move(text)), at_end_(true) {}

bool LineSource::fill() {
  if (at_end_) {
    return false;
  }
  if (!keeps_) {
    buffer_.erase(0, at_);
    at_ = 0;
  }
  const std::size_t before = buffer_.size();
  buffer_.resize(before + chunk);
  const std::size_t got = std::fread(buffer_.data() + before, 1, chunk, file_.get());
  buffer_.resize(before + got);
  if (got < chunk) {
    if (std::ferror(file_.get()) != 0) {
      throw RigError(std::string("cannot read: ") + std::strerror(errno), name_);
    }
    at_end_ = std::feof(file_.get()) != 0;
  }
  return got > 0;
}

bool LineSource::next(std::string_view& line) {
  std::size_t searched = 0;
  std::size_t end = std::string::npos;
  while ((end = buffer_.find('\n', at_ + searched)) == std::string::npos) {
    searched = buffer_.size() - at_;
    if (searched > longest_line) {
      throw RigError("a line of more than " + std::to_string(longest_line) + " bytes: this is no text",
                     name_ + ":" + std::to_string(line_ + 1) + ":1");
    }
    if (!fill() && at_end_) {
      break;
    }
  }
  unfinished_ = end == std::string::npos;
  end = std::min(end, buffer_.size());
  if (unfinished_ && end == at_) {
    unfinished_ = false;
    return false;
  }
  line = std::string_view(buffer_).substr(at_, end - at_);
  if (line.ends_with('\r')) {
    line.remove_suffix(1);
  }
  at_ = std::min(end + 1, buffer_.size());
  ++line_;
  return true;
}

void LineSource::rewind() {
  at_ = 0;
  line_ = 0;
  unfinished_ = false;
  if (!keeps_) {
    buffer_.clear();
    at_end_ = false;
    std::rewind(file_.get());
  }
}

}  // namespace rig

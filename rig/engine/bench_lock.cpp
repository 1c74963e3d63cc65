#include "rig/engine/bench_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>
#include <system_error>
#include <utility>

#include "rig/core/error.hpp"
#include "rig/core/files.hpp"

namespace rig {
namespace {

// Everybody on the machine may use it: a box is locked for other users too.
constexpr mode_t for_everybody = 0666;

std::string lock_path(const std::string& endpoint) {
  return (std::filesystem::temp_directory_path() / ("gtxrig-" + fingerprint(endpoint) + ".lock")).string();
}

std::string owner_text() {
  std::ifstream file("/proc/self/cmdline");
  std::string command;
  for (char c = 0; file.get(c) && command.size() < 200;) {
    command += c == '\0' ? ' ' : c;
  }
  return "process " + std::to_string(getpid()) + " (" + command.substr(0, command.find_last_not_of(' ') + 1) + ")";
}

std::string read_owner(int file) {
  char text[300] = {};
  const ssize_t got = pread(file, text, sizeof text - 1, 0);
  return got > 0 ? std::string(text, static_cast<std::size_t>(got)) : "somebody who did not say";
}

}  // namespace

BenchLock::BenchLock(const std::vector<ConnectResult>& links) {
  const std::string owner = owner_text();
  std::set<std::string> seen;  // two roles of a box share their endpoint
  try {
    for (const ConnectResult& instrument : links) {
      const std::string& endpoint = instrument.link->endpoint;
      if (!seen.insert(endpoint).second) {
        continue;
      }
      const std::string path = lock_path(endpoint);
      const int file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, for_everybody);
      if (file < 0) {
        throw RigError("cannot make the lock of " + instrument.instrument + ": " + std::strerror(errno), path);
      }
      files_.push_back(file);
      if (flock(file, LOCK_EX | LOCK_NB) != 0) {
        throw RigError(instrument.instrument + " at " + endpoint + " is in use by " + read_owner(file), "",
                       "one run at a time drives a box; wait for it or end it");
      }
      static_cast<void>(fchmod(file, for_everybody));  // the first one who makes it may have a narrow umask
      if (ftruncate(file, 0) != 0 || pwrite(file, owner.data(), owner.size(), 0) < 0) {
        throw RigError(std::string("cannot write the lock: ") + std::strerror(errno), path);
      }
    }
  } catch (...) {
    release();
    throw;
  }
}

BenchLock::BenchLock(BenchLock&& other) noexcept : files_(std::exchange(other.files_, {})) {}

BenchLock& BenchLock::operator=(BenchLock&& other) noexcept {
  if (this != &other) {
    release();
    files_ = std::exchange(other.files_, {});
  }
  return *this;
}

BenchLock::~BenchLock() { release(); }

void BenchLock::release() noexcept {
  for (const int file : files_) {
    close(file);  // which gives the lock back
  }
  files_.clear();
}

}  // namespace rig

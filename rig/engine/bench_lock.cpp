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
#include "rig/engine/box_place.hpp"

namespace rig {
namespace {

// Everybody on the machine may use it: a box is locked for other users too.
constexpr mode_t for_everybody = 0666;

// The same for all users whatever their TMPDIR is, where the system has such a place.
std::filesystem::path lock_folder() {
  const char* const common = "/run/lock";
  return access(common, W_OK) == 0 ? common : std::filesystem::temp_directory_path();
}

std::string lock_path(const std::string& place) {
  return (lock_folder() / ("gtxrig-" + fingerprint(place) + ".lock")).string();
}

// A file that is there is opened without O_CREAT: in a folder for everybody Linux refuses that for a file of another
// user (fs.protected_regular).
int open_lock(const std::string& path) {
  constexpr int how = O_RDWR | O_CLOEXEC | O_NOFOLLOW;
  const int file = open(path.c_str(), how);
  return file >= 0 || errno != ENOENT ? file : open(path.c_str(), how | O_CREAT, for_everybody);
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
      const std::string place = box_place(endpoint);
      if (!seen.insert(place).second) {
        continue;
      }
      const std::string path = lock_path(place);
      const int file = open_lock(path);
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
    static_cast<void>(flock(file, LOCK_UN));  // closing alone gives nothing back while a forked child holds it open
    close(file);
  }
  files_.clear();
}

}  // namespace rig

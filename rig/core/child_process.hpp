#pragma once
#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace rig {

// A program that this one starts and speaks with, over one socket that is the child's standard input and output; its
// standard error is ours. It is in a process group of its own, so that Ctrl-C does not reach it before the rig has made
// the bench safe, and so that stop() reaches what it started itself.
class ChildProcess {
 public:
  // Throws RigError when the program cannot be started. `environment` adds to ours.
  explicit ChildProcess(const std::vector<std::string>& command,
                        const std::vector<std::pair<std::string, std::string>>& environment = {});
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  ~ChildProcess();  // stops it

  // Of the socket, which does not block.
  [[nodiscard]] int descriptor() const noexcept { return socket_; }
  [[nodiscard]] pid_t pid() const noexcept { return pid_; }
  // Ends it and everything that it started, and waits for its end. Twice does no harm.
  void stop() noexcept;
  // "exit code 1", "signal 9"; empty while it lives.
  [[nodiscard]] std::string ending() noexcept;

 private:
  bool reap(int flags) noexcept;
  pid_t pid_ = -1;
  int socket_ = -1;
  std::optional<int> status_;
};

}  // namespace rig

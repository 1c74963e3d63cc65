#include "rig/core/child_process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <thread>

#include "rig/core/error.hpp"

// NOLINTNEXTLINE(readability-redundant-declaration): not every system's headers have it
extern char** environ;

namespace rig {
namespace {

// Ours with the additions in the place of what has the same name.
std::vector<std::string> merged(const std::vector<std::pair<std::string, std::string>>& added) {
  std::vector<std::string> all;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const auto same = [&](const auto& a) { return text.starts_with(a.first + "="); };
    if (std::ranges::none_of(added, same)) {
      all.emplace_back(text);
    }
  }
  for (const auto& [name, value] : added) {
    all.emplace_back(name).append("=").append(value);
  }
  return all;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> list;
  list.reserve(texts.size() + 1);
  std::ranges::transform(texts, std::back_inserter(list), [](std::string& text) { return text.data(); });
  list.push_back(nullptr);
  return list;
}

// What a thread blocks and a program ignores would be inherited.
void set_ordinary_signals(posix_spawnattr_t& attributes) {
  sigset_t none;
  sigemptyset(&none);
  sigset_t all;
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
}

}  // namespace

ChildProcess::ChildProcess(const std::vector<std::string>& command,
                           const std::vector<std::pair<std::string, std::string>>& environment) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    throw RigError(std::string("the system gives no socket for a program: ") + std::strerror(errno), command.front());
  }
  fcntl(ends[0], F_SETFL, O_NONBLOCK);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  set_ordinary_signals(attributes);
  std::vector<std::string> arguments = command;
  std::vector<std::string> variables = merged(environment);
  const int trouble = posix_spawnp(&pid_, command.front().c_str(), &actions, &attributes, pointers(arguments).data(),
                                   pointers(variables).data());
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  ::close(ends[1]);
  socket_ = ends[0];
  if (trouble != 0) {
    ::close(socket_);
    pid_ = -1;
    throw RigError(std::string("cannot be started: ") + std::strerror(trouble), command.front());
  }
}

ChildProcess::~ChildProcess() {
  stop();
  ::close(socket_);
}

bool ChildProcess::reap(int flags) noexcept {
  int status = 0;
  while (!status_) {
    const pid_t ended = waitpid(pid_, &status, flags);
    if (ended == pid_) {
      status_ = status;
    } else if (ended == 0 || errno != EINTR) {
      break;
    }
  }
  return status_.has_value();
}

void ChildProcess::stop() noexcept {
  if (!status_) {
    kill(-pid_, SIGKILL);
    reap(0);
  }
}

std::string ChildProcess::ending() noexcept {
  if (!reap(WNOHANG)) {
    return {};
  }
  return WIFEXITED(*status_) ? "exit code " + std::to_string(WEXITSTATUS(*status_))
                             : "signal " + std::to_string(WTERMSIG(*status_));
}

}  // namespace rig

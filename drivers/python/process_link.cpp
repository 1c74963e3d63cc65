#include "drivers/python/process_link.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "drivers/python/interpreter.hpp"
#include "drivers/transport/printable.hpp"
#include "drivers/transport/wait.hpp"

namespace rig {
namespace {

// A process that was left alone makes its box safe and ends; after this it is ended.
constexpr auto farewell = std::chrono::milliseconds(1000);

}  // namespace

void ProcessLink::set_up(const std::string& line) {
  if (!set_up_.empty()) {
    throw RigError("two instruments name the same object", endpoint_,
                   "each needs one of its own: write '#2' behind the class of the second");
  }
  set_up_ = line + "\n";
}

void ProcessLink::open(WallTime deadline) {
  if (child_ && child_->ending().empty()) {
    return;
  }
  child_.reset();
  try {
    child_.emplace(python_command("box_server"), python_environment());
  } catch (const RigError& error) {
    throw LinkError(LinkTrouble::unreachable, std::string("no Python to hold the box: ") + error.what(), endpoint_,
                    "install python3 with the package gtxrig, or name another one in GTXRIG_PYTHON");
  }
  write(bytes_of(set_up_), deadline);
}

void ProcessLink::close() noexcept {
  if (child_) {
    shutdown(child_->descriptor(), SHUT_WR);
    const WallTime until = WallTime::clock::now() + farewell;
    while (child_->ending().empty() && WallTime::clock::now() < until) {
      poll(nullptr, 0, 2);
    }
    child_.reset();
  }
}

void ProcessLink::clear(WallTime deadline) { open(deadline); }

void ProcessLink::throw_gone() {
  for (int i = 0; i < 20 && child_->ending().empty(); ++i) {
    poll(nullptr, 0, 2);  // its end of the socket is closed a moment before it ends
  }
  const std::string ending = child_->ending();
  throw LinkError(LinkTrouble::closed, "its process " + (ending.empty() ? "hung up" : "ended with " + ending),
                  endpoint_, "does `python3 -c 'import gtxrig'` work? What it said stands on standard error");
}

void ProcessLink::write(std::span<const std::byte> bytes, WallTime deadline) {
  while (!bytes.empty()) {
    if (!child_) {
      throw LinkError(LinkTrouble::closed, "the link is not open", endpoint_);
    }
    const ssize_t sent = ::send(child_->descriptor(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent >= 0) {
      bytes = bytes.subspan(static_cast<std::size_t>(sent));
    } else if (errno == EAGAIN) {
      const Waited waited = wait_on(child_->descriptor(), POLLOUT, deadline, [this] { return cut(); });
      if (waited != Waited::ready) {
        throw_waited(waited, "sending", endpoint_);
      }
    } else if (errno != EINTR) {
      throw_gone();
    }
  }
}

std::size_t ProcessLink::read(std::span<std::byte> into, WallTime deadline) {
  while (true) {
    if (!child_) {
      throw LinkError(LinkTrouble::closed, "the link is not open", endpoint_);
    }
    const Waited waited = wait_on(child_->descriptor(), POLLIN, deadline, [this] { return cut(); });
    if (waited != Waited::ready) {
      throw_waited(waited, "waiting for an answer", endpoint_);
    }
    const ssize_t got = ::recv(child_->descriptor(), into.data(), into.size(), 0);
    if (got > 0) {
      return static_cast<std::size_t>(got);
    }
    if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
      throw_gone();
    }
  }
}

}  // namespace rig

#include "drivers/sim/wire_server.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace rig::sim {
namespace {
constexpr std::size_t longest_inbox = 1u << 16;
constexpr int talk_ms = 1;  // how often a box that speaks by itself looks whether it has something to say
}  // namespace

WireServer::WireServer(WireWorld& world, WireBox& box, std::unique_ptr<WirePort> port)
    : world_(world), box_(box), port_(std::move(port)) {}

WireServer::~WireServer() { stop(); }

void WireServer::start() {
  thread_ = std::thread([this] { serve(); });
}

void WireServer::stop() noexcept {
  stopping_ = true;
  wake_.wake();
  if (thread_.joinable()) {
    thread_.join();
  }
}

void WireServer::set_fault(LinkFaults faults) noexcept {
  faults_ = faults;
  wake_.wake();
}

void WireServer::serve() {
  while (!stopping_) {
    const LinkFaults faults = follow_fault();
    std::vector<pollfd> waits{{wake_.handle(), POLLIN, 0}, {port_->waits_on(), POLLIN, 0}};
    for (const Line& line : lines_) {
      waits.push_back({line.handle.get(), POLLIN, 0});
    }
    ::poll(waits.data(), waits.size(), nap());
    if ((waits[0].revents & POLLIN) != 0) {
      wake_.drain();
      continue;  // something changed: look at it first
    }
    auto wait = waits.begin() + 2;
    for (Line& line : lines_) {
      if ((wait++)->revents != 0) {
        listen_to(line);
      }
      work(line);
      speak(line);
    }
    if (waits[1].revents != 0) {
      take_in(faults.kind);
    }
    const auto guard = world_.lock();
    lines_.remove_if([](const Line& line) { return !line.open; });
  }
  const auto guard = world_.lock();  // sessions end where their box may be looked at
  lines_.clear();
}

int WireServer::nap() const {
  return std::any_of(lines_.begin(), lines_.end(), [](const Line& line) { return line.session->speaks(); }) ? talk_ms
                                                                                                            : -1;
}

void WireServer::power_cycle() {
  box_.power_on(false);
  power_lost_ = true;
  wake_.wake();
}

// Only the serial line of a box outlives its supply: half a request is forgotten, and nothing tells the client.
void WireServer::lose_power() {
  power_lost_ = false;
  if (port_->waits_on() >= 0) {
    lines_.clear();
    return;
  }
  for (Line& line : lines_) {
    line.session = box_.connect();
    line.inbox.clear();
    line.held.clear();
  }
}

// Brings port and lines to what the fault makes of them.
LinkFaults WireServer::follow_fault() {
  const auto guard = world_.lock();
  if (power_lost_) {
    lose_power();
  }
  const LinkFaults faults = faults_;
  const bool cut = faults.kind == LinkFault::closed || faults.kind == LinkFault::refuse;
  if (cut) {
    lines_.clear();
  }
  const bool serial = port_->waits_on() < 0;
  if (port_->is_open() && (faults.kind == LinkFault::refuse || (cut && serial))) {
    port_->close();
  } else if (!port_->is_open() && !cut) {
    port_->open();
  }
  if (serial && port_->is_open() && lines_.empty()) {
    lines_.push_back({port_->accept(), box_.connect(), {}, {}});
  }
  return faults;
}

void WireServer::take_in(LinkFault fault) {
  FileHandle client = port_->accept();
  const auto guard = world_.lock();
  if (client && fault != LinkFault::closed && lines_.size() < box_.most_clients()) {
    lines_.push_back({std::move(client), box_.connect(), {}, {}});
  }
}

void WireServer::listen_to(Line& line) {
  std::array<char, 4096> bytes{};
  const auto count = ::read(line.handle.get(), bytes.data(), bytes.size());
  if (count > 0) {
    line.inbox.append(bytes.data(), static_cast<std::size_t>(count));
    if (line.inbox.size() > longest_inbox) {
      line.inbox.clear();  // nobody ends his messages
    }
  } else if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
    line.open = false;
  }
}

void WireServer::work(Line& line) {
  while (line.open && !line.inbox.empty() && !stopping_) {
    std::optional<Answer> answer;
    LinkFaults faults;
    {
      const auto guard = world_.lock();
      faults = faults_;
      if (faults.kind == LinkFault::silence) {
        line.inbox.clear();
        return;
      }
      answer = line.session->take(line.inbox);
      if (answer && faults.kind == LinkFault::wrong_unit) {
        answer->bytes = line.session->with_wrong_unit(std::move(answer->bytes));
      }
    }
    if (!answer) {
      return;
    }
    const Duration late = faults.kind == LinkFault::slow ? faults.delay : Duration{};
    if (!wait(answer->busy + late)) {
      return;
    }
    if (const auto guard = world_.lock(); power_lost_) {
      return;  // what it was about to say is gone with the power
    }
    send(line, faults, answer->bytes);
  }
}

void WireServer::send(Line& line, const LinkFaults& faults, const std::string& answer) {
  if (answer.empty()) {
    return;
  }
  if (faults.kind == LinkFault::merge && line.held.empty()) {
    line.held = answer;
    return;
  }
  std::string bytes = line.held + spoilt(faults.kind, answer);
  line.held.clear();
  if (faults.kind == LinkFault::split && bytes.size() > 1) {
    const std::size_t first = bytes.size() / 2;
    if (::write(line.handle.get(), bytes.data(), first) < 0 || !wait(faults.delay)) {
      return;
    }
    bytes.erase(0, first);
  }
  for (std::size_t sent = 0; sent < bytes.size();) {
    // A serial line without a reader drops what its buffer does not hold, a socket ends.
    auto count = ::send(line.handle.get(), bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (count < 0 && errno == ENOTSOCK) {
      count = ::write(line.handle.get(), bytes.data() + sent, bytes.size() - sent);
      if (count < 0 && errno == EAGAIN) {
        return;
      }
    }
    if (count <= 0) {
      line.open = false;
      return;
    }
    sent += static_cast<std::size_t>(count);
  }
}

void WireServer::speak(Line& line) {
  if (!line.open || !line.session->speaks()) {
    return;
  }
  std::string bytes;
  LinkFaults faults;
  {
    const auto guard = world_.lock();
    faults = faults_;
    line.session->speak(bytes);
  }
  if (faults.kind != LinkFault::silence) {
    send(line, faults, bytes);
  }
}

bool WireServer::wait(Duration wall) {
  const auto until = std::chrono::steady_clock::now() + wall;
  while (!stopping_) {
    const auto left = std::chrono::duration_cast<std::chrono::nanoseconds>(until - std::chrono::steady_clock::now());
    if (left.count() <= 0) {
      return true;
    }
    pollfd wake{wake_.handle(), POLLIN, 0};
    const timespec time{.tv_sec = left.count() / 1'000'000'000, .tv_nsec = left.count() % 1'000'000'000};
    if (::ppoll(&wake, 1, &time, nullptr) > 0) {
      wake_.drain();
      return !stopping_;  // a fault that is laid on or cleared takes effect at once
    }
  }
  return false;
}

}  // namespace rig::sim

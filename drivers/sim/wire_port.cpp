#include "drivers/sim/wire_port.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "rig/core/error.hpp"

namespace rig::sim {
namespace {

[[noreturn]] void fail(const std::string& what, const std::string& where, const std::string& hint = {}) {
  throw RigError(what + ": " + std::strerror(errno), where, hint);
}

class TcpPort final : public WirePort {
 public:
  TcpPort(std::string scheme, std::uint16_t port, std::string rest)
      : scheme_(std::move(scheme)), port_(port), rest_(std::move(rest)) {
    open();
  }
  // Reopens on the port that it had before.
  void open() override {
    FileHandle listening{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    const int yes = 1;
    ::setsockopt(listening.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port_);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::bind(listening.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(listening.get(), 8) != 0) {
      fail("cannot listen", endpoint(), "port 0 takes any port that is free");
    }
    socklen_t size = sizeof address;
    ::getsockname(listening.get(), reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    listening_ = std::move(listening);
  }
  void close() noexcept override { listening_.reset(); }
  [[nodiscard]] bool is_open() const noexcept override { return static_cast<bool>(listening_); }
  [[nodiscard]] int waits_on() const noexcept override { return listening_.get(); }
  FileHandle accept() override {
    FileHandle client{::accept4(listening_.get(), nullptr, nullptr, SOCK_CLOEXEC)};
    if (client) {
      const int yes = 1;
      ::setsockopt(client.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
      // A client that does not read must not stop the box for the others for good.
      const timeval patience{.tv_sec = 1, .tv_usec = 0};
      ::setsockopt(client.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    }
    return client;
  }
  [[nodiscard]] std::string endpoint() const override {
    return scheme_ + "://127.0.0.1:" + std::to_string(port_) + rest_;
  }

 private:
  std::string scheme_;
  std::uint16_t port_;
  std::string rest_;
  FileHandle listening_;
};

// A new pseudo-terminal at each open(): like a USB adapter that is plugged in again, it may get another number, and
// like udev's names the link stays the same.
class PtyPort final : public WirePort {
 public:
  PtyPort(const std::string& name, std::string rest) : rest_(std::move(rest)) {
    std::string folder = (std::filesystem::temp_directory_path() / "gtxrig-sim-XXXXXX").string();
    if (::mkdtemp(folder.data()) == nullptr) {
      fail("cannot make a folder for the names of serial lines", folder);
    }
    folder_ = folder;
    link_ = folder_ / name;
    open();
  }
  ~PtyPort() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  PtyPort(const PtyPort&) = delete;
  PtyPort& operator=(const PtyPort&) = delete;
  void open() override {
    master_ = FileHandle{::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)};
    std::array<char, 128> slave{};
    if (!master_ || ::grantpt(master_.get()) != 0 || ::unlockpt(master_.get()) != 0 ||
        ::ptsname_r(master_.get(), slave.data(), slave.size()) != 0) {
      fail("cannot make a pseudo-terminal", link_.string());
    }
    // Held open: else every client that leaves would look like a pulled cable.
    slave_ = FileHandle{::open(slave.data(), O_RDWR | O_NOCTTY | O_CLOEXEC)};
    termios raw{};
    if (!slave_ || ::tcgetattr(slave_.get(), &raw) != 0) {
      fail("cannot set up a pseudo-terminal", slave.data());
    }
    ::cfmakeraw(&raw);
    ::tcsetattr(slave_.get(), TCSANOW, &raw);
    std::error_code ignored;
    std::filesystem::remove(link_, ignored);
    std::filesystem::create_symlink(slave.data(), link_);
    offered_ = true;
  }
  void close() noexcept override {
    master_.reset();
    slave_.reset();
    offered_ = false;
    std::error_code ignored;
    std::filesystem::remove(link_, ignored);
  }
  [[nodiscard]] bool is_open() const noexcept override { return offered_; }
  [[nodiscard]] int waits_on() const noexcept override { return -1; }
  // The line itself is the one client, there from the start.
  FileHandle accept() override { return std::move(master_); }
  [[nodiscard]] std::string endpoint() const override { return "serial://" + link_.string() + rest_; }

 private:
  std::filesystem::path folder_, link_;
  std::string rest_;
  FileHandle master_, slave_;
  bool offered_ = false;
};

}  // namespace

FileHandle& FileHandle::operator=(FileHandle&& other) noexcept {
  if (this != &other) {
    reset();
    fd_ = std::exchange(other.fd_, -1);
  }
  return *this;
}

void FileHandle::reset() noexcept {
  if (fd_ >= 0) {
    ::close(fd_);
    fd_ = -1;
  }
}

WakePipe::WakePipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0) {
    fail("cannot make a pipe", "");
  }
  read_ = FileHandle{ends[0]};
  write_ = FileHandle{ends[1]};
}

void WakePipe::wake() const noexcept {
  const char byte = 0;
  [[maybe_unused]] const auto written = ::write(write_.get(), &byte, 1);  // full: it is awake already
}

void WakePipe::drain() const noexcept {
  std::array<char, 64> bytes{};
  while (::read(read_.get(), bytes.data(), bytes.size()) > 0) {
  }
}

std::unique_ptr<WirePort> make_wire_port(const std::string& endpoint, const std::string& name) {
  const auto colon = endpoint.find("://");
  const std::string scheme = endpoint.substr(0, std::min(colon, endpoint.size()));
  const std::string rest = colon == std::string::npos ? "" : endpoint.substr(colon + 3);
  const std::string query = rest.find('?') == std::string::npos ? "" : rest.substr(rest.find('?'));
  if (scheme == "serial") {
    return std::make_unique<PtyPort>(name, query);
  }
  const std::string address = rest.substr(0, rest.size() - query.size());
  const auto port_at = address.rfind(':');
  const std::string host = address.substr(0, port_at);
  std::uint16_t port = 0;
  const bool has_port =
      port_at != std::string::npos &&
      std::from_chars(address.data() + port_at + 1, address.data() + address.size(), port).ec == std::errc{};
  if (colon == std::string::npos || !has_port || (host != "127.0.0.1" && host != "localhost")) {
    throw RigError("'" + endpoint + "' is no endpoint that can be simulated", name,
                   "a simulator serves this machine alone: \"tcp://127.0.0.1:0\" or \"serial://pty\"");
  }
  return std::make_unique<TcpPort>(scheme, port, query);
}

}  // namespace rig::sim

#include "tests/drivers/peer.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pty.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>

namespace rig::testing {
namespace {

constexpr int nap_ms = 10;

bool readable(int descriptor) {
  pollfd look{.fd = descriptor, .events = POLLIN, .revents = 0};
  return ::poll(&look, 1, nap_ms) > 0;
}

void must(bool done, const char* what) {
  if (!done) {
    throw std::runtime_error(std::string("the peer of the test cannot ") + what);
  }
}

}  // namespace

bool PeerSide::read_byte(char& byte) {
  while (!over_ && !stop_) {
    if (!readable(descriptor_)) {
      continue;
    }
    const ssize_t count = ::read(descriptor_, &byte, 1);
    if (count == 1) {
      return true;
    }
    over_ = true;
  }
  over_ = true;
  return false;
}

std::string PeerSide::read_until(char end) {
  std::string out;
  char byte = 0;
  while (read_byte(byte)) {
    out += byte;
    if (byte == end) {
      return out;
    }
  }
  return {};
}

std::string PeerSide::read_exactly(std::size_t count) {
  std::string out(count, '\0');
  std::size_t have = 0;
  while (have < count && !over_ && !stop_) {
    if (readable(descriptor_)) {
      const ssize_t got = ::read(descriptor_, out.data() + have, count - have);
      over_ = got <= 0;
      have += got > 0 ? static_cast<std::size_t>(got) : 0;
    }
  }
  over_ = over_ || have < count;
  return have == count ? out : std::string{};
}

void PeerSide::send(std::string_view bytes) {
  while (!bytes.empty() && !stop_) {
    ssize_t count = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count < 0 && errno == ENOTSOCK) {
      count = ::write(descriptor_, bytes.data(), bytes.size());
    }
    if (count < 0) {
      over_ = true;
      return;
    }
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

void PeerSide::send_bytewise(std::string_view bytes) {
  for (const char byte : bytes) {
    send(std::string_view(&byte, 1));
    std::this_thread::yield();
  }
}

void PeerSide::stay_silent() {
  char byte = 0;
  while (read_byte(byte)) {
  }
}

TcpPeer::TcpPeer(Script script) : script_(std::move(script)) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  must(::bind(listener_, reinterpret_cast<sockaddr*>(&address), length) == 0, "bind");
  must(::listen(listener_, 8) == 0, "listen");
  must(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length) == 0, "find its port");
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { serve(); });
}

TcpPeer::~TcpPeer() {
  stop_ = true;
  thread_.join();
  ::close(listener_);
}

void TcpPeer::serve() {
  while (!stop_) {
    if (!readable(listener_)) {
      continue;
    }
    const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection < 0) {
      continue;
    }
    const int yes = 1;
    ::setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    PeerSide side(connection, stop_);
    script_(side, ++connections_);
    ::shutdown(connection, SHUT_WR);
    ::close(connection);
  }
}

PtyPeer::PtyPeer(Script script) : script_(std::move(script)) {
  char name[128] = {};
  must(::openpty(&master_, &slave_, name, nullptr, nullptr) == 0, "open a pseudo-terminal");
  path_ = name;
  termios raw{};
  ::tcgetattr(slave_, &raw);
  ::cfmakeraw(&raw);
  ::tcsetattr(slave_, TCSANOW, &raw);
  thread_ = std::thread([this] {
    PeerSide side(master_, stop_);
    script_(side, 1);
  });
}

PtyPeer::~PtyPeer() { hang_up(); }

void PtyPeer::hang_up() {
  stop_ = true;
  if (thread_.joinable()) {
    thread_.join();
    ::close(slave_);
    ::close(master_);
  }
}

Script answer_lines(Answers answers, char end) {
  return [answers = std::move(answers), end](PeerSide& side, int) {
    while (!side.is_over()) {
      std::string line = side.read_until(end);
      if (!line.empty()) {
        line.pop_back();
        side.send(answers(line));
      }
    }
  };
}

std::string from_hex(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i + 1 < text.size();) {
    if (text[i] == ' ' || text[i] == '\n') {
      ++i;
      continue;
    }
    out += static_cast<char>(std::stoi(std::string(text.substr(i, 2)), nullptr, 16));
    i += 2;
  }
  return out;
}

std::string to_hex(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char byte : bytes) {
    const auto code = static_cast<unsigned char>(byte);
    out += out.empty() ? "" : " ";
    out += digits[code >> 4U];
    out += digits[code & 15U];
  }
  return out;
}

}  // namespace rig::testing

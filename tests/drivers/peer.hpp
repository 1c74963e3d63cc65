#pragma once
#include <atomic>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "rig/instrument/transport.hpp"

namespace rig::testing {

// Far away: an exchange that works never comes near it.
inline WallTime soon() { return WallTime::clock::now() + std::chrono::seconds(5); }
inline WallTime in(std::chrono::milliseconds delay) { return WallTime::clock::now() + delay; }

// The box's end of a link, for a script.
class PeerSide {
 public:
  PeerSide(int descriptor, const std::atomic<bool>& stop) : descriptor_(descriptor), stop_(stop) {}
  // Up to and with `end`; empty when the other side is gone or the test is over.
  std::string read_until(char end);
  std::string read_exactly(std::size_t count);
  std::string line() { return read_until('\n'); }
  void send(std::string_view bytes);
  // Each byte in a write of its own, so that the reader may see any part of it.
  void send_bytewise(std::string_view bytes);
  // Until the other side hangs up or the test is over.
  void stay_silent();
  [[nodiscard]] bool is_over() const noexcept { return over_ || stop_; }

 private:
  bool read_byte(char& byte);
  int descriptor_;
  const std::atomic<bool>& stop_;
  bool over_ = false;
};

using Script = std::function<void(PeerSide&, int connection)>;

// A scripted box behind a real socket on 127.0.0.1: the script runs once for each connection, which is closed after it.
class TcpPeer {
 public:
  explicit TcpPeer(Script script);
  TcpPeer(const TcpPeer&) = delete;
  TcpPeer& operator=(const TcpPeer&) = delete;
  ~TcpPeer();
  [[nodiscard]] std::string endpoint() const { return "tcp://127.0.0.1:" + std::to_string(port_); }
  [[nodiscard]] int connections() const noexcept { return connections_.load(); }

 private:
  void serve();
  Script script_;
  int listener_ = -1;
  unsigned port_ = 0;
  std::atomic<bool> stop_{false};
  std::atomic<int> connections_{0};
  std::thread thread_;
};

// The same behind a pseudo-terminal; there is one connection, the line.
class PtyPeer {
 public:
  explicit PtyPeer(Script script);
  PtyPeer(const PtyPeer&) = delete;
  PtyPeer& operator=(const PtyPeer&) = delete;
  ~PtyPeer();
  [[nodiscard]] std::string endpoint() const { return "serial://" + path_ + "?baud=115200"; }
  void hang_up();

 private:
  Script script_;
  int master_ = -1;
  int slave_ = -1;  // held open, so that the line is not hung up before the rig opens it
  std::string path_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

// Request and answer by what the box is asked, as most boxes are: a line in, a line out or nothing.
using Answers = std::function<std::string(const std::string& line)>;
Script answer_lines(Answers answers, char end = '\n');

// 41 42 0D -> the bytes.
std::string from_hex(std::string_view text);
std::string to_hex(std::string_view bytes);

}  // namespace rig::testing

#pragma once
#include <memory>
#include <string>
#include <utility>

namespace rig::sim {

// A file descriptor that closes itself.
class FileHandle {
 public:
  FileHandle() = default;
  explicit FileHandle(int fd) noexcept : fd_(fd) {}
  FileHandle(FileHandle&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileHandle& operator=(FileHandle&& other) noexcept;
  ~FileHandle() { reset(); }
  FileHandle(const FileHandle&) = delete;
  FileHandle& operator=(const FileHandle&) = delete;
  void reset() noexcept;
  [[nodiscard]] int get() const noexcept { return fd_; }
  explicit operator bool() const noexcept { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

// Wakes a thread that sleeps in poll().
class WakePipe {
 public:
  WakePipe();
  void wake() const noexcept;
  void drain() const noexcept;
  [[nodiscard]] int handle() const noexcept { return read_.get(); }

 private:
  FileHandle read_, write_;
};

// Where clients come in: a listening TCP socket of this machine, or a pseudo-terminal.
class WirePort {
 public:
  virtual ~WirePort() = default;
  virtual void open() = 0;  // throws RigError
  virtual void close() noexcept = 0;
  [[nodiscard]] virtual bool is_open() const noexcept = 0;
  // What poll() waits on for a new client; below zero when there is nothing to wait for.
  [[nodiscard]] virtual int waits_on() const noexcept = 0;
  // A client that has come; empty when there is none.
  virtual FileHandle accept() = 0;
  [[nodiscard]] virtual std::string endpoint() const = 0;
};

// For an endpoint as the bench file has it: "tcp://127.0.0.1:0" (0: any port that is free) or "serial://..." (a
// pseudo-terminal, reached through a link called `name` that outlives unplugging). Throws RigError.
std::unique_ptr<WirePort> make_wire_port(const std::string& endpoint, const std::string& name);

}  // namespace rig::sim

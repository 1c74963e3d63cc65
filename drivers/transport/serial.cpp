// <utility> has to come first: Asio of Boost 1.74 uses std::exchange without including it.
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/serial_port.hpp>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include "drivers/transport/links.hpp"
#include "drivers/transport/wait.hpp"

namespace rig {
namespace {

namespace asio = boost::asio;
using asio::serial_port;

std::string words_of(int number) { return std::generic_category().message(number); }

class SerialLink final : public Transport {
 public:
  explicit SerialLink(Endpoint endpoint) : endpoint_(std::move(endpoint)) {}
  SerialLink(const SerialLink&) = delete;
  SerialLink& operator=(const SerialLink&) = delete;
  ~SerialLink() override { SerialLink::close(); }

  void open(WallTime) override {
    close();
    boost::system::error_code error;
    port_.open(endpoint_.path, error);
    if (error) {
      throw_not_opened(error.value());
    }
    // Two programs on one line would each get half of the answers. The flock also keeps out those who are root.
    if (::ioctl(port_.native_handle(), TIOCEXCL) != 0 || ::flock(port_.native_handle(), LOCK_EX | LOCK_NB) != 0) {
      close();
      throw_not_opened(EBUSY);
    }
    set_line();
    ::tcflush(port_.native_handle(), TCIOFLUSH);
  }

  void close() noexcept override {
    boost::system::error_code ignored;
    if (port_.is_open()) {
      ::tcflush(port_.native_handle(), TCOFLUSH);  // else close() waits for a box that takes nothing
      port_.close(ignored);
    }
  }

  [[nodiscard]] bool is_open() const noexcept override { return port_.is_open(); }

  void write(std::span<const std::byte> bytes, WallTime deadline) override {
    need_open();
    while (!bytes.empty()) {
      const ssize_t sent = ::write(port_.native_handle(), bytes.data(), bytes.size());
      if (sent > 0) {
        bytes = bytes.subspan(static_cast<std::size_t>(sent));
      } else if (sent < 0 && errno != EAGAIN && errno != EINTR) {
        throw_closed(words_of(errno));
      } else {
        wait(POLLOUT, deadline, "sending");
      }
    }
  }

  std::size_t read(std::span<std::byte> into, WallTime deadline) override {
    need_open();
    while (true) {
      wait(POLLIN, deadline, "waiting for an answer");
      const ssize_t count = ::read(port_.native_handle(), into.data(), into.size());
      if (count > 0) {
        return static_cast<std::size_t>(count);
      }
      if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
        throw_closed(count == 0 ? "the line was hung up" : words_of(errno));
      }
    }
  }

  std::size_t take_waiting(std::span<std::byte> into) override {
    need_open();
    const ssize_t count = ::read(port_.native_handle(), into.data(), into.size());
    if (count < 0 && errno != EAGAIN && errno != EINTR) {
      throw_closed(words_of(errno));
    }
    return count > 0 ? static_cast<std::size_t>(count) : 0;  // a line in raw mode says 0 for "nothing" too
  }

  // A line has no marks: what was under way is over when the box has been silent for longer than its longest frame.
  void clear(WallTime deadline) override {
    if (!is_open()) {
      open(deadline);
    }
    ::tcflush(port_.native_handle(), TCIOFLUSH);
    std::array<std::byte, 256> thrown_away{};
    while (true) {
      const WallTime silent_at = WallTime::clock::now() + silence();
      const Waited waited = wait_on(port_.native_handle(), POLLIN, silent_at, [this] { return cut(); });
      if (waited == Waited::deadline) {
        return;
      }
      if (waited == Waited::cut || WallTime::clock::now() >= deadline) {
        throw_waited(waited == Waited::cut ? Waited::cut : Waited::deadline, "waiting for silence on the line",
                     endpoint_.text);
      }
      read(thrown_away, deadline);
    }
  }

  [[nodiscard]] std::string endpoint() const override { return endpoint_.text; }

  // A pseudo-terminal has a program of this machine at its other end.
  [[nodiscard]] bool is_local() const noexcept override {
    std::error_code error;
    const auto path = std::filesystem::canonical(endpoint_.path, error);
    return !error && path.parent_path() == "/dev/pts";
  }

 private:
  // 40 characters of ten bits: longer than the 26 bytes of an IT8500 frame; and what USB adapters hold back (16 ms).
  [[nodiscard]] WallTime::duration silence() const {
    return std::max<WallTime::duration>(std::chrono::milliseconds(20),
                                        std::chrono::microseconds(400'000'000ULL / endpoint_.serial.baud));
  }

  void wait(short events, WallTime deadline, const char* doing) {
    const Waited waited = wait_on(port_.native_handle(), events, deadline, [this] { return cut(); });
    if (waited != Waited::ready) {
      throw_waited(waited, doing, endpoint_.text);
    }
  }

  void set_line() {
    const SerialSettings& wanted = endpoint_.serial;
    const auto parity = wanted.parity == Parity::none   ? serial_port::parity::none
                        : wanted.parity == Parity::even ? serial_port::parity::even
                                                        : serial_port::parity::odd;
    const auto stop = wanted.stop_bits == 1 ? serial_port::stop_bits::one : serial_port::stop_bits::two;
    boost::system::error_code error;
    const auto set = [&](const auto& option) {
      if (!error) {
        port_.set_option(option, error);
      }
    };
    set(serial_port::baud_rate(wanted.baud));
    set(serial_port::character_size(wanted.data_bits));
    set(serial_port::parity(parity));
    set(serial_port::stop_bits(stop));
    set(serial_port::flow_control(serial_port::flow_control::none));
    if (error) {
      close();
      throw LinkError(LinkTrouble::refused, "the line does not take these settings: " + error.message(), endpoint_.text,
                      "try one of the usual baud rates: 9600, 19200, 38400, 57600, 115200");
    }
  }

  void need_open() const {
    if (!port_.is_open()) {
      throw LinkError(LinkTrouble::closed, "the line is not open", endpoint_.text);
    }
  }

  [[noreturn]] void throw_not_opened(int number) const {
    if (number == ENOENT || number == ENODEV || number == ENXIO) {
      throw LinkError(
          LinkTrouble::unreachable, "there is no device " + endpoint_.path, endpoint_.text,
          "is the adapter plugged in? Its name changes with the order of plugging; /dev/serial/by-id stays");
    }
    const char* hint = number == EACCES  ? "the user has to be in the group that owns the device, mostly 'dialout'"
                       : number == EBUSY ? "another program has it: end that first (fuser names it)"
                                         : "is this a serial line?";
    throw LinkError(LinkTrouble::refused, "cannot open " + endpoint_.path + ": " + words_of(number), endpoint_.text,
                    hint);
  }

  [[noreturn]] void throw_closed(const std::string& what) {
    close();
    throw LinkError(LinkTrouble::closed, what, endpoint_.text, "was the box switched off, or its cable pulled?");
  }

  Endpoint endpoint_;
  asio::io_context io_;
  serial_port port_{io_};
};

}  // namespace

std::unique_ptr<Transport> make_serial(const Endpoint& endpoint) { return std::make_unique<SerialLink>(endpoint); }

}  // namespace rig

// Puts the emulated adapter of tests/usb on a TCP port in the protocol USB/IP, so that the USB stack of a Linux guest
// takes it for a device of its own. One client, then the end. What the guest's driver did is printed, one line each.
#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <map>
#include <memory>
#include <stdexcept>

#include "tests/usb/candle.hpp"
#include "tests/usb/urb_queue.hpp"

using namespace rig::testing::usb;

namespace {

constexpr std::uint16_t version = 0x0111;
constexpr std::uint32_t command_submit = 1, answer_submit = 3, answer_unlink = 4, full_speed = 2;
constexpr std::size_t header_size = 48;

// What the kernel of the host answers for a device, and with USB/IP the device's side has to: standard requests.
class OnTheWire final : public Device {
 public:
  explicit OnTheWire(Candle& candle) : candle_(candle) {}
  [[nodiscard]] Bytes descriptors() const override { return candle_.descriptors(); }
  [[nodiscard]] std::string string(std::uint8_t index) const override { return candle_.string(index); }
  bool bulk_out(std::uint8_t pipe, std::span<const std::uint8_t> bytes) override {
    return candle_.bulk_out(pipe, bytes);
  }
  std::optional<Arrival> bulk_in(std::uint8_t pipe) override { return candle_.bulk_in(pipe); }
  Answer control(const Setup& setup, std::span<const std::uint8_t> data) override {
    if ((setup.type & 0x60U) != 0) {
      return candle_.control(setup, data);
    }
    constexpr std::uint8_t get_status = 0, get_descriptor = 6;
    constexpr std::size_t device_size = 18;
    if (setup.request == get_descriptor) {
      const Bytes all = candle_.descriptors();
      const auto behind = all.begin() + device_size;
      if (setup.value >> 8 == 1) {
        return {Answer::Kind::done, Bytes(all.begin(), behind)};
      }
      return setup.value >> 8 == 2 ? Answer{Answer::Kind::done, Bytes(behind, all.end())} : Answer::stall();
    }
    return setup.request == get_status ? Answer{Answer::Kind::done, {0, 0}} : Answer{};
  }

 private:
  Candle& candle_;
};

void must(bool done, const char* what) {
  if (!done) {
    throw std::runtime_error(std::string("cannot ") + what + ": " + std::strerror(errno));
  }
}

void put(Bytes& out, std::uint32_t value) {
  append(out, {static_cast<std::uint8_t>(value >> 24U), static_cast<std::uint8_t>(value >> 16U),
               static_cast<std::uint8_t>(value >> 8U), static_cast<std::uint8_t>(value)});
}
void put_half(Bytes& out, std::uint16_t value) {
  append(out, {static_cast<std::uint8_t>(value >> 8U), static_cast<std::uint8_t>(value)});
}
std::uint32_t word(std::span<const std::uint8_t> bytes, std::size_t at) {
  return static_cast<std::uint32_t>(bytes[at]) << 24U | static_cast<std::uint32_t>(bytes[at + 1]) << 16U |
         static_cast<std::uint32_t>(bytes[at + 2]) << 8U | bytes[at + 3];
}

class Connection {
 public:
  explicit Connection(int socket) : socket_(socket) {}
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() { close(socket_); }
  void write(const Bytes& bytes) const {
    must(send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size()), "send");
  }
  // False when the other end has closed.
  bool read(Bytes& out, std::size_t size) const {
    out.resize(size);
    return size == 0 || recv(socket_, out.data(), size, MSG_WAITALL) == static_cast<ssize_t>(size);
  }
  [[nodiscard]] bool has_news(int ms) const {
    pollfd look{socket_, POLLIN, 0};
    return poll(&look, 1, ms) > 0;
  }

 private:
  int socket_;
};

// The answer to "import": this is the device.
void hand_over(const Connection& wire, const Candle& candle) {
  Bytes request;
  must(wire.read(request, 40), "read the request for the device");
  Bytes out;
  put_half(out, version);
  put_half(out, 3);
  put(out, 0);
  Bytes path(256), bus(32);
  std::memcpy(path.data(), "/emulated/1-1", 13);
  std::memcpy(bus.data(), "1-1", 3);
  append(out, path);
  append(out, bus);
  for (const std::uint32_t value : {1U, 2U, full_speed}) {
    put(out, value);
  }
  for (const std::uint16_t value : {candle.vendor, candle.product, std::uint16_t{0}}) {
    put_half(out, value);
  }
  append(out, {0, 0, 0, 1, 1, 2});
  wire.write(out);
}

// The transfers of the guest, as those of a program on this machine.
class Transfers {
 public:
  Transfers(const Connection& wire, Device& device) : wire_(wire), device_(device) {}

  bool take() {
    Bytes head;
    if (!wire_.read(head, header_size)) {
      return false;
    }
    return word(head, 0) == command_submit ? submit(head) : unlink(head);
  }
  void go_on() {
    queue_.go_on(device_);
    while (usbdevfs_urb* urb = queue_.reap()) {
      answer(*urb);
    }
  }

 private:
  struct Transfer {
    std::unique_ptr<usbdevfs_urb> urb = std::make_unique<usbdevfs_urb>();
    Bytes buffer;
    bool in = false;
    bool given_up = false;
  };

  bool submit(const Bytes& head) {
    const std::uint32_t number = word(head, 4), end = word(head, 16), length = word(head, 24);
    Transfer& t = transfers_[number];
    t.in = word(head, 12) == 1;
    if (end == 0) {
      t.buffer.assign(head.begin() + 40, head.end());
    }
    const std::size_t before = t.buffer.size();
    Bytes data;
    if (!t.in && !wire_.read(data, length)) {
      return false;
    }
    append(t.buffer, data);
    t.buffer.resize(before + length);
    t.urb->type = end == 0 ? USBDEVFS_URB_TYPE_CONTROL : USBDEVFS_URB_TYPE_BULK;
    t.urb->endpoint = static_cast<unsigned char>(end | (t.in ? 0x80U : 0U));
    t.urb->buffer = t.buffer.data();
    t.urb->buffer_length = static_cast<int>(t.buffer.size());
    queue_.submit(t.urb.get());
    return true;
  }

  bool unlink(const Bytes& head) {
    const auto found = transfers_.find(word(head, 20));
    const bool waits = found != transfers_.end();
    if (waits) {
      found->second.given_up = true;
      queue_.discard(found->second.urb.get());
    }
    Bytes out;
    for (const std::uint32_t value :
         {answer_unlink, word(head, 4), 0U, 0U, 0U, waits ? static_cast<std::uint32_t>(-ECONNRESET) : 0U}) {
      put(out, value);
    }
    out.resize(header_size);
    wire_.write(out);
    return true;
  }

  void answer(const usbdevfs_urb& urb) {
    for (auto at = transfers_.begin(); at != transfers_.end(); ++at) {
      if (at->second.urb.get() != &urb) {
        continue;
      }
      const Transfer& t = at->second;
      if (!t.given_up) {
        Bytes out;
        for (const std::uint32_t value : {answer_submit, at->first, 0U, 0U, 0U, static_cast<std::uint32_t>(urb.status),
                                          static_cast<std::uint32_t>(urb.actual_length), 0U, 0U, 0U}) {
          put(out, value);
        }
        out.resize(header_size);
        if (t.in && urb.status == 0) {
          const std::size_t skip = urb.type == USBDEVFS_URB_TYPE_CONTROL ? 8 : 0;
          append(out, std::span(t.buffer).subspan(skip, static_cast<std::size_t>(urb.actual_length)));
        }
        wire_.write(out);
      }
      transfers_.erase(at);
      return;
    }
  }

  const Connection& wire_;
  Device& device_;
  UrbQueue queue_;
  std::map<std::uint32_t, Transfer> transfers_;
};

// The partner on the bus: answers a frame with the next identifier and the bytes backwards; three identifiers ask for
// more.
void answer_as_partner(Candle& candle, const BusFrame& frame) {
  std::printf("sent %08x", frame.id);
  for (const std::uint8_t byte : frame.data) {
    std::printf(" %02x", byte);
  }
  std::printf("\n");
  constexpr std::uint32_t burst = 0x7F0, disturbance = 0x7F1, bus_off = 0x7F2;
  if (frame.id == burst) {
    for (std::uint8_t i = 0; i < 50; ++i) {
      candle.hear({.id = 0x351, .data = {i, 0, 0, 0, 0, 0, 0, 0}});
    }
  } else if (frame.id == disturbance) {
    candle.disturb(0x88, 0, 0x04, 0);
  } else if (frame.id == bus_off) {
    candle.go_bus_off();
  } else {
    candle.hear({.id = frame.id + 1, .data = Bytes(frame.data.rbegin(), frame.data.rend())});
  }
}

void tell(const Candle& candle, std::size_t& modes, std::size_t& timings) {
  for (; timings < candle.timings.size(); ++timings) {
    const auto& t = candle.timings[timings];
    std::printf("timing propagation %u phase1 %u phase2 %u jump %u prescaler %u, %u bit/s\n", t[0], t[1], t[2], t[3],
                t[4], candle.bitrate());
  }
  for (; modes < candle.modes.size(); ++modes) {
    std::printf("mode %u flags %#x\n", candle.modes[modes].mode, candle.modes[modes].flags);
  }
  std::fflush(stdout);
}

int serve() {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  must(listener >= 0, "open a socket");
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  must(bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0, "bind");
  socklen_t size = sizeof address;
  must(getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) == 0 && listen(listener, 1) == 0, "listen");
  std::printf("port %u\n", ntohs(address.sin_port));
  std::fflush(stdout);
  const Connection wire(accept(listener, nullptr, nullptr));
  Candle candle;
  candle.on_sent = [&](const BusFrame& frame) { answer_as_partner(candle, frame); };
  OnTheWire device(candle);
  hand_over(wire, candle);
  Transfers transfers(wire, device);
  std::size_t modes = 0, timings = 0;
  while (!wire.has_news(1) || transfers.take()) {
    transfers.go_on();
    tell(candle, modes, timings);
  }
  std::printf("closed\n");
  return 0;
}

}  // namespace

int main() {
  try {
    return serve();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}

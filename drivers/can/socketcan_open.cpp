#include <linux/can.h>
#include <linux/can/raw.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <system_error>

#include "drivers/can/socketcan_link.hpp"

// The only place that needs a kernel with CAN.
namespace rig::socketcan {
namespace {

// A socket that closes itself unless it is given away.
class Socket {
 public:
  explicit Socket(int descriptor) : descriptor_(descriptor) {}
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  ~Socket() {
    if (descriptor_ >= 0) {
      ::close(descriptor_);
    }
  }
  [[nodiscard]] int get() const noexcept { return descriptor_; }
  int release() noexcept { return std::exchange(descriptor_, -1); }

 private:
  int descriptor_;
};

std::string words_of(int number) { return std::generic_category().message(number); }

ifreq request_for(const std::string& interface) {
  ifreq request{};
  interface.copy(request.ifr_name, IFNAMSIZ - 1);
  return request;
}

template <class Value>
void set(const Socket& socket, int level, int option, const Value& value) noexcept {
  // What a kernel does not know is done without: FD frames, time stamps.
  static_cast<void>(::setsockopt(socket.get(), level, option, &value, sizeof value));
}

void check_is_up(const Socket& socket, const std::string& interface) {
  ifreq request = request_for(interface);
  if (::ioctl(socket.get(), SIOCGIFFLAGS, &request) == 0 && (request.ifr_flags & IFF_UP) == 0) {
    throw LinkError(LinkTrouble::refused, "the interface is down", interface,
                    "as root: ip link set " + interface + " up type can bitrate 500000");
  }
}

}  // namespace

int open_socket(const std::string& interface) {
  Socket socket(::socket(PF_CAN, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, CAN_RAW));
  if (socket.get() < 0) {
    const bool no_can = errno == EAFNOSUPPORT || errno == EPROTONOSUPPORT;
    throw LinkError(no_can ? LinkTrouble::unreachable : LinkTrouble::refused,
                    no_can ? "this kernel has no CAN sockets" : "opening a CAN socket: " + words_of(errno), interface,
                    "as root: modprobe can_raw; for adapters with gs_usb there is can.gs_usb, which needs none of it");
  }
  const unsigned index = interface.size() < IFNAMSIZ ? ::if_nametoindex(interface.c_str()) : 0U;
  if (index == 0) {
    throw LinkError(LinkTrouble::unreachable, "there is no interface of this name", interface,
                    "is the adapter plugged in? `ip link show type can` shows what there is");
  }
  check_is_up(socket, interface);
  set(socket, SOL_CAN_RAW, CAN_RAW_FD_FRAMES, int{1});
  set(socket, SOL_CAN_RAW, CAN_RAW_ERR_FILTER, can_err_mask_t{CAN_ERR_MASK});
  set(socket, SOL_SOCKET, SO_TIMESTAMPNS, int{1});
  set(socket, SOL_SOCKET, SO_RCVBUF, int{1 << 20});
  sockaddr_can address{};
  address.can_family = AF_CAN;
  address.can_ifindex = static_cast<int>(index);
  if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    throw LinkError(LinkTrouble::refused, "binding to the interface: " + words_of(errno), interface,
                    "is it a CAN interface? `ip link show type can` shows which are");
  }
  return socket.release();
}

bool is_virtual(const std::string& interface) noexcept {
  const Socket socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ethtool_drvinfo info{};
  info.cmd = ETHTOOL_GDRVINFO;
  ifreq request = request_for(interface);
  request.ifr_data = reinterpret_cast<char*>(&info);
  if (socket.get() < 0 || ::ioctl(socket.get(), SIOCETHTOOL, &request) != 0) {
    return false;
  }
  const std::string_view driver(info.driver);
  return driver == "vcan" || driver == "vxcan";
}

}  // namespace rig::socketcan

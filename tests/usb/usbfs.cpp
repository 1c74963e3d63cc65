#include "tests/usb/usbfs.hpp"

#include <dlfcn.h>
#include <fcntl.h>
#include <linux/usbdevice_fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <umockdev.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <map>
#include <mutex>
#include <stdexcept>

#include "tests/usb/urb_queue.hpp"

namespace rig::testing::usb {
namespace {

// One lock for all: the functions below are called by umockdev, libusb and the test, from inside each other.
std::recursive_mutex lock_of_all;
std::atomic<Testbed::Inside*> current{nullptr};
std::atomic<bool> taking_time{false};
std::int64_t time_taken = 0;  // ns; under the lock

std::int64_t thread_time() {
  timespec t{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return t.tv_sec * 1'000'000'000LL + t.tv_nsec;
}

// Two looks take the time of one from whoever is looked at: its second half of the first and its first half of the
// second.
std::int64_t looking_at_the_clock() {
  static const std::int64_t cost = [] {
    constexpr int looks = 10'000;
    const std::int64_t begin = thread_time();
    for (int i = 1; i < looks; ++i) {
      thread_time();
    }
    return (thread_time() - begin) / looks;
  }();
  return cost;
}

void must(bool done, const char* what) {
  if (!done) {
    throw std::runtime_error(std::string("the emulated USB cannot ") + what);
  }
}

std::string hex(const Bytes& bytes) {
  constexpr const char* digits = "0123456789abcdef";
  std::string out;
  for (const std::uint8_t byte : bytes) {
    out += digits[byte >> 4U];
    out += digits[byte & 15U];
  }
  return out;
}

// The number of a device on its bus, three digits as in /dev/bus/usb.
std::string three(int number) {
  std::string out = std::to_string(number);
  return std::string(3 - std::min<std::size_t>(out.size(), 3), '0') + out;
}

}  // namespace

// A device with a name in sysfs and a node in /dev. The node is a pipe: libusb waits until it can be written, which is
// when the byte that fills it is taken out because a transfer is over.
struct Plugged {
  std::shared_ptr<Device> device;
  std::string sysfs;
  std::string node;
  int pipe = -1;
  bool blocked = false;
  std::map<int, UrbQueue> urbs;  // of each file that is open: who submitted a transfer gets it back

  Plugged() = default;
  Plugged(const Plugged&) = delete;
  Plugged& operator=(const Plugged&) = delete;
  ~Plugged() { ::close(pipe); }
  void go_on() {
    for (auto& [file, queue] : urbs) {
      queue.go_on(*device);
    }
    show_readiness();
  }
  void show_readiness() {
    block(std::ranges::none_of(urbs, [](const auto& u) { return u.second.has_done(); }));
  }
  void block(bool wanted) {
    if (wanted == blocked) {
      return;
    }
    char byte = 0;
    must((wanted ? ::write(pipe, &byte, 1) : ::read(pipe, &byte, 1)) == 1, "fill or empty the node's pipe");
    blocked = wanted;
  }
};

struct Testbed::Inside {
  UMockdevTestbed* testbed = nullptr;
  int plugged_so_far = 1;
  std::vector<std::shared_ptr<Plugged>> ports;
  std::map<int, std::shared_ptr<Plugged>> open_files;

  void go_on() {
    for (const auto& port : ports) {
      port->go_on();
    }
  }
  int answer(Plugged& port, UrbQueue& urbs, unsigned long request, void* argument);
};

namespace {

int fail(int number) {
  errno = number;
  return -1;
}

int claim(Device& device) {
  if (device.in_use) {
    return fail(EBUSY);
  }
  device.has_kernel_driver = false;
  return 0;
}

}  // namespace

int Testbed::Inside::answer(Plugged& port, UrbQueue& urbs, unsigned long request, void* argument) {
  const bool is_there = std::ranges::any_of(ports, [&](const auto& p) { return p.get() == &port; });
  Device& device = *port.device;
  switch (request) {
    case USBDEVFS_REAPURBNDELAY: {
      usbdevfs_urb* const done = urbs.reap();
      if (is_there) {
        port.show_readiness();
      }
      if (done == nullptr) {
        return fail(is_there ? EAGAIN : ENODEV);
      }
      *static_cast<void**>(argument) = done;
      return 0;
    }
    case USBDEVFS_DISCARDURB:
      return urbs.discard(static_cast<usbdevfs_urb*>(argument)) ? (port.block(false), 0) : fail(EINVAL);
    case USBDEVFS_RELEASEINTERFACE:
      return is_there ? 0 : fail(ENODEV);
    default:
      break;
  }
  if (!is_there) {
    return fail(ENODEV);
  }
  switch (request) {
    case USBDEVFS_GET_CAPABILITIES:
      *static_cast<std::uint32_t*>(argument) = USBDEVFS_CAP_ZERO_PACKET | USBDEVFS_CAP_NO_PACKET_SIZE_LIM |
                                               USBDEVFS_CAP_BULK_CONTINUATION | USBDEVFS_CAP_REAP_AFTER_DISCONNECT;
      return 0;
    case USBDEVFS_SUBMITURB:
      urbs.submit(static_cast<usbdevfs_urb*>(argument));
      urbs.go_on(device);
      port.show_readiness();
      return 0;
    case USBDEVFS_DISCONNECT_CLAIM:
    case USBDEVFS_CLAIMINTERFACE:
      return claim(device);
    case USBDEVFS_IOCTL: {
      const auto& inner = *static_cast<usbdevfs_ioctl*>(argument);
      const bool connects = static_cast<unsigned>(inner.ioctl_code) == USBDEVFS_CONNECT;
      device.has_kernel_driver = connects;
      return connects ? 1 : 0;
    }
    case USBDEVFS_CLEAR_HALT:
      device.clear_halt(static_cast<std::uint8_t>(*static_cast<unsigned*>(argument)));
      go_on();
      return 0;
    case USBDEVFS_RESET:
      device.reset();
      go_on();
      return 0;
    default:
      return fail(ENOTTY);
  }
}

Testbed::Testbed() : inside_(std::make_unique<Inside>()) {
  inside_->testbed = umockdev_testbed_new();
  must(umockdev_in_mock_environment() != 0, "run without libumockdev-preload: need_umockdev() comes first");
  current = inside_.get();
}

Testbed::~Testbed() {
  while (!inside_->ports.empty()) {
    unplug(*inside_->ports.back()->device);
  }
  current = nullptr;
  g_object_unref(inside_->testbed);
}

void Testbed::plug(const std::shared_ptr<Device>& device) {
  const std::lock_guard lock(lock_of_all);
  auto port = std::make_shared<Plugged>();
  const int number = ++inside_->plugged_so_far;
  port->device = device;
  port->node = "/dev/bus/usb/001/" + three(number);
  port->sysfs = "/sys/devices/pci0000:00/0000:00:14.0/usb1/1-" + std::to_string(number);
  const std::string text =
      "P: " + port->sysfs.substr(4) + "\nN: bus/usb/001/" + three(number) +
      "\nE: SUBSYSTEM=usb\nE: DEVTYPE=usb_device\nE: DEVNAME=" + port->node +
      "\nE: BUSNUM=001\nE: DEVNUM=" + three(number) + "\nE: MAJOR=189\nE: MINOR=" + std::to_string(number - 1) +
      "\nA: busnum=1\\n\nA: devnum=" + std::to_string(number) +
      "\\n\nA: speed=12\\n\nA: bConfigurationValue=1\\n\nH: descriptors=" + hex(device->descriptors()) + "\n\n";
  // The node becomes a pipe before anybody hears of the device.
  const std::string path = std::string(umockdev_testbed_get_root_dir(inside_->testbed)) + port->node;
  GError* error = nullptr;
  must(umockdev_testbed_add_from_string(inside_->testbed, text.c_str(), &error) != 0, "add a device");
  ::unlink(path.c_str());
  must(::mkfifo(path.c_str(), 0600) == 0, "make the pipe of a node");
  port->pipe = ::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NONBLOCK);
  must(port->pipe >= 0 && ::fcntl(port->pipe, F_SETPIPE_SZ, 4096) > 0, "open the pipe of a node");
  port->block(true);
  inside_->ports.push_back(port);
}

void Testbed::unplug(const Device& device) {
  std::shared_ptr<Plugged> port;
  {
    const std::lock_guard lock(lock_of_all);
    const auto at = std::ranges::find_if(inside_->ports, [&](const auto& p) { return p->device.get() == &device; });
    if (at == inside_->ports.end()) {
      return;
    }
    port = *at;
    inside_->ports.erase(at);
    for (auto& [file, queue] : port->urbs) {
      queue.finish_all(-ESHUTDOWN);
    }
    port->block(false);
  }
  umockdev_testbed_uevent(inside_->testbed, port->sysfs.c_str(), "remove");
  umockdev_testbed_remove_device(inside_->testbed, port->sysfs.c_str());
}

void Testbed::with(const std::function<void()>& change) {
  const std::lock_guard lock(lock_of_all);
  change();
  inside_->go_on();
}

double Testbed::time_in_emulation() {
  looking_at_the_clock();
  taking_time = true;
  const std::lock_guard lock(lock_of_all);
  return static_cast<double>(time_taken) * 1e-9;
}

void need_umockdev(char** arguments) {
  constexpr const char* library = "libumockdev-preload.so.0";
  const char* before = std::getenv("LD_PRELOAD");
  const std::string loaded = before == nullptr ? "" : before;
  if (loaded.find(library) != std::string::npos) {
    return;
  }
  ::setenv("LD_PRELOAD", (library + (loaded.empty() ? "" : ":" + loaded)).c_str(), 1);
  // The sanitizer wants to be first in the list; it works behind this library too.
  const char* options = std::getenv("ASAN_OPTIONS");
  ::setenv("ASAN_OPTIONS", (std::string(options == nullptr ? "" : options) + ":verify_asan_link_order=0").c_str(), 1);
  ::execv("/proc/self/exe", arguments);
  must(false, "start the program anew with libumockdev-preload");
}

namespace {

using OpenFunction = int (*)(const char*, int, ...);

int open_node(OpenFunction next, const char* path, int flags, unsigned mode) {
  if (current.load() == nullptr || path == nullptr || std::strncmp(path, "/dev/bus/usb/", 13) != 0) {
    return next(path, flags, mode);
  }
  const std::lock_guard lock(lock_of_all);
  Testbed::Inside& inside = *current.load();
  const auto port = std::ranges::find_if(inside.ports, [&](const auto& p) { return p->node == path; });
  if (port == inside.ports.end()) {
    return fail(ENOENT);
  }
  if (!(*port)->device->permitted) {
    return fail(EACCES);
  }
  const int file = next(path, flags, mode);
  if (file >= 0) {
    inside.open_files[file] = *port;
    ++(*port)->device->opened;
  }
  return file;
}

void close_node(int file) {
  const std::lock_guard lock(lock_of_all);
  Testbed::Inside& inside = *current.load();
  if (const auto at = inside.open_files.find(file); at != inside.open_files.end()) {
    --at->second->device->opened;
    at->second->urbs.erase(file);
    inside.open_files.erase(at);
  }
}

// Nothing when the file is none of ours.
std::optional<int> ask_node(int file, unsigned long request, void* argument) {
  const std::int64_t before = taking_time.load() ? thread_time() : 0;
  const std::lock_guard lock(lock_of_all);
  Testbed::Inside& inside = *current.load();
  const auto at = inside.open_files.find(file);
  if (at == inside.open_files.end()) {
    return std::nullopt;
  }
  const std::shared_ptr<Plugged> port = at->second;
  const int result = inside.answer(*port, port->urbs[file], request, argument);
  const int number = errno;
  if (before != 0) {
    time_taken += thread_time() - before + looking_at_the_clock();
  }
  errno = number;
  return result;
}

template <class Function>
Function next_of(const char* name) {
  return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

}  // namespace
}  // namespace rig::testing::usb

#define SEEN_BY_LIBUSB extern "C" __attribute__((visibility("default")))

// The linker prefers what the program itself has: these are called by libusb, and by everybody else.
SEEN_BY_LIBUSB int open(const char* path, int flags, ...) {
  using namespace rig::testing::usb;
  static const auto next = next_of<OpenFunction>("open");
  va_list arguments;
  va_start(arguments, flags);
  const unsigned mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(arguments, unsigned) : 0U;
  va_end(arguments);
  return open_node(next, path, flags, mode);
}

// NOLINTNEXTLINE: this is its name
SEEN_BY_LIBUSB int __open_2(const char* path, int flags) {
  using namespace rig::testing::usb;
  static const auto next = next_of<OpenFunction>("open");
  return open_node(next, path, flags, 0);
}

SEEN_BY_LIBUSB int close(int file) {
  using namespace rig::testing::usb;
  static const auto next = next_of<int (*)(int)>("close");
  if (current.load() != nullptr) {
    close_node(file);
  }
  return next(file);
}

SEEN_BY_LIBUSB int ioctl(int file, unsigned long request, ...) noexcept {
  using namespace rig::testing::usb;
  static const auto next = next_of<int (*)(int, unsigned long, ...)>("ioctl");
  va_list arguments;
  va_start(arguments, request);
  void* const argument = va_arg(arguments, void*);
  va_end(arguments);
  if (_IOC_TYPE(request) == 'U' && current.load() != nullptr) {
    if (const auto result = ask_node(file, request, argument)) {
      return *result;
    }
  }
  return next(file, request, argument);
}

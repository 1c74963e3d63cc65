#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

// USB devices that are not there: umockdev gives libusb the files of sysfs, /dev and udev's events, and what libusb
// asks the kernel (ioctl, open) is answered in this process. The program under test and libusb are unmodified.
namespace rig::testing::usb {

using Bytes = std::vector<std::uint8_t>;

// Not insert(): g++ 12 warns of overlaps that there are not.
inline void append(Bytes& out, std::span<const std::uint8_t> more) {
  for (const std::uint8_t byte : more) {
    out.push_back(byte);
  }
}
inline void append(Bytes& out, std::initializer_list<std::uint8_t> more) {
  append(out, std::span<const std::uint8_t>(more.begin(), more.size()));
}

struct Setup {
  std::uint8_t type = 0, request = 0;
  std::uint16_t value = 0, index = 0, length = 0;
};
struct Answer {
  enum class Kind { done, stall, silence };
  Kind kind = Kind::done;
  Bytes data;  // to the host
  static Answer stall() { return {Kind::stall, {}}; }
  static Answer silence() { return {Kind::silence, {}}; }
};
// What a device gives for one transfer to the host.
struct Arrival {
  Bytes data;
  int status = 0;  // or a negative errno, as the kernel has it: -EPIPE is a halted pipe
};

// An emulated device. Its functions run on the thread that asks, one at a time, under the lock of the testbed.
class Device {
 public:
  virtual ~Device() = default;
  // Device descriptor and configuration, as they stand in sysfs.
  [[nodiscard]] virtual Bytes descriptors() const = 0;
  [[nodiscard]] virtual std::string string(std::uint8_t index) const = 0;
  virtual Answer control(const Setup& setup, std::span<const std::uint8_t> data) = 0;
  // False: not now (NAK); it is offered again.
  virtual bool bulk_out(std::uint8_t pipe, std::span<const std::uint8_t> bytes) = 0;
  // Nothing: not now.
  virtual std::optional<Arrival> bulk_in(std::uint8_t pipe) = 0;
  virtual void clear_halt(std::uint8_t) {}
  virtual void reset() {}

  // How the system stands to it.
  bool permitted = true;
  bool in_use = false;            // by another program
  bool has_kernel_driver = true;  // bound at first; false while a program has taken its place
  int opened = 0;
};

// One at a time in a process.
class Testbed {
 public:
  Testbed();
  Testbed(const Testbed&) = delete;
  Testbed& operator=(const Testbed&) = delete;
  ~Testbed();

  void plug(const std::shared_ptr<Device>& device);
  void unplug(const Device& device);
  // Runs `change` under the lock, then looks whether waiting transfers can go on.
  void with(const std::function<void()>& change);

  // CPU seconds that calls for the kernel have spent in here, since the first call of this function.
  static double time_in_emulation();

  struct Inside;

 private:
  std::unique_ptr<Inside> inside_;
};

// Is libumockdev-preload in this process? Starts the program anew with it when not; returns when it is.
void need_umockdev(char** arguments);

}  // namespace rig::testing::usb

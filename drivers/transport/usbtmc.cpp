#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

#include "drivers/transport/links.hpp"
#include "drivers/transport/usbtmc_protocol.hpp"
#include "drivers/transport/wait.hpp"
#include "drivers/usb/usb.hpp"

namespace rig {
namespace {

constexpr std::uint8_t class_application = 0xFE;
constexpr std::uint8_t subclass_tmc = 0x03;

// The interface of a device that speaks USBTMC.
struct Interface {
  int number = -1;
  int setting = 0;
  std::uint8_t out = 0, in = 0;
  std::size_t packet = 512;
};

std::optional<Interface> find_interface(libusb_device* device) {
  const usb::Config config = usb::active_config(device);
  if (!config) {
    return std::nullopt;
  }
  std::optional<Interface> found;
  for (int i = 0; i < config->bNumInterfaces && !found; ++i) {
    for (int s = 0; s < config->interface[i].num_altsetting && !found; ++s) {
      const libusb_interface_descriptor& setting = config->interface[i].altsetting[s];
      if (setting.bInterfaceClass != class_application || setting.bInterfaceSubClass != subclass_tmc) {
        continue;
      }
      Interface candidate{.number = setting.bInterfaceNumber, .setting = setting.bAlternateSetting};
      for (int e = 0; e < setting.bNumEndpoints; ++e) {
        const libusb_endpoint_descriptor& endpoint = setting.endpoint[e];
        if ((endpoint.bmAttributes & LIBUSB_TRANSFER_TYPE_MASK) != LIBUSB_TRANSFER_TYPE_BULK) {
          continue;
        }
        if ((endpoint.bEndpointAddress & LIBUSB_ENDPOINT_IN) != 0) {
          candidate.in = endpoint.bEndpointAddress;
          candidate.packet = endpoint.wMaxPacketSize;
        } else {
          candidate.out = endpoint.bEndpointAddress;
        }
      }
      if (candidate.in != 0 && candidate.out != 0) {
        found = candidate;
      }
    }
  }
  return found;
}

class UsbtmcLink final : public Transport, private UsbPipes {
 public:
  explicit UsbtmcLink(Endpoint endpoint) : endpoint_(std::move(endpoint)), protocol_(*this, endpoint_.text) {}
  UsbtmcLink(const UsbtmcLink&) = delete;
  UsbtmcLink& operator=(const UsbtmcLink&) = delete;
  ~UsbtmcLink() override { UsbtmcLink::close(); }

  void open(WallTime deadline) override {
    close();
    context_ = usb::new_context(endpoint_.text);
    find_device();
    libusb_set_auto_detach_kernel_driver(handle_.get(), 1);  // Linux's usbtmc may hold it
    check(libusb_claim_interface(handle_.get(), interface_.number), "claiming the interface");
    protocol_.forget();
    // Whoever used it before may have left half a conversation.
    protocol_.clear(deadline);
  }

  void close() noexcept override {
    if (handle_) {
      libusb_release_interface(handle_.get(), interface_.number);
      handle_.reset();
    }
    context_.reset();
    gone_ = false;
  }

  [[nodiscard]] bool is_open() const noexcept override { return handle_ != nullptr && !gone_; }
  void write(std::span<const std::byte> bytes, WallTime deadline) override {
    need_open();
    protocol_.write(bytes, deadline);
  }
  std::size_t read(std::span<std::byte> into, WallTime deadline) override {
    need_open();
    return protocol_.read(into, deadline);
  }
  [[nodiscard]] bool at_message_end() const noexcept override { return protocol_.at_message_end(); }
  void clear(WallTime deadline) override {
    if (!is_open()) {
      open(deadline);
      return;
    }
    try {
      protocol_.clear(deadline);
    } catch (const LinkError& error) {
      if (error.trouble() == LinkTrouble::cut) {
        throw;
      }
      libusb_reset_device(handle_.get());  // the last means; the device may come back as another one
      open(deadline);
    }
  }
  [[nodiscard]] std::string endpoint() const override { return endpoint_.text; }
  [[nodiscard]] bool is_local() const noexcept override { return false; }

 private:
  void find_device() {
    const usb::DeviceList list(context_.get());
    std::string others;
    int problem = LIBUSB_ERROR_NOT_FOUND;
    for (libusb_device* device : list.devices()) {
      libusb_device_descriptor descriptor{};
      if (libusb_get_device_descriptor(device, &descriptor) != 0 || descriptor.idVendor != endpoint_.vendor ||
          descriptor.idProduct != endpoint_.product) {
        continue;
      }
      libusb_device_handle* raw = nullptr;
      problem = libusb_open(device, &raw);
      if (problem != 0) {
        continue;
      }
      usb::Handle handle(raw);
      const std::string serial = usb::string_descriptor(raw, descriptor.iSerialNumber);
      const auto interface = find_interface(device);
      if ((endpoint_.serial_number.empty() || serial == endpoint_.serial_number) && interface) {
        handle_ = std::move(handle);
        interface_ = *interface;
        return;
      }
      others += (others.empty() ? "" : ", ") + serial + (interface ? "" : " (no USBTMC interface)");
    }
    if (!others.empty()) {
      throw LinkError(LinkTrouble::mismatch, "devices of this kind are there, but not this one: " + others,
                      endpoint_.text, "mend the serial number in the endpoint, or switch the box's USB to USBTMC");
    }
    check(problem, "opening the device");
  }

  void need_open() const {
    if (!is_open()) {
      throw LinkError(LinkTrouble::closed, "the link is not open", endpoint_.text);
    }
  }

  void check(int result, const std::string& doing) {
    if (result >= 0) {
      return;
    }
    // Not closed here: a transfer that still exists needs its handle to be freed.
    gone_ = gone_ || (result == LIBUSB_ERROR_NO_DEVICE && handle_ != nullptr);
    throw usb::error_of(result, doing, endpoint_.text);
  }

  // Runs one transfer to its end, cancels it at the deadline or at the cut. Returns how many bytes went.
  std::size_t run(libusb_transfer* transfer, WallTime deadline, const char* doing) {
    int over = 0;
    transfer->user_data = &over;
    transfer->callback = [](libusb_transfer* t) { *static_cast<int*>(t->user_data) = 1; };
    check(libusb_submit_transfer(transfer), doing);
    Waited waited = Waited::ready;
    while (over == 0) {
      const WallTime now = WallTime::clock::now();
      const WallTime end = std::min(deadline, cut());
      if (now >= end && waited == Waited::ready) {
        waited = now >= cut() ? Waited::cut : Waited::deadline;
        libusb_cancel_transfer(transfer);
      }
      timeval nap{.tv_sec = 0, .tv_usec = std::chrono::microseconds(longest_nap).count()};
      if (now < end && end - now < longest_nap) {
        nap.tv_usec = std::max<long>(std::chrono::duration_cast<std::chrono::microseconds>(end - now).count(), 1);
      }
      libusb_handle_events_timeout_completed(context_.get(), &nap, &over);
    }
    switch (transfer->status) {
      case LIBUSB_TRANSFER_COMPLETED:
        break;
      case LIBUSB_TRANSFER_CANCELLED:
        throw_waited(waited == Waited::ready ? Waited::deadline : waited, doing, endpoint_.text);
      case LIBUSB_TRANSFER_STALL:
        check(LIBUSB_ERROR_PIPE, doing);
        break;
      case LIBUSB_TRANSFER_NO_DEVICE:
        check(LIBUSB_ERROR_NO_DEVICE, doing);
        break;
      default:
        throw LinkError(LinkTrouble::garbled, std::string(doing) + " failed on the bus", endpoint_.text,
                        "a bad cable or hub?");
    }
    return static_cast<std::size_t>(transfer->actual_length);
  }

  void bulk_out(std::span<const std::byte> bytes, WallTime deadline) override {
    const usb::Transfer transfer(libusb_alloc_transfer(0));
    std::vector<std::byte> copy(bytes.begin(), bytes.end());  // libusb takes no const
    libusb_fill_bulk_transfer(transfer.get(), handle_.get(), interface_.out,
                              reinterpret_cast<unsigned char*>(copy.data()), static_cast<int>(copy.size()), nullptr,
                              nullptr, 0);
    if (run(transfer.get(), deadline, "sending") != copy.size()) {
      throw LinkError(LinkTrouble::garbled, "the box took only a part of a message", endpoint_.text);
    }
  }

  std::size_t bulk_in(std::span<std::byte> into, WallTime deadline) override {
    const usb::Transfer transfer(libusb_alloc_transfer(0));
    const std::size_t whole_packets = into.size() / interface_.packet * interface_.packet;
    libusb_fill_bulk_transfer(transfer.get(), handle_.get(), interface_.in,
                              reinterpret_cast<unsigned char*>(into.data()), static_cast<int>(whole_packets), nullptr,
                              nullptr, 0);
    return run(transfer.get(), deadline, "waiting for an answer");
  }

  std::optional<std::size_t> control_in(Recipient recipient, std::uint8_t request, std::uint16_t value,
                                        bool bulk_in_endpoint, std::span<std::byte> into, WallTime deadline) override {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(std::min(deadline, cut()) - WallTime::clock::now());
    const auto timeout = static_cast<unsigned>(std::clamp<std::int64_t>(left.count(), 1, 1000));
    const bool of_endpoint = recipient == Recipient::endpoint;
    const std::uint16_t index = of_endpoint ? (bulk_in_endpoint ? interface_.in : interface_.out)
                                            : static_cast<std::uint16_t>(interface_.number);
    const auto type = static_cast<std::uint8_t>(
        static_cast<unsigned>(LIBUSB_ENDPOINT_IN) | static_cast<unsigned>(LIBUSB_REQUEST_TYPE_CLASS) |
        static_cast<unsigned>(of_endpoint ? LIBUSB_RECIPIENT_ENDPOINT : LIBUSB_RECIPIENT_INTERFACE));
    const int count = libusb_control_transfer(handle_.get(), type, request, value, index,
                                              reinterpret_cast<unsigned char*>(into.data()),
                                              static_cast<std::uint16_t>(into.size()), timeout);
    if (count == LIBUSB_ERROR_PIPE) {
      return std::nullopt;
    }
    if (count == LIBUSB_ERROR_TIMEOUT) {
      throw_waited(WallTime::clock::now() >= cut() ? Waited::cut : Waited::deadline, "a control request",
                   endpoint_.text);
    }
    check(count, "a control request");
    return static_cast<std::size_t>(count);
  }

  void clear_halt(bool bulk_in_endpoint) override {
    check(libusb_clear_halt(handle_.get(), bulk_in_endpoint ? interface_.in : interface_.out), "clearing a pipe");
  }
  [[nodiscard]] std::size_t packet_size() const override { return interface_.packet; }

  Endpoint endpoint_;
  usb::Context context_;
  usb::Handle handle_;
  bool gone_ = false;  // pulled out; closed at the next open() or close()
  Interface interface_;
  UsbtmcProtocol protocol_;
};

}  // namespace

std::unique_ptr<Transport> make_usbtmc(const Endpoint& endpoint) { return std::make_unique<UsbtmcLink>(endpoint); }

}  // namespace rig

#include "drivers/can/gs_usb_adapter.hpp"

#include <algorithm>

namespace rig::gs_usb {
namespace {

using namespace std::chrono_literals;

constexpr auto milliseconds(std::chrono::milliseconds d) { return static_cast<unsigned>(d.count()); }

std::string name_of(Request request) { return "request " + std::to_string(static_cast<unsigned>(request)); }

void add(std::string& list, const std::string& item) { list += (list.empty() ? "" : ", ") + item; }

}  // namespace

Adapter::Adapter(const Address& address) : endpoint_(address.text), context_(usb::new_context(endpoint_)) {
  handle_ = find(address);
  if (!find_pipes()) {
    throw LinkError(LinkTrouble::mismatch, "the device has no interface with one bulk pipe each way", endpoint_,
                    "it has another firmware: gs_usb adapters run candleLight or its kin; one with slcan is a serial "
                    "line, driver can.slcan");
  }
  libusb_set_auto_detach_kernel_driver(handle_.get(), 1);  // Linux's gs_usb holds it, and gets it back
  usb::check(libusb_claim_interface(handle_.get(), interface_), "claiming the adapter", endpoint_);
}

Adapter::~Adapter() { libusb_release_interface(handle_.get(), interface_); }

usb::Handle Adapter::find(const Address& address) {
  const usb::DeviceList list(context_.get());
  usb::Handle found;
  std::string others, these;
  int problem = LIBUSB_ERROR_NO_DEVICE;
  bool refused = false;
  for (libusb_device* device : list.devices()) {
    libusb_device_descriptor descriptor{};
    if (libusb_get_device_descriptor(device, &descriptor) != 0 ||
        !means(address, {descriptor.idVendor, descriptor.idProduct})) {
      continue;
    }
    libusb_device_handle* raw = nullptr;
    if (const int result = libusb_open(device, &raw); result != 0) {
      problem = result;
      refused = true;
      continue;
    }
    usb::Handle handle(raw);
    const std::string serial = usb::string_descriptor(raw, descriptor.iSerialNumber);
    if (!address.serial.empty() && serial != address.serial) {
      add(others, serial);
      continue;
    }
    add(these, usb::id_text(descriptor.idVendor, descriptor.idProduct) + "/" + serial);
    if (found) {
      throw LinkError(LinkTrouble::mismatch, "several adapters are plugged in: " + these, endpoint_,
                      "name one of them in the endpoint: usb://VENDOR:PRODUCT/SERIAL");
    }
    identity_ = {.maker = usb::string_descriptor(raw, descriptor.iManufacturer),
                 .model = usb::string_descriptor(raw, descriptor.iProduct),
                 .serial = serial};
    found = std::move(handle);
  }
  if (found) {
    return found;
  }
  if (refused) {
    throw usb::error_of(problem, "opening the adapter", endpoint_);
  }
  if (!others.empty()) {
    throw LinkError(LinkTrouble::mismatch, "adapters of this kind are plugged in, but not this one: " + others,
                    endpoint_, "mend the serial number in the endpoint");
  }
  throw LinkError(LinkTrouble::unreachable, "there is no such adapter", endpoint_,
                  "is it plugged in? lsusb shows what there is; usb://VENDOR:PRODUCT names one that is not known to "
                  "speak gs_usb");
}

bool Adapter::find_pipes() {
  const usb::Config config = usb::active_config(libusb_get_device(handle_.get()));
  for (int i = 0; config && i < config->bNumInterfaces; ++i) {
    const libusb_interface_descriptor& setting = config->interface[i].altsetting[0];
    if (setting.bInterfaceClass != LIBUSB_CLASS_VENDOR_SPEC) {
      continue;
    }
    in_ = out_ = 0;
    for (int e = 0; e < setting.bNumEndpoints; ++e) {
      const libusb_endpoint_descriptor& pipe = setting.endpoint[e];
      if ((pipe.bmAttributes & LIBUSB_TRANSFER_TYPE_MASK) != LIBUSB_TRANSFER_TYPE_BULK) {
        continue;
      }
      if ((pipe.bEndpointAddress & LIBUSB_ENDPOINT_IN) != 0) {
        in_ = pipe.bEndpointAddress;
        packet_ = pipe.wMaxPacketSize;
      } else {
        out_ = pipe.bEndpointAddress;
      }
    }
    if (in_ != 0 && out_ != 0) {
      interface_ = setting.bInterfaceNumber;
      return true;
    }
  }
  return false;
}

void Adapter::tell(Request request, std::span<const std::byte> bytes, std::uint16_t channel) {
  // libusb takes what it only reads without const.
  auto* const data = const_cast<unsigned char*>(reinterpret_cast<const unsigned char*>(bytes.data()));
  const int result = libusb_control_transfer(handle_.get(), vendor_interface, static_cast<std::uint8_t>(request),
                                             channel, interface_number(), data,
                                             static_cast<std::uint16_t>(bytes.size()), milliseconds(answer_within));
  usb::check(result, name_of(request), endpoint_);
}

std::vector<std::byte> Adapter::ask(Request request, std::size_t size, std::uint16_t channel) {
  std::vector<std::byte> bytes(size);
  const int result = libusb_control_transfer(
      handle_.get(), vendor_interface | to_host, static_cast<std::uint8_t>(request), channel, interface_number(),
      reinterpret_cast<unsigned char*>(bytes.data()), static_cast<std::uint16_t>(size), milliseconds(answer_within));
  usb::check(result, name_of(request), endpoint_);
  bytes.resize(static_cast<std::size_t>(result));
  return bytes;
}

void Adapter::clean() {
  libusb_clear_halt(handle_.get(), in_);
  libusb_clear_halt(handle_.get(), out_);
  std::vector<unsigned char> thrown_away(in_size());
  const WallTime until = WallTime::clock::now() + 200ms;
  int count = 0;
  // The adapter is stopped: what comes is what its memory still held.
  while (WallTime::clock::now() < until &&
         libusb_bulk_transfer(handle_.get(), in_, thrown_away.data(), static_cast<int>(thrown_away.size()), &count,
                              milliseconds(10ms)) == 0) {
  }
}

}  // namespace rig::gs_usb

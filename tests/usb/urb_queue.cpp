#include "tests/usb/urb_queue.hpp"

#include <algorithm>
#include <bitset>
#include <cerrno>
#include <cstring>

namespace rig::testing::usb {
namespace {

constexpr std::uint8_t to_host = 0x80;
constexpr std::uint8_t get_descriptor = 6, string_descriptor = 3;
constexpr std::size_t setup_size = 8;

std::uint16_t word(const std::uint8_t* bytes) { return static_cast<std::uint16_t>(bytes[0] | bytes[1] << 8); }

// Strings of a device, as UTF-16; string 0 is the list of its languages.
Bytes string_answer(const Device& device, std::uint8_t index) {
  Bytes out{0, string_descriptor};
  if (index == 0) {
    append(out, {0x09, 0x04});
  } else {
    for (const char letter : device.string(index)) {
      append(out, {static_cast<std::uint8_t>(letter), 0});
    }
  }
  out[0] = static_cast<std::uint8_t>(out.size());
  return out;
}

Answer control(Device& device, const Setup& setup, std::span<const std::uint8_t> data) {
  const bool is_string =
      setup.type == to_host && setup.request == get_descriptor && setup.value >> 8 == string_descriptor;
  return is_string ? Answer{Answer::Kind::done, string_answer(device, static_cast<std::uint8_t>(setup.value))}
                   : device.control(setup, data);
}

bool run_control(Device& device, usbdevfs_urb& urb) {
  auto* const bytes = static_cast<std::uint8_t*>(urb.buffer);
  const Setup setup{bytes[0], bytes[1], word(bytes + 2), word(bytes + 4), word(bytes + 6)};
  const bool is_in = (setup.type & to_host) != 0;
  const Answer answer =
      control(device, setup, std::span(bytes + setup_size, is_in ? std::size_t{0} : std::size_t{setup.length}));
  if (answer.kind == Answer::Kind::silence) {
    return false;
  }
  urb.status = answer.kind == Answer::Kind::stall ? -EPIPE : 0;
  urb.actual_length = 0;
  if (urb.status == 0) {
    const std::size_t size = is_in ? std::min<std::size_t>(answer.data.size(), setup.length) : setup.length;
    if (is_in) {
      std::copy_n(answer.data.begin(), size, bytes + setup_size);
    }
    urb.actual_length = static_cast<int>(size);
  }
  return true;
}

bool run_in(Device& device, usbdevfs_urb& urb) {
  const auto arrival = device.bulk_in(urb.endpoint);
  if (!arrival) {
    return false;
  }
  const auto room = static_cast<std::size_t>(urb.buffer_length);
  const std::size_t size = std::min(arrival->data.size(), room);
  std::copy_n(arrival->data.begin(), size, static_cast<std::uint8_t*>(urb.buffer));
  urb.status = arrival->data.size() > room ? -EOVERFLOW : arrival->status;
  urb.actual_length = static_cast<int>(size);
  return true;
}

bool run_out(Device& device, usbdevfs_urb& urb) {
  const auto size = static_cast<std::size_t>(urb.buffer_length);
  if (!device.bulk_out(urb.endpoint, std::span(static_cast<const std::uint8_t*>(urb.buffer), size))) {
    return false;
  }
  urb.status = 0;
  urb.actual_length = urb.buffer_length;
  return true;
}

}  // namespace

bool UrbQueue::run(Device& device, usbdevfs_urb& urb) {
  if (urb.type == USBDEVFS_URB_TYPE_CONTROL) {
    return run_control(device, urb);
  }
  return (urb.endpoint & to_host) != 0 ? run_in(device, urb) : run_out(device, urb);
}

void UrbQueue::finish(std::deque<usbdevfs_urb*>::iterator at) {
  done_.push_back(*at);
  waiting_.erase(at);
}

// Transfers of one pipe keep their order: the second does not overtake the first that the device does not want yet.
void UrbQueue::go_on(Device& device) {
  std::bitset<32> full;
  for (std::size_t i = 0; i < waiting_.size();) {
    usbdevfs_urb& urb = *waiting_[i];
    const std::size_t pipe = (urb.endpoint & 15U) + ((urb.endpoint & to_host) != 0 ? 16U : 0U);
    if (!full[pipe] && run(device, urb)) {
      finish(waiting_.begin() + static_cast<std::ptrdiff_t>(i));
    } else {
      full.set(pipe);
      ++i;
    }
  }
}

usbdevfs_urb* UrbQueue::reap() {
  if (done_.empty()) {
    return nullptr;
  }
  usbdevfs_urb* const urb = done_.front();
  done_.pop_front();
  return urb;
}

bool UrbQueue::discard(usbdevfs_urb* urb) {
  const auto at = std::ranges::find(waiting_, urb);
  if (at == waiting_.end()) {
    return false;
  }
  urb->status = -ENOENT;
  urb->actual_length = 0;
  finish(at);
  return true;
}

void UrbQueue::finish_all(int status) {
  for (usbdevfs_urb* urb : waiting_) {
    urb->status = status;
    urb->actual_length = 0;
    done_.push_back(urb);
  }
  waiting_.clear();
}

}  // namespace rig::testing::usb

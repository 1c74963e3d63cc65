#include "drivers/can/socketcan.hpp"

#include <linux/can.h>

#include <algorithm>
#include <cstring>

namespace rig::socketcan {
namespace {

static_assert(sizeof(can_frame) == classic_size && sizeof(canfd_frame) == fd_size);

template <class Frame>
std::size_t write(const Frame& frame, std::span<std::byte, fd_size> into) noexcept {
  std::memcpy(into.data(), &frame, sizeof frame);
  return sizeof frame;
}

}  // namespace

std::size_t encode(const can::BusFrame& frame, std::span<std::byte, fd_size> into) noexcept {
  const canid_t id = frame.extended ? (frame.id & CAN_EFF_MASK) | CAN_EFF_FLAG : frame.id & CAN_SFF_MASK;
  if (frame.fd) {
    canfd_frame out{};
    out.can_id = id;
    // There are no lengths between those that a code stands for.
    out.len = can::length_of(can::code_of(frame.length, true), true);
    out.flags = static_cast<__u8>(frame.bit_rate_switch ? CANFD_BRS : 0);
    std::copy_n(frame.data.begin(), std::min<std::size_t>(frame.length, sizeof out.data), out.data);
    return write(out, into);
  }
  can_frame out{};
  out.can_id = id | (frame.remote ? CAN_RTR_FLAG : 0U);
  out.len = std::min<std::uint8_t>(frame.length, CAN_MAX_DLEN);
  if (!frame.remote) {
    std::copy_n(frame.data.begin(), out.len, out.data);
  }
  return write(out, into);
}

std::optional<can::BusFrame> decode(std::span<const std::byte> bytes) noexcept {
  if (bytes.size() != classic_size && bytes.size() != fd_size) {
    return std::nullopt;
  }
  canfd_frame in{};  // the classic one is its begin
  std::memcpy(&in, bytes.data(), bytes.size());
  can::BusFrame out;
  out.fd = bytes.size() == fd_size;
  if (in.len > (out.fd ? CANFD_MAX_DLEN : CAN_MAX_DLEN)) {
    return std::nullopt;
  }
  out.error = (in.can_id & CAN_ERR_FLAG) != 0;
  out.extended = !out.error && (in.can_id & CAN_EFF_FLAG) != 0;
  out.remote = !out.error && (in.can_id & CAN_RTR_FLAG) != 0;
  out.id = in.can_id & (out.error ? CAN_ERR_MASK : out.extended ? CAN_EFF_MASK : CAN_SFF_MASK);
  out.bit_rate_switch = out.fd && (in.flags & CANFD_BRS) != 0;
  out.sender_passive = out.fd && (in.flags & CANFD_ESI) != 0;
  out.length = in.len;
  if (!out.remote) {
    std::copy_n(in.data, in.len, out.data.begin());
  }
  return out;
}

}  // namespace rig::socketcan

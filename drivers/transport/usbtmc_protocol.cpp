#include "drivers/transport/usbtmc_protocol.hpp"

#include <algorithm>

#include "drivers/transport/printable.hpp"

namespace rig {
namespace {

// USBTMC 1.0, tables 2 and 15.
constexpr std::uint8_t dev_dep_msg_out = 1;
constexpr std::uint8_t request_dev_dep_msg_in = 2;
constexpr std::uint8_t initiate_abort_bulk_in = 3;
constexpr std::uint8_t check_abort_bulk_in_status = 4;
constexpr std::uint8_t initiate_clear = 5;
constexpr std::uint8_t check_clear_status = 6;
constexpr std::uint8_t status_success = 1;
constexpr std::uint8_t status_pending = 2;

std::uint8_t u8(std::byte byte) { return std::to_integer<std::uint8_t>(byte); }

}  // namespace

std::uint8_t UsbtmcProtocol::next_tag() noexcept {
  tag_ = tag_ == 255 ? std::uint8_t{1} : static_cast<std::uint8_t>(tag_ + 1);
  return tag_;
}

UsbtmcProtocol::Header UsbtmcProtocol::header(std::uint8_t message, std::uint8_t tag, std::size_t length,
                                              std::uint8_t attributes) {
  Header out{};
  out[0] = std::byte{message};
  out[1] = std::byte{tag};
  out[2] = ~std::byte{tag};
  for (std::size_t i = 0; i < 4; ++i) {
    out[4 + i] = static_cast<std::byte>(length >> (8 * i) & 0xFFU);
  }
  out[8] = std::byte{attributes};
  return out;
}

void UsbtmcProtocol::garbled(const std::string& what) const {
  throw LinkError(LinkTrouble::garbled, what, endpoint_, "is this a USBTMC device? Unplug it and plug it in again");
}

void UsbtmcProtocol::forget() noexcept {
  buffer_.clear();
  used_ = 0;
  in_tag_ = 0;
  eom_ = true;
  at_end_ = true;
}

void UsbtmcProtocol::write(std::span<const std::byte> bytes, WallTime deadline) {
  constexpr std::uint8_t end_of_message = 1;
  do {
    const auto part = bytes.first(std::min(bytes.size(), transfer_size - header_size));
    bytes = bytes.subspan(part.size());
    const Header head = header(dev_dep_msg_out, next_tag(), part.size(), bytes.empty() ? end_of_message : 0);
    std::vector<std::byte> transfer(head.begin(), head.end());
    transfer.insert(transfer.end(), part.begin(), part.end());
    transfer.resize((transfer.size() + 3) / 4 * 4);  // whole words; the padding is not counted in the header
    pipes_.bulk_out(transfer, deadline);
  } while (!bytes.empty());
}

std::size_t UsbtmcProtocol::read(std::span<std::byte> into, WallTime deadline) {
  while (used_ == buffer_.size()) {
    fetch(deadline);
  }
  const std::size_t count = std::min(into.size(), buffer_.size() - used_);
  std::copy_n(buffer_.begin() + static_cast<std::ptrdiff_t>(used_), count, into.begin());
  used_ += count;
  at_end_ = used_ == buffer_.size() && eom_;
  return count;
}

// Asks for a transfer and takes the one that answers it.
void UsbtmcProtocol::fetch(WallTime deadline) {
  const std::uint8_t tag = next_tag();
  const Header request = header(request_dev_dep_msg_in, tag, transfer_size - header_size, 0);
  pipes_.bulk_out(request, deadline);
  in_tag_ = tag;
  std::vector<std::byte> transfer(transfer_size + pipes_.packet_size());
  std::size_t have = 0;
  std::size_t wanted = header_size;
  // A box may send one transfer as several; and the empty packet behind a full last one is left out by some.
  while (have < wanted) {
    have += pipes_.bulk_in(std::span(transfer).subspan(have), deadline);
    if (have == 0) {
      continue;  // the empty packet of the transfer before
    }
    if (have < header_size) {
      garbled("a transfer of " + std::to_string(have) + " bytes is shorter than its header");
    }
    wanted = header_size + length_of(std::span(transfer).first(have));
    if (wanted > transfer_size) {
      garbled("the box announces more bytes than it was asked for");
    }
  }
  if (u8(transfer[1]) != tag) {
    garbled("expected an answer with tag " + std::to_string(tag) + ", found " + std::to_string(u8(transfer[1])));
  }
  in_tag_ = 0;
  eom_ = (u8(transfer[8]) & 1U) != 0;
  buffer_.assign(transfer.begin() + header_size, transfer.begin() + static_cast<std::ptrdiff_t>(wanted));
  used_ = 0;
  if (buffer_.empty() && eom_) {
    garbled("the box answered with an empty message");
  }
}

std::size_t UsbtmcProtocol::length_of(std::span<const std::byte> transfer) const {
  if (u8(transfer[0]) != request_dev_dep_msg_in || transfer[2] != ~transfer[1]) {
    garbled("expected the header of an answer, found " + printable(text_of(transfer.first(header_size))));
  }
  std::size_t length = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    length |= static_cast<std::size_t>(u8(transfer[4 + i])) << (8 * i);
  }
  return length;
}

void UsbtmcProtocol::clear(WallTime deadline) {
  if (in_tag_ != 0) {
    abort_in(deadline);
  }
  forget();
  std::array<std::byte, 1> status{};
  const auto count = pipes_.control_in(UsbPipes::Recipient::interface, initiate_clear, 0, false, status, deadline);
  if (!count || *count < 1 || u8(status[0]) != status_success) {
    throw LinkError(LinkTrouble::timeout, "the box does not begin to clear", endpoint_,
                    "unplug it and plug it in again, or switch it off and on");
  }
  check_until_done(UsbPipes::Recipient::interface, check_clear_status, deadline);
  pipes_.clear_halt(false);
}

void UsbtmcProtocol::abort_in(WallTime deadline) {
  std::array<std::byte, 2> status{};
  const auto count =
      pipes_.control_in(UsbPipes::Recipient::endpoint, initiate_abort_bulk_in, in_tag_, true, status, deadline);
  if (!count) {
    pipes_.clear_halt(true);  // it stalled: what is left is to open the pipe again
    return;
  }
  if (*count >= 1 && u8(status[0]) == status_success) {
    drain_in(deadline);
    check_until_done(UsbPipes::Recipient::endpoint, check_abort_bulk_in_status, deadline);
  }
  // Any other status: it has no such transfer under way, so there is nothing to abort.
}

// What the box had begun to send, up to its short packet. It may have nothing more: then the pipe falls silent.
void UsbtmcProtocol::drain_in(WallTime deadline) {
  std::vector<std::byte> thrown_away(transfer_size);
  while (WallTime::clock::now() < deadline) {
    try {
      const WallTime silent = std::min(deadline, WallTime::clock::now() + std::chrono::milliseconds(50));
      if (pipes_.bulk_in(thrown_away, silent) % pipes_.packet_size() != 0) {
        return;
      }
    } catch (const LinkError& error) {
      if (error.trouble() != LinkTrouble::timeout) {
        throw;
      }
      return;
    }
  }
}

void UsbtmcProtocol::check_until_done(UsbPipes::Recipient recipient, std::uint8_t request, WallTime deadline) {
  std::array<std::byte, 8> status{};
  while (true) {
    const bool of_endpoint = recipient == UsbPipes::Recipient::endpoint;
    const auto count = pipes_.control_in(recipient, request, 0, of_endpoint, status, deadline);
    if (!count) {
      pipes_.clear_halt(of_endpoint);
      return;
    }
    if (*count < 1 || u8(status[0]) != status_pending) {
      return;
    }
    if (WallTime::clock::now() >= deadline) {
      throw LinkError(LinkTrouble::timeout, "the box does not come to an end with clearing", endpoint_,
                      "unplug it and plug it in again, or switch it off and on");
    }
    if (*count >= 2 && (u8(status[1]) & 1U) != 0) {
      drain_in(deadline);  // it says that there are still bytes to be read
    }
  }
}

}  // namespace rig

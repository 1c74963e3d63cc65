#include "drivers/can/gs_usb_transmit.hpp"

#include <algorithm>

namespace rig::gs_usb {
namespace {

// Controllers with several mailboxes may send in another order, but not by much: a frame so many behind the newest echo
// has lost its own.
constexpr std::uint64_t out_of_order = 16;

}  // namespace

Transmitter::Transmitter(const Adapter& adapter, std::uint8_t channel)
    : channel_(channel), slots_(std::make_unique<std::array<Slot, credits>>()) {
  for (Slot& slot : *slots_) {
    slot.owner = this;
    slot.transfer.reset(libusb_alloc_transfer(0));
    const auto callback = [](libusb_transfer* t) {
      auto& landed = *static_cast<Slot*>(t->user_data);
      landed.owner->landed(landed);
    };
    libusb_fill_bulk_transfer(slot.transfer.get(), adapter.handle(), adapter.out(),
                              reinterpret_cast<unsigned char*>(slot.memory.data()), 0, callback, &slot, 0);
  }
}

Transmitter::~Transmitter() {
  if (flying_ > 0) {
    static_cast<void>(slots_.release());  // the kernel may still write into what was not given back
  }
}

int Transmitter::send(const can::BusFrame& frame, WallTime now) {
  const auto slot = std::ranges::find_if(*slots_, [](const Slot& s) { return s.is_free(); });
  const auto echo = static_cast<std::uint32_t>(slot - slots_->begin());
  const std::size_t size = encode({.echo = echo, .channel = channel_, .frame = frame}, slot->memory);
  slot->transfer->length = static_cast<int>(size);
  const int result = libusb_submit_transfer(slot->transfer.get());
  if (result == 0) {
    slot->flies = slot->waits = true;
    slot->since = now;
    slot->number = ++sent_;
    ++pending_;
    ++flying_;
  }
  return result;
}

void Transmitter::landed(Slot& slot) noexcept {
  slot.flies = false;
  --flying_;
  if (slot.transfer->status != LIBUSB_TRANSFER_COMPLETED) {
    slot.waits = false;  // it never arrived
    if (slot.transfer->status != LIBUSB_TRANSFER_CANCELLED) {
      failure_ = slot.transfer->status;
    }
  }
  release(slot);
}

void Transmitter::release(Slot& slot) noexcept { pending_ -= slot.is_free() ? 1 : 0; }

bool Transmitter::confirm(std::uint32_t echo) noexcept {
  if (echo >= credits || !slots_->at(echo).waits) {
    return false;
  }
  Slot& slot = slots_->at(echo);
  slot.waits = false;
  release(slot);
  give_up_older_than(slot.number);
  return true;
}

void Transmitter::give_up_older_than(std::uint64_t number) noexcept {
  for (Slot& slot : *slots_) {
    if (slot.waits && !slot.flies && slot.number + out_of_order < number) {
      slot.waits = false;
      release(slot);
      ++lost_echoes_;
    }
  }
}

std::optional<WallTime> Transmitter::oldest() const noexcept {
  std::optional<WallTime> out;
  for (const Slot& slot : *slots_) {
    if (!slot.is_free() && (!out || slot.since < *out)) {
      out = slot.since;
    }
  }
  return out;
}

void Transmitter::forget() noexcept {
  for (Slot& slot : *slots_) {
    if (slot.flies) {
      libusb_cancel_transfer(slot.transfer.get());
    }
    if (slot.waits) {
      slot.waits = false;
      release(slot);
    }
  }
}

}  // namespace rig::gs_usb

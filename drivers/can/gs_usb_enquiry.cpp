#include "drivers/can/gs_usb_enquiry.hpp"

#include <algorithm>

namespace rig::gs_usb {
namespace {

using namespace std::chrono_literals;

constexpr auto ask_every = 250ms;
constexpr unsigned answer_within_ms = 1000;
// The adapter samples its clock at the begin of a USB frame.
constexpr auto answer_age = 1ms;

can::BusState state_of(std::uint32_t state) noexcept {
  constexpr std::array states{can::BusState::active, can::BusState::warning, can::BusState::passive,
                              can::BusState::off};
  return state < states.size() ? states.at(state) : can::BusState::active;
}

std::size_t answer_size(Request request) noexcept {
  switch (request) {
    case Request::timestamp:
      return number_size;
    case Request::get_state:
      return state_size;
    default:
      return constants_size;
  }
}

}  // namespace

Enquiry::Enquiry(Adapter& adapter, Channel& channel, std::uint16_t number, can::BusHealth& health, Counters& counters)
    : adapter_(adapter),
      number_(number),
      health_(health),
      counters_(counters),
      transfer_(libusb_alloc_transfer(0)),
      memory_(std::make_unique<std::vector<unsigned char>>(LIBUSB_CONTROL_SETUP_SIZE + constants_size)),
      has_clock_(channel.is_stamped()),
      has_state_(channel.constants().can(feature::get_state)) {
  counters_.uncertainty.store(-1, std::memory_order_relaxed);
  const WallTime asked = WallTime::clock::now();
  if (const auto stamp = has_clock_ ? channel.stamp() : std::nullopt) {
    sync(*stamp, asked, WallTime::clock::now());
  }
}

Enquiry::~Enquiry() {
  if (flies_) {  // the kernel may still write into what was not given back
    static_cast<void>(transfer_.release());
    static_cast<void>(memory_.release());
  }
}

Request Enquiry::next() const noexcept {
  if (has_clock_ && (request_ != Request::timestamp || !has_state_)) {
    return Request::timestamp;
  }
  return has_state_ ? Request::get_state : Request::constants;
}

void Enquiry::turn(WallTime now) {
  if (flies_ || lost_ != 0 || now < next_at_) {
    return;
  }
  next_at_ = now + ask_every;
  request_ = next();
  libusb_fill_control_setup(memory_->data(), vendor_interface | to_host, static_cast<std::uint8_t>(request_), number_,
                            adapter_.interface_number(), static_cast<std::uint16_t>(answer_size(request_)));
  const auto callback = [](libusb_transfer* t) { static_cast<Enquiry*>(t->user_data)->answered(); };
  libusb_fill_control_transfer(transfer_.get(), adapter_.handle(), memory_->data(), callback, this, answer_within_ms);
  asked_at_ = now;
  lost_ = libusb_submit_transfer(transfer_.get());
  flies_ = lost_ == 0;
}

void Enquiry::cancel() noexcept {
  if (flies_) {
    libusb_cancel_transfer(transfer_.get());
  }
}

void Enquiry::answered() noexcept {
  flies_ = false;
  switch (transfer_->status) {
    case LIBUSB_TRANSFER_COMPLETED:
      digest(std::as_bytes(std::span(libusb_control_transfer_get_data(transfer_.get()),
                                     static_cast<std::size_t>(std::max(transfer_->actual_length, 0)))));
      break;
    case LIBUSB_TRANSFER_STALL:
      has_state_ = false;  // it said that it can and cannot; asked for something that all can
      break;
    case LIBUSB_TRANSFER_TIMED_OUT:
      lost_ = LIBUSB_ERROR_TIMEOUT;
      break;
    case LIBUSB_TRANSFER_NO_DEVICE:
      lost_ = LIBUSB_ERROR_NO_DEVICE;
      break;
    default:
      break;
  }
}

void Enquiry::digest(std::span<const std::byte> bytes) noexcept {
  if (const auto stamp = decode_number(bytes); stamp && request_ == Request::timestamp) {
    sync(*stamp, asked_at_, WallTime::clock::now());
  }
  if (const auto state = decode_state(bytes); state && request_ == Request::get_state) {
    health_.set_state(state_of(state->state));
    health_.set_counters(state->receive_errors, state->transmit_errors);
  }
}

void Enquiry::sync(std::uint32_t stamp, WallTime asked, WallTime answered) noexcept {
  clock_.sync(stamp, asked, answered, answer_age);
  counters_.uncertainty.store(clock_.uncertainty().count(), std::memory_order_relaxed);
}

}  // namespace rig::gs_usb

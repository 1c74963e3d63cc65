#include "drivers/can/gs_usb_session.hpp"

#include <algorithm>

namespace rig::gs_usb {
namespace {

using namespace std::chrono_literals;

// As many as Linux has: a full bus at 1 Mbit/s fills them in 3 ms.
constexpr std::size_t reads_in_flight = 32;
constexpr auto longest_wait = 50ms;
// While the adapter has something to say the thread looks by itself after so long, and the loop need not wake it: a
// wake across cores costs the loop more than everything else that it does with a full bus. What is sent waits for that
// long.
constexpr auto doze = 1ms;
constexpr auto unconfirmed_after = 1s;
// Firmware restarts a controller that is bus-off after 100 ms; one that has not by then does not.
constexpr auto restart_after = 500ms;
// All credits out for so long while the bus is alive: their echoes are lost.
constexpr auto stuck_after = 2s;
// The keep-alive is sent once a second: what waited longer than that would be a burst of old news.
constexpr auto send_within = 1s;
// Echoes and frames of before a restart arrive within that.
constexpr auto settle_for = 10ms;
constexpr int most_errors_in_a_row = 16;

WallTime now() noexcept { return WallTime::clock::now(); }

std::span<const std::byte> bytes_of(const unsigned char* data, int length) {
  return std::as_bytes(std::span(data, static_cast<std::size_t>(std::max(length, 0))));
}

}  // namespace

Session::Session(Adapter& adapter, const Settings& settings, can::FrameExchange& exchange, can::BusHealth& health,
                 const Timeline& timeline, Counters& counters)
    : adapter_(adapter),
      settings_(settings),
      exchange_(exchange),
      health_(health),
      timeline_(timeline),
      counters_(counters),
      channel_(adapter, settings),
      stamped_(channel_.is_stamped()),
      waiting_(exchange.wake_descriptor()) {
  try {
    set_up();
  } catch (...) {
    stop();
    throw;
  }
}

Session::~Session() { stop(); }

// ------------------------------------------------------------------------------------------------- begin and end

void Session::set_up() {
  health_.restart_listening();
  submit_reads();
  transmitter_ = std::make_unique<Transmitter>(adapter_, static_cast<std::uint8_t>(settings_.channel));
  enquiry_ = std::make_unique<Enquiry>(adapter_, channel_, settings_.channel, health_, counters_);
  channel_.start();
  const libusb_pollfd** descriptors = libusb_get_pollfds(adapter_.context());
  for (const libusb_pollfd** d = descriptors; d != nullptr && *d != nullptr; ++d) {
    waiting_.add((*d)->fd, static_cast<std::uint32_t>((*d)->events));
  }
  libusb_free_pollfds(descriptors);
  libusb_keeps_time_ = libusb_pollfds_handle_timeouts(adapter_.context()) != 0;
}

void Session::stop() noexcept {
  stopping_ = true;
  try {
    channel_.stop();
  } catch (const std::exception&) {
    // An adapter that is gone has no channel left to stop.
  }
  for (const Read& read : *reads_) {
    libusb_cancel_transfer(read.transfer.get());
  }
  if (enquiry_) {
    enquiry_->cancel();
  }
  if (transmitter_) {
    transmitter_->forget();
  }
  const WallTime until = now() + 1s;
  const auto flies = [&] {
    return flying_ > 0 || (transmitter_ && transmitter_->flying() > 0) || (enquiry_ && enquiry_->is_flying());
  };
  while (now() < until && flies()) {
    handle_events(10ms);
  }
  if (flying_ > 0) {  // the kernel may still write into what was not given back
    static_cast<void>(reads_.release());
  }
}

// ----------------------------------------------------------------------------------------------------- what arrives

void Session::submit_reads() {
  reads_->resize(reads_in_flight);
  const auto callback = [](libusb_transfer* t) { static_cast<Session*>(t->user_data)->on_read(*t); };
  for (Read& read : *reads_) {
    read.memory.resize(adapter_.in_size());
    read.transfer.reset(libusb_alloc_transfer(0));
    libusb_fill_bulk_transfer(read.transfer.get(), adapter_.handle(), adapter_.in(), read.memory.data(),
                              static_cast<int>(read.memory.size()), callback, this, 0);
    usb::check(libusb_submit_transfer(read.transfer.get()), "listening to the adapter", adapter_.endpoint());
    ++flying_;
  }
}

void Session::on_read(libusb_transfer& transfer) {
  --flying_;
  switch (transfer.status) {
    case LIBUSB_TRANSFER_COMPLETED:
      errors_in_a_row_ = 0;
      take(bytes_of(transfer.buffer, transfer.actual_length), now());
      again(transfer);
      break;
    case LIBUSB_TRANSFER_CANCELLED:
      break;
    case LIBUSB_TRANSFER_NO_DEVICE:
      lose(LIBUSB_ERROR_NO_DEVICE, "listening to the adapter");
      break;
    case LIBUSB_TRANSFER_STALL:
      halted_ = true;  // the others come back too; all are submitted anew when the pipe is cleared
      break;
    default:
      count_garbled();
      if (++errors_in_a_row_ > most_errors_in_a_row) {
        lose(LIBUSB_ERROR_IO, "listening to the adapter");
      } else {
        again(transfer);
      }
  }
}

void Session::again(libusb_transfer& transfer) {
  if (stopping_) {
    return;
  }
  if (const int result = libusb_submit_transfer(&transfer); result != 0) {
    lose(result, "listening to the adapter");
  } else {
    ++flying_;
  }
}

void Session::take(std::span<const std::byte> bytes, WallTime arrival) noexcept {
  auto host = decode_frame(bytes, stamped_);
  if (!host) {
    count_garbled();
    return;
  }
  if (host->channel != settings_.channel) {
    return;
  }
  if (host->echo != received) {
    if (transmitter_ && transmitter_->confirm(host->echo)) {
      health_.confirmed();
    }
    return;
  }
  if (host->overflow) {
    health_.lost_in_adapter();
  }
  if (host->frame.error) {
    health_.error_frame(host->frame);
    return;
  }
  health_.heard(arrival);
  last_heard_ = arrival;
  host->frame.time = timeline_.at(stamped_ ? enquiry_->clock().at(host->stamp, arrival).time : arrival);
  exchange_.arrived(host->frame);
}

void Session::lose(int result, const char* doing) {
  if (!lost_ && !stopping_) {
    lost_ = usb::error_of(result, doing, adapter_.endpoint());
  }
}

// ------------------------------------------------------------------------------------------------------- the thread

void Session::turn() {
  if (wait()) {
    handle_events(0ms);
  }
  const WallTime moment = now();
  say(moment);
  look_after(moment);
  if (lost_) {
    throw LinkError(*lost_);
  }
}

bool Session::wait() noexcept {
  if (busy_) {
    busy_ = waiting_.wait(static_cast<int>(doze.count())) == can::WaitSet::Reason::ready;
    return true;
  }
  const bool idle = exchange_.may_sleep() || !transmitter_->has_room();
  const auto reason = waiting_.wait(idle ? static_cast<int>(longest_wait.count()) : 0);
  exchange_.slept();
  busy_ = reason == can::WaitSet::Reason::ready;
  return reason != can::WaitSet::Reason::woken || !libusb_keeps_time_;
}

void Session::handle_events(std::chrono::milliseconds how_long) noexcept {
  timeval time{.tv_sec = 0, .tv_usec = std::chrono::microseconds(how_long).count()};
  libusb_handle_events_timeout_completed(adapter_.context(), &time, nullptr);
}

void Session::say(WallTime moment) {
  can::BusFrame frame;
  while (transmitter_->has_room() && exchange_.next(frame)) {
    if (settings_.listen_only || (frame.fd && !settings_.data_bitrate)) {
      exchange_.cannot_send();
    } else if (moment - timeline_.wall(frame.time) > send_within) {
      exchange_.too_late();
    } else if (const int result = transmitter_->send(frame, moment); result != 0) {
      lose(result, "sending over the adapter");
      return;
    }
  }
}

void Session::look_after(WallTime moment) {
  if (const auto failure = transmitter_->failure()) {
    count_garbled();
    halted_ = halted_ || *failure == LIBUSB_TRANSFER_STALL;
    if (*failure == LIBUSB_TRANSFER_NO_DEVICE) {
      lose(LIBUSB_ERROR_NO_DEVICE, "sending over the adapter");
    }
  }
  if (halted_) {
    clear_halts();
  }
  const auto oldest = transmitter_->oldest();
  if (oldest && moment - *oldest > unconfirmed_after) {
    health_.unconfirmed();
  }
  const bool stuck = oldest && !transmitter_->has_room() && moment - *oldest > stuck_after;
  const bool alive = moment - last_heard_ < unconfirmed_after;
  if (health_.state() != can::BusState::off) {
    off_since_.reset();
  } else if (!off_since_) {
    off_since_ = moment;
  }
  if ((off_since_ && moment - *off_since_ > restart_after) || (stuck && alive)) {
    restart_channel();
  }
  enquiry_->turn(moment);
  if (enquiry_->lost() != 0) {
    lose(enquiry_->lost(), "the adapter has stopped answering");
  }
}

// A halted pipe gives its transfers back one by one; when all of them are here they are submitted anew.
void Session::clear_halts() {
  halted_ = false;
  libusb_clear_halt(adapter_.handle(), adapter_.out());
  libusb_clear_halt(adapter_.handle(), adapter_.in());
  if (++errors_in_a_row_ > most_errors_in_a_row) {
    lose(LIBUSB_ERROR_PIPE, "listening to the adapter");
    return;
  }
  for (const Read& read : *reads_) {
    if (const int result = libusb_submit_transfer(read.transfer.get()); result == 0) {
      ++flying_;
    } else if (result != LIBUSB_ERROR_BUSY) {  // busy: it is under way
      lose(result, "listening to the adapter");
    }
  }
}

// What the adapter still held is gone with it, and its echoes too.
void Session::restart_channel() {
  channel_.stop();
  transmitter_->forget();
  const WallTime until = now() + settle_for;
  while (now() < until) {
    handle_events(1ms);
  }
  channel_.start();
  health_.restarted();
  counters_.restarts.fetch_add(1, std::memory_order_relaxed);
  off_since_.reset();
}

}  // namespace rig::gs_usb

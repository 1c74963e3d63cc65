#pragma once
#include <libusb.h>

#include <algorithm>
#include <deque>

#include "tests/usb/full_bus.hpp"

namespace rig::testing::usb {

// The least that a client has to do: 32 reads, ten writes, one thread.
class Minimal {
 public:
  explicit Minimal(Result& out) : out_(out) {
    libusb_init(&context_);
    handle_ = libusb_open_device_with_vid_pid(context_, 0x1D50, 0x606F);
    libusb_claim_interface(handle_, 0);
    std::array<std::uint32_t, 5> timing{5, 6, 4, 1, 3};  // 1 Mbit/s of 48 MHz
    tell(1, timing.data(), sizeof timing);
    std::array<std::uint32_t, 2> start{1, 0x10};
    tell(2, start.data(), sizeof start);
    for (auto& [transfer, memory] : reads_) {
      transfer = libusb_alloc_transfer(0);
      libusb_fill_bulk_transfer(transfer, handle_, 0x81, memory.data(), static_cast<int>(memory.size()), &on_read, this,
                                0);
      libusb_submit_transfer(transfer);
    }
    for (auto& [transfer, memory] : writes_) {
      transfer = libusb_alloc_transfer(0);
      libusb_fill_bulk_transfer(transfer, handle_, 0x02, memory.data(), 20, &on_write, this, 0);
      free_.push_back(transfer);
    }
  }
  Minimal(const Minimal&) = delete;
  Minimal& operator=(const Minimal&) = delete;
  ~Minimal() {
    stopping_ = true;
    for (auto& [transfer, memory] : reads_) {
      libusb_cancel_transfer(transfer);
    }
    while (back_ < reads_.size()) {
      handle_events(1000);
    }
    for (auto& [transfer, memory] : reads_) {
      libusb_free_transfer(transfer);
    }
    for (auto& [transfer, memory] : writes_) {
      libusb_free_transfer(transfer);
    }
    libusb_close(handle_);
    libusb_exit(context_);
  }
  void queue(std::uint32_t number) {
    waiting_.push_back(number);
    send();
  }
  void handle_events(long microseconds) {
    timeval wait{.tv_sec = 0, .tv_usec = microseconds};
    libusb_handle_events_timeout_completed(context_, &wait, nullptr);
  }

 private:
  struct Pipe {
    libusb_transfer* transfer = nullptr;
    std::array<unsigned char, 128> memory{};
  };
  void tell(std::uint8_t request, void* data, std::size_t size) {
    libusb_control_transfer(handle_, 0x41, request, 0, 0, static_cast<unsigned char*>(data),
                            static_cast<std::uint16_t>(size), 1000);
  }
  void send() {
    while (!waiting_.empty() && !free_.empty() && credits_ > 0) {
      libusb_transfer* const transfer = free_.back();
      free_.pop_back();
      --credits_;
      const std::array<std::uint32_t, 5> words{0, 0x305, data_size, waiting_.front(), 0};
      waiting_.pop_front();
      std::memcpy(transfer->buffer, words.data(), sizeof words);
      libusb_submit_transfer(transfer);
    }
  }
  static void on_write(libusb_transfer* transfer) {
    static_cast<Minimal*>(transfer->user_data)->free_.push_back(transfer);
  }
  static void on_read(libusb_transfer* transfer) {
    auto& self = *static_cast<Minimal*>(transfer->user_data);
    if (transfer->status != LIBUSB_TRANSFER_COMPLETED || self.stopping_) {
      ++self.back_;
      return;
    }
    const auto echo = words_of(transfer->buffer)[0];
    if (echo == 0xFFFFFFFF) {
      self.out_.heard.take(words_of(transfer->buffer + 12)[0]);
    } else {
      ++self.credits_;
    }
    libusb_submit_transfer(transfer);
    self.send();
  }
  Result& out_;
  libusb_context* context_ = nullptr;
  libusb_device_handle* handle_ = nullptr;
  std::array<Pipe, 32> reads_{};
  std::array<Pipe, 10> writes_{};
  std::vector<libusb_transfer*> free_;
  std::deque<std::uint32_t> waiting_;
  int credits_ = 10;
  std::size_t back_ = 0;
  bool stopping_ = false;
};

}  // namespace rig::testing::usb

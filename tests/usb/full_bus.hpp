#pragma once
#include <array>
#include <atomic>
#include <chrono>
#include <cstring>
#include <ctime>
#include <memory>
#include <thread>
#include <vector>

#include "rig/core/thread_priority.hpp"
#include "tests/usb/candle.hpp"

namespace rig::testing::usb {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

// 125 bits a frame of eight bytes: 8000 frames a second fill 1 Mbit/s. Half of them are ours.
constexpr unsigned frames_per_ms = 4;
constexpr std::uint32_t data_size = 8;

inline double cpu_seconds(clockid_t clock) {
  timespec t{};
  ::clock_gettime(clock, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

// The pack's half of the bus: a number in each frame, and when it was sent (us).
class Pack {
 public:
  Pack(Testbed& usb, Candle& adapter, unsigned milliseconds)
      : thread_([this, &usb, &adapter, milliseconds] {
          prefer_this_thread(ThreadPriority::box, false);  // a bus does not wait for builds
          auto next = Clock::now();
          for (unsigned ms = 0; ms < milliseconds; ++ms) {
            usb.with([&] {
              for (unsigned i = 0; i < frames_per_ms; ++i) {
                Bytes data(data_size, 0);
                const std::array<std::uint32_t, 2> words{sent_, Candle::now_us()};
                sent_at_.at(sent_++ % remembered) = words[1];
                std::memcpy(data.data(), words.data(), data_size);
                adapter.hear({.id = 0x351, .data = std::move(data)});
              }
            });
            std::this_thread::sleep_until(next += 1ms);
          }
          cpu_ = cpu_seconds(CLOCK_THREAD_CPUTIME_ID);
        }) {}
  Pack(const Pack&) = delete;
  Pack& operator=(const Pack&) = delete;
  ~Pack() { join(); }
  void join() {
    if (thread_.joinable()) {
      thread_.join();
    }
  }
  [[nodiscard]] double cpu() const { return cpu_; }
  [[nodiscard]] std::uint32_t sent() const { return sent_; }
  // When the last frame with these lower 16 bits of its number was sent (us).
  [[nodiscard]] std::uint32_t sent_at(std::uint16_t number) const { return sent_at_.at(number).load(); }

 private:
  static constexpr std::size_t remembered = 65536;
  std::vector<std::atomic<std::uint32_t>> sent_at_ = std::vector<std::atomic<std::uint32_t>>(remembered);
  std::uint32_t sent_ = 0;
  double cpu_ = 0;
  std::thread thread_;
};

// Numbers have to come one after the other.
struct Order {
  std::uint32_t next = 0, lost = 0, reordered = 0;
  void take(std::uint32_t number) {
    if (number < next) {
      ++reordered;
    } else {
      lost += number - next;
      next = number + 1;
    }
  }
};

struct Result {
  double cpu = 0;  // seconds for each second of the turn, without the emulation
  double emulation = 0;
  Order heard, sent;
  std::vector<double> latency;       // from the bus to the row of the loop, us
  std::vector<double> send_latency;  // from the tick that sends to the bus, us
};

inline std::array<std::uint32_t, 2> words_of(const std::uint8_t* data) {
  std::array<std::uint32_t, 2> out{};
  std::memcpy(out.data(), data, data_size);
  return out;
}

// Runs a client for so many milliseconds, between a pack and an adapter, and takes its CPU time.
template <class Client>
Result run(unsigned milliseconds, const Client& client) {
  Testbed usb;
  const auto adapter = std::make_shared<Candle>();
  adapter->bus_bitrate = 1'000'000;
  Result out;
  out.latency.reserve(std::size_t{milliseconds} * frames_per_ms);
  out.send_latency.reserve(std::size_t{milliseconds} * frames_per_ms);
  adapter->on_sent = [&](const BusFrame& frame) {
    const auto [number, queued_at] = words_of(frame.data.data());
    out.sent.take(number);
    out.send_latency.push_back(Candle::now_us() - queued_at);
    adapter->sent.clear();
  };
  usb.plug(adapter);
  // A thread of its own: it takes a priority.
  std::thread([&] { client(usb, *adapter, milliseconds, out); }).join();
  return out;
}

class Stopwatch {
 public:
  Stopwatch() : cpu_(cpu_seconds(CLOCK_PROCESS_CPUTIME_ID)), emulation_(Testbed::time_in_emulation()) {}
  void take(Result& out, const Pack& pack, unsigned milliseconds) const {
    const double seconds = milliseconds * 1e-3;
    out.emulation = (Testbed::time_in_emulation() - emulation_) / seconds;
    out.cpu = (cpu_seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu_ - pack.cpu()) / seconds - out.emulation;
  }

 private:
  double cpu_, emulation_;
};

}  // namespace rig::testing::usb

#include "tests/usb/candle.hpp"

#include <algorithm>
#include <cerrno>

namespace rig::testing::usb {
namespace {

constexpr std::uint8_t pipe_in = 0x81, pipe_out = 0x02;
constexpr std::uint32_t from_bus = 0xFFFFFFFF, error_bit = 1U << 29U;
constexpr std::uint32_t bit_listen_only = 1, bit_loop_back = 2, bit_stamps = 0x10, bit_fd = 0x100, bit_extended = 0x400,
                        bit_termination = 0x800, bit_state = 0x2000;
enum : std::uint8_t {
  host_format = 0,
  bit_timing = 1,
  mode_request = 2,
  constants = 4,
  device_config = 5,
  timestamp = 6,
  data_bit_timing = 10,
  constants_extended = 11,
  set_termination = 12,
  get_termination = 13,
  get_state = 14
};

void put(Bytes& out, std::uint32_t value) {
  for (unsigned shift = 0; shift < 32; shift += 8) {
    out.push_back(static_cast<std::uint8_t>(value >> shift));
  }
}
Bytes words(std::initializer_list<std::uint32_t> values) {
  Bytes out;
  for (const std::uint32_t value : values) {
    put(out, value);
  }
  return out;
}
std::uint32_t word(std::span<const std::uint8_t> bytes, std::size_t at) {
  return bytes[at] | static_cast<std::uint32_t>(bytes[at + 1]) << 8U |
         static_cast<std::uint32_t>(bytes[at + 2]) << 16U | static_cast<std::uint32_t>(bytes[at + 3]) << 24U;
}
std::array<std::uint32_t, 5> five(std::span<const std::uint8_t> bytes) {
  return {word(bytes, 0), word(bytes, 4), word(bytes, 8), word(bytes, 12), word(bytes, 16)};
}

constexpr std::array<std::uint8_t, 16> fd_bytes{0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 20, 24, 32, 48, 64};

}  // namespace

std::uint32_t Candle::now_us() {
  return static_cast<std::uint32_t>(
      std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now().time_since_epoch())
          .count());
}

Bytes Candle::descriptors() const {
  const auto low = [](std::uint16_t v) { return static_cast<std::uint8_t>(v & 0xFFU); };
  const auto high = [](std::uint16_t v) { return static_cast<std::uint8_t>(v >> 8U); };
  Bytes out{18, 1, 0x00, 0x02, 0, 0, 0, 64, low(vendor), high(vendor), low(product), high(product), 0, 0, 1, 2, 3, 1};
  const std::uint8_t pipes = has_bulk_pipes ? 2 : 0;
  Bytes config{9, 2, 0, 0, 2, 1, 4, 0x80, 75};
  append(config, {9, 4, 0, 0, pipes, 0xFF, 0xFF, 0xFF, 5});
  if (has_bulk_pipes) {
    append(config, {7, 5, pipe_in, 2, 32, 0, 0});
    append(config, {7, 5, pipe_out, 2, 32, 0, 0});
  }
  append(config, {9, 4, 1, 0, 0, 0xFE, 1, 1, 6});  // its firmware can be renewed
  config[2] = static_cast<std::uint8_t>(config.size());
  append(out, config);
  return out;
}

std::string Candle::string(std::uint8_t index) const {
  return index == 1 ? "bytewerk" : index == 2 ? "candleLight USB to CAN adapter" : index == 3 ? serial : "gs_usb";
}

std::uint32_t Candle::bitrate() const {
  if (timings.empty()) {
    return 0;
  }
  const auto& [propagation, phase1, phase2, jump, prescaler] = timings.back();
  return clock_hz / prescaler / (1 + propagation + phase1 + phase2);
}

Answer Candle::control(const Setup& setup, std::span<const std::uint8_t> data) {
  if (silent) {
    return Answer::silence();
  }
  if ((setup.type & 0x60U) != 0x40) {
    return Answer::stall();  // only requests of the maker
  }
  if ((setup.type & 0x80U) != 0) {
    return ask(setup);
  }
  switch (setup.request) {
    case host_format:
      return {};
    case bit_timing:
      timings.push_back(five(data));
      return {};
    case data_bit_timing:
      data_timings.push_back(five(data));
      return fd_controller ? Answer{} : Answer::stall();
    case mode_request:
      return set_mode(data);
    case set_termination:
      termination = word(data, 0);
      return (features & bit_termination) != 0 ? Answer{} : Answer::stall();
    default:
      return Answer::stall();
  }
}

Answer Candle::set_mode(std::span<const std::uint8_t> data) {
  const Start start{word(data, 0), word(data, 4)};
  modes.push_back(start);
  running_ = start.mode == 1;
  flags_ = running_ ? start.flags : 0;
  state_ = transmit_errors_ = receive_errors_ = 0;
  stuck_ = 0;
  to_host_.clear();
  return {};
}

Answer Candle::ask(const Setup& setup) const {
  const Bytes limits = fd_controller ? words({1, 256, 1, 128, 128, 1, 512, 1}) : words({1, 16, 1, 8, 4, 1, 1024, 1});
  const auto with = [&](Bytes head, const Bytes& more) {
    append(head, more);
    return head;
  };
  if (setup.value >= channels && setup.request != device_config) {
    return Answer::stall();
  }
  switch (setup.request) {
    case device_config:
      return {Answer::Kind::done, with(words({(channels - 1) << 24U}), words({2, 1}))};
    case constants:
      return stalls_constants ? Answer::stall() : Answer{Answer::Kind::done, with(words({features, clock_hz}), limits)};
    case constants_extended:
      return (features & bit_extended) == 0 ? Answer::stall()
                                            : Answer{Answer::Kind::done, with(with(words({features, clock_hz}), limits),
                                                                              words({1, 32, 1, 16, 16, 1, 32, 1}))};
    case timestamp:
      return {Answer::Kind::done, words({now_us() + stamp_offset})};
    case get_state:
      return (features & bit_state) == 0
                 ? Answer::stall()
                 : Answer{Answer::Kind::done, words({state_, receive_errors_, transmit_errors_})};
    case get_termination:
      return (features & bit_termination) == 0 ? Answer::stall() : Answer{Answer::Kind::done, words({termination})};
    default:
      return Answer::stall();
  }
}

// A frame for the host, in one transfer: its echo id says whose it is.
void Candle::say(std::uint32_t echo, const BusFrame& frame) {
  if (to_host_.size() >= memory) {
    ++dropped;
    return;
  }
  Bytes out = words({echo, frame.id});
  std::size_t code = 0;
  while (code < 15 && fd_bytes.at(code) < frame.data.size()) {
    ++code;
  }
  const unsigned flags = (frame.fd ? 2U : 0U) | (frame.bit_rate_switch ? 4U : 0U);
  append(out, {static_cast<std::uint8_t>(code), 0, static_cast<std::uint8_t>(flags), 0});
  append(out, frame.data);
  out.resize(12 + (frame.fd ? 64 : 8));
  if ((flags_ & bit_stamps) != 0) {
    put(out, now_us() + stamp_offset);
  }
  to_host_.push_back({std::move(out), 0});
}

void Candle::hear(const BusFrame& frame) {
  if (!running_ || state_ == 3 || (frame.fd && (flags_ & bit_fd) == 0)) {
    return;
  }
  if (bitrate() != bus_bitrate) {  // bits at the wrong places
    receive_errors_ = std::min<std::uint32_t>(receive_errors_ + 8, 135);
    disturb(0x88, 0, 0x04, 0);
    return;
  }
  receive_errors_ = 0;
  say(from_bus, frame);
}

void Candle::disturb(std::uint32_t classes, std::uint8_t status, std::uint8_t type, std::uint8_t place) {
  say(from_bus, {.id = error_bit | classes,
                 .data = {0, status, type, place, 0, 0, static_cast<std::uint8_t>(transmit_errors_),
                          static_cast<std::uint8_t>(receive_errors_)}});
}

void Candle::go_bus_off() {
  state_ = 3;
  transmit_errors_ = 256;
  disturb(0x40, 0, 0, 0);
  if (restarts_itself) {
    state_ = transmit_errors_ = 0;
    disturb(0x100, 0, 0, 0);
  }
}

void Candle::find_partner() {
  partner = true;
  stuck_ = 0;
  state_ = transmit_errors_ = 0;
  disturb(0x04, 0x40, 0, 0);
}

void Candle::transmit(std::uint32_t echo, const BusFrame& frame) {
  if ((flags_ & bit_loop_back) != 0) {
    say(echo, frame);
    say(from_bus, frame);
    return;
  }
  if (bitrate() != bus_bitrate) {  // the others answer with error flags
    say(echo, frame);
    go_bus_off();
    return;
  }
  // Confirmed when a mailbox has taken it over, which says nothing about the bus.
  if (!loses_echoes) {
    say(echo, frame);
  }
  if (!partner) {
    ++stuck_;
    if (transmit_errors_ == 0) {
      state_ = 2;
      transmit_errors_ = 128;
      disturb(0x24, 0x20, 0, 0x19);
    }
    return;
  }
  sent.push_back(frame);
  if (on_sent) {
    on_sent(frame);
  }
}

void Candle::reset() {
  ++resets;
  silent = silent && !wakes_on_reset;
  running_ = false;
  to_host_.clear();
}

bool Candle::bulk_out(std::uint8_t, std::span<const std::uint8_t> bytes) {
  if (silent) {
    return false;
  }
  if (bytes.size() < 20 || !running_ || (flags_ & bit_listen_only) != 0) {
    return true;  // dropped without a word
  }
  if (stuck_ >= mailboxes || to_host_.size() + 2 > memory || keeps_mailboxes || state_ == 3) {
    return false;
  }
  BusFrame frame{.id = word(bytes, 4), .fd = (bytes[10] & 2U) != 0, .bit_rate_switch = (bytes[10] & 4U) != 0};
  const std::size_t size = fd_bytes.at(frame.fd ? bytes[8] & 15U : std::min(bytes[8] & 15, 8));
  append(frame.data, bytes.subspan(12, size));
  transmit(word(bytes, 0), frame);
  return true;
}

std::optional<Arrival> Candle::bulk_in(std::uint8_t) {
  if (silent || to_host_.empty()) {
    return std::nullopt;
  }
  Arrival arrival = std::move(to_host_.front());
  to_host_.pop_front();
  return arrival;
}

}  // namespace rig::testing::usb

#include "drivers/can/bus_health.hpp"

namespace rig::can {
namespace {

using namespace std::chrono_literals;

// A pack that is awake is heard once a second.
constexpr WallTime::duration quiet_after = 2s;
constexpr std::uint8_t overflow_bits = 0x03, warning_bits = 0x0C, active_bit = 0x40;
constexpr std::uint8_t receive_passive_bit = 0x10, transmit_passive_bit = 0x20;
constexpr std::uint8_t passive_bits = receive_passive_bit | transmit_passive_bit;
constexpr unsigned warning_from = 96, passive_from = 128;  // errors counted, ISO 11898-1
constexpr std::uint8_t location_acknowledge = 0x19, location_acknowledge_delimiter = 0x1B;
// So many protocol errors and no frame: not a single disturbance.
constexpr std::uint64_t many_errors = 3;

void add(std::string& out, const std::string& text) { out += (out.empty() ? "" : "; ") + text; }

}  // namespace

void BusHealth::heard(WallTime now) noexcept {
  heard_at_.store(ticks(now), relaxed);
  if (protocol_errors_.load(relaxed) != 0) {
    protocol_errors_.store(0, relaxed);
  }
  if (unacknowledged_.load(relaxed)) {
    unacknowledged_.store(false, relaxed);  // whoever speaks acknowledges too
  }
}

void BusHealth::restart_listening() noexcept {
  state_.store(BusState::active, relaxed);
  for (auto* sign : {&unacknowledged_, &unconfirmed_, &receive_passive_, &transmit_passive_}) {
    sign->store(false, relaxed);
  }
  protocol_errors_.store(0, relaxed);
  receive_errors_.store(-1, relaxed);
  transmit_errors_.store(-1, relaxed);
}

void BusHealth::set_counters(unsigned receive_errors, unsigned transmit_errors) noexcept {
  receive_errors_.store(static_cast<int>(receive_errors), relaxed);
  transmit_errors_.store(static_cast<int>(transmit_errors), relaxed);
  note_passive(receive_errors, transmit_errors);
}

void BusHealth::note_passive(unsigned receive_errors, unsigned transmit_errors) noexcept {
  receive_passive_.store(receive_errors >= passive_from, relaxed);
  transmit_passive_.store(transmit_errors >= passive_from, relaxed);
  if (transmit_errors < warning_from) {
    unacknowledged_.store(false, relaxed);
  }
}

void BusHealth::set_state(BusState state) noexcept {
  if (state_.exchange(state, relaxed) != BusState::off && state == BusState::off) {
    times_off_.fetch_add(1, relaxed);
  }
}

void BusHealth::controller(std::uint8_t status) noexcept {
  if ((status & overflow_bits) != 0) {
    lost_in_adapter();
  }
  if ((status & passive_bits) != 0) {
    set_state(BusState::passive);
    receive_passive_.store((status & receive_passive_bit) != 0, relaxed);
    transmit_passive_.store((status & transmit_passive_bit) != 0, relaxed);
  } else if ((status & warning_bits) != 0) {
    set_state(BusState::warning);
  } else if ((status & active_bit) != 0) {
    set_state(BusState::active);
    note_passive(0, 0);
  }
}

void BusHealth::error_frame(const BusFrame& frame) noexcept {
  error_frames_.fetch_add(1, relaxed);
  const auto is = [&](std::uint32_t classes) { return (frame.id & classes) != 0; };
  if (is(error_class::controller)) {
    controller(frame.data[1]);
  }
  const std::uint8_t location = frame.data[3];
  const bool at_acknowledge =
      is(error_class::protocol) && (location == location_acknowledge || location == location_acknowledge_delimiter);
  if (is(error_class::no_acknowledge) || at_acknowledge) {
    unacknowledged_.store(true, relaxed);
  } else if (is(error_class::protocol | error_class::bus_error)) {
    protocol_errors_.fetch_add(1, relaxed);
  }
  if (is(error_class::restarted)) {
    set_state(BusState::active);
    note_passive(0, 0);
  }
  if (is(error_class::bus_off)) {
    set_state(BusState::off);
  }
  if (is(error_class::counters)) {
    transmit_errors_.store(frame.data[6], relaxed);
    receive_errors_.store(frame.data[7], relaxed);
  }
}

// Why nothing works on a bus: nothing is heard, or nobody confirms.
std::string BusHealth::silence(WallTime now, std::uint32_t bitrate) const {
  const std::int64_t heard = heard_at_.load(relaxed);
  const bool never = heard == 0;
  const bool lately = !never && ticks(now) - heard < std::chrono::nanoseconds(quiet_after).count();
  if (never && (protocol_errors_.load(relaxed) >= many_errors || receive_passive_.load(relaxed))) {
    return "nothing but error frames from the bus, and not one good frame: has the bus another bit rate than " +
           (bitrate == 0 ? std::string("the interface is set to") : std::to_string(bitrate) + " bit/s") +
           ", or are CAN-H and CAN-L swapped?";
  }
  const bool alone = unacknowledged_.load(relaxed) || unconfirmed_.load(relaxed) || transmit_passive_.load(relaxed);
  if (alone && (never || lately)) {
    return "nobody acknowledges what is sent: is the pack on and connected, and is the bus terminated at both ends?";
  }
  return {};
}

std::string BusHealth::trouble(WallTime now, std::uint32_t bitrate) const {
  std::string out = silence(now, bitrate);
  if (state() == BusState::off) {
    add(out, "the adapter is bus-off and takes no part");
  }
  if (const std::uint64_t times = times_off(); times > 0) {
    add(out, std::to_string(times) +
                 " times the adapter went bus-off: are CAN-H and CAN-L shorted, or is the bit rate wrong?");
  }
  if (const std::uint64_t count = overflows_.load(relaxed); count > 0) {
    add(out, std::to_string(count) + " times the adapter lost frames because it was not read fast enough");
  }
  return out;
}

}  // namespace rig::can

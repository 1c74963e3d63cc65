#include <algorithm>
#include <array>
#include <charconv>
#include <deque>

#include "drivers/sim/wire_world.hpp"
#include "rig/core/error.hpp"

namespace rig::sim {
namespace {

constexpr char ok = '\r';
constexpr char bell = '\a';
constexpr std::size_t queue_length = 256;  // frames that an adapter keeps for a host that does not read

char hex_digit(unsigned value) noexcept { return "0123456789ABCDEF"[value & 15U]; }
std::optional<std::uint32_t> hex(std::string_view text) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  return error == std::errc{} && end == text.data() + text.size() && !text.empty() ? std::optional(value)
                                                                                   : std::nullopt;
}

// A CAN adapter that speaks slcan (Lawicel), on the pack's bus: 500 kbit/s. At another rate it hears nothing, and what
// it sends nobody acknowledges.
class Slcan final : public WireBox {
 public:
  Slcan(WireWorld& world, const WireBoxConfig& config) : world_(world), instrument_(config.instrument) {
    CanBus* bus = world_.bus(instrument_);
    if (bus == nullptr) {
      throw RigError("the virtual bench has no CAN adapter of this name", instrument_);
    }
    bus->open_gate_to_all();
  }
  std::unique_ptr<WireSession> connect() override;
  void power_on(bool) override {
    open_ = listen_only_ = timestamps_ = false;
    rate_ = 0;
    flags_ = 0;
    waiting_.clear();
  }
  void turn(WallTime) override {
    if (open_ && !right_rate() && !world_.bus(instrument_)->received().frames().empty()) {
      flags_ |= 0x80u;  // bits at the wrong places: bus error
    }
    if (!open_ || !right_rate()) {
      return;
    }
    for (const CanFrame& frame : world_.bus(instrument_)->received().frames()) {
      if (waiting_.size() == queue_length) {
        flags_ |= 1u;  // receive queue full
        continue;
      }
      waiting_.push_back(frame);
    }
  }
  bool fault(const std::string& kind, const std::vector<std::string>&) override {
    if (kind == "bus_off" || kind == "trip") {
      bus_off_ = true;
      flags_ |= 0xA4u;
      return true;
    }
    bus_off_ = bus_off_ && kind != "clear";
    return kind == "clear";
  }

  // One command without its CR, to its answer.
  std::string obey(const std::string& command) {
    switch (command.empty() ? '\r' : command[0]) {
      case '\r':
        return std::string(1, ok);
      case 'S':
      case 's':
        return set_rate(command);
      case 'O':
      case 'L':
        return open(command[0] == 'L');
      case 'C':
        open_ = false;
        waiting_.clear();
        return std::string(1, ok);
      case 't':
      case 'T':
      case 'r':
      case 'R':
        return transmit(command);
      case 'V':
        return "V1013\r";
      case 'v':
        return "vSTM32-C3f8\r";
      case 'N':
        return "NA123\r";
      case 'F': {
        if (!open_) {
          return std::string(1, bell);  // Lawicel CAN232: the command is only active if the channel is open
        }
        const unsigned flags = std::exchange(flags_, 0u);
        return std::string{'F', hex_digit(flags >> 4), hex_digit(flags), ok};
      }
      case 'Z':
        timestamps_ = command == "Z1";
        return std::string(1, !open_ && command.size() == 2 ? ok : bell);
      case 'M':
      case 'm':
      case 'X':
        return std::string(1, ok);
      default:
        return std::string(1, bell);
    }
  }
  void speak(std::string& out) {
    while (!waiting_.empty()) {
      out += text_of(waiting_.front());
      waiting_.pop_front();
    }
  }

 private:
  [[nodiscard]] bool right_rate() const noexcept { return rate_ == 500 && !bus_off_; }
  std::string set_rate(const std::string& command) {
    constexpr std::array<unsigned, 9> rates{10, 20, 50, 100, 125, 250, 500, 800, 1000};
    const bool known = command.size() == 2 && command[1] >= '0' && command[1] <= '8';
    if (open_ || command[0] == 's' || !known) {
      return std::string(1, bell);
    }
    rate_ = rates.at(static_cast<std::size_t>(command[1] - '0'));
    return std::string(1, ok);
  }
  std::string open(bool listen_only) {
    if (open_ || rate_ == 0) {
      return std::string(1, bell);
    }
    open_ = true;
    listen_only_ = listen_only;
    waiting_.clear();
    return std::string(1, ok);
  }
  std::string transmit(const std::string& command) {
    const bool extended = command[0] == 'T' || command[0] == 'R';
    const bool remote = command[0] == 'r' || command[0] == 'R';
    const std::size_t digits = extended ? 8 : 3;
    if (!open_ || listen_only_ || command.size() < 2 + digits) {
      return std::string(1, bell);
    }
    const auto id = hex(std::string_view(command).substr(1, digits));
    const int length = command[1 + digits] - '0';
    const std::size_t data = remote ? 0 : 2 * static_cast<std::size_t>(std::max(length, 0));
    if (!id || *id > (extended ? 0x1FFFFFFFu : 0x7FFu) || length < 0 || length > 8 ||
        command.size() != 2 + digits + data) {
      return std::string(1, bell);
    }
    CanFrame frame{.time = world_.now(), .id = *id, .extended = extended, .length = static_cast<std::uint8_t>(length)};
    for (std::size_t i = 0; i < data / 2; ++i) {
      const auto byte = hex(std::string_view(command).substr(2 + digits + 2 * i, 2));
      if (!byte) {
        return std::string(1, bell);
      }
      frame.data.at(i) = static_cast<std::uint8_t>(*byte);
    }
    if (!right_rate()) {
      flags_ |= 0x84u;  // nobody acknowledges: bus error
      return std::string(1, bell);
    }
    if (!remote) {
      world_.bus(instrument_)->send(frame);
    }
    return std::string{extended ? 'Z' : 'z', ok};
  }
  std::string text_of(const CanFrame& frame) const {
    std::string out(1, frame.extended ? 'T' : 't');
    for (int digit = frame.extended ? 7 : 2; digit >= 0; --digit) {
      out += hex_digit(frame.id >> (4 * digit));
    }
    out += hex_digit(frame.length);
    for (std::size_t i = 0; i < frame.length; ++i) {
      out += hex_digit(frame.data.at(i) >> 4U);
      out += hex_digit(frame.data.at(i));
    }
    if (timestamps_) {  // milliseconds, 0 to 59999
      const auto ms = static_cast<unsigned>(frame.time.time_since_epoch() / std::chrono::milliseconds(1) % 60000);
      for (int digit = 3; digit >= 0; --digit) {
        out += hex_digit(ms >> (4 * digit));
      }
    }
    return out + ok;
  }

  WireWorld& world_;
  std::string instrument_;
  bool open_ = false, listen_only_ = false, timestamps_ = false, bus_off_ = false;
  unsigned rate_ = 0;  // kbit/s
  unsigned flags_ = 0;
  std::deque<CanFrame> waiting_;
};

class SlcanSession final : public WireSession {
 public:
  explicit SlcanSession(Slcan& adapter) : adapter_(adapter) {}
  std::optional<Answer> take(std::string& inbox) override {
    const auto end = inbox.find('\r');
    if (end == std::string::npos) {
      return std::nullopt;
    }
    std::string command = inbox.substr(0, end);
    inbox.erase(0, end + 1);
    std::erase(command, '\n');
    return Answer{adapter_.obey(command), std::chrono::microseconds(300)};
  }
  void speak(std::string& out) override { adapter_.speak(out); }
  [[nodiscard]] bool speaks() const override { return true; }

 private:
  Slcan& adapter_;
};

std::unique_ptr<WireSession> Slcan::connect() { return std::make_unique<SlcanSession>(*this); }

RIG_WIRE_SIM(Slcan, "can.slcan", "CAN adapter with slcan: pseudo-terminal or TCP")

}  // namespace
}  // namespace rig::sim

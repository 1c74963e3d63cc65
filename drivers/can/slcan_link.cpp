#include "drivers/can/slcan_link.hpp"

#include <utility>

#include "drivers/transport/printable.hpp"

namespace rig::slcan {
namespace {

using namespace std::chrono_literals;

constexpr auto open_within = 3s;
constexpr auto answer_within = 200ms;
constexpr auto drain_for = 100ms;
constexpr auto retry_every = 500ms;
// How long a frame to be sent may wait for the end of a read: the pack's keep-alive goes out once a second.
constexpr auto longest_wait = 5ms;
// A pack that is awake is heard once a second.
constexpr auto bus_is_quiet_after = 2s;
constexpr std::size_t sent_at_once = 16;  // frames, between two looks at what arrived

WallTime now() noexcept { return WallTime::clock::now(); }

}  // namespace

Link::Link(std::unique_ptr<Transport> transport, std::shared_ptr<Timeline> timeline, char speed)
    : transport_(std::move(transport)), timeline_(std::move(timeline)), speed_(speed) {}

Link::~Link() {
  stopping_.store(true, std::memory_order_release);
  if (thread_.joinable()) {
    transport_->cut_at(now());
    thread_.join();
    transport_->uncut();
  }
  close_channel();
  transport_->close();
}

// Else it goes on and fills its buffer for the next one. Its answer has to be awaited: closing a line throws away what
// has not gone out yet.
void Link::close_channel() noexcept {
  try {
    if (transport_->is_open()) {
      command("C", Need::tried);
    }
  } catch (const RigError&) {
    // A line that is gone has no channel left to close.
  }
}

void Link::open() {
  if (thread_.joinable()) {
    return;
  }
  transport_->open(now() + open_within);
  set_up();
  thread_ = std::thread([this] { run(); });
}

bool Link::send(const CanFrame& frame) noexcept {
  const bool taken = outgoing_.try_push(CanFrame(frame));
  if (!taken) {
    unsent_.fetch_add(1, std::memory_order_relaxed);
  }
  return taken;
}

// Whatever it was left in: the first CR ends a command that was begun, C is refused by a closed channel, both are no
// news. From then on each command has to be acknowledged: an adapter that takes none of them looks open and is deaf.
void Link::set_up() {
  parser_.reset();
  transport_->write(bytes_of("C\rC\rC\r"), now() + answer_within);
  drain(now() + drain_for);
  const std::string version = command("V", Need::tried);
  const std::string serial = command("N", Need::tried);
  command(std::string("S") + speed_, Need::acknowledged);
  command("Z0", Need::tried);  // a time stamp is passed over too: the arrival counts
  command("O", Need::acknowledged);
  const std::lock_guard lock(mutex_);
  identity_ = {.maker = "slcan adapter",
               .model = "slcan",
               .serial = serial.empty() ? serial : serial.substr(1),
               .firmware = version.empty() ? version : version.substr(1)};
}

void Link::drain(WallTime until) {
  std::array<std::byte, 256> thrown_away{};
  try {
    while (true) {
      transport_->read(thrown_away, until);
    }
  } catch (const LinkError& error) {
    if (error.trouble() != LinkTrouble::timeout) {
      throw;
    }
  }
}

// Sends it and waits for its acknowledgement; returns the text that came before it. Nothing for a command that is only
// tried and was refused or not answered.
std::string Link::command(std::string_view text, Need need) {
  const WallTime deadline = now() + answer_within;
  transport_->write(bytes_of(std::string(text) + "\r"), deadline);
  try {
    while (true) {
      std::array<std::byte, 1> byte{};
      transport_->read(byte, deadline);
      const Said said = parser_.take(static_cast<char>(byte[0]));
      if (said == Said::ok) {
        return {};
      }
      if (said == Said::text && parser_.text().front() == text.front()) {
        return std::string(parser_.text());
      }
      if (said == Said::error && need == Need::tried) {
        return {};
      }
      if (said == Said::error) {
        throw LinkError(LinkTrouble::rejected, "the adapter refused " + printable(text) + " (BEL)", endpoint(),
                        text.front() == 'S' ? "does it know this bit rate?" : "is another program using it?");
      }
    }
  } catch (const LinkError& error) {
    if (error.trouble() != LinkTrouble::timeout) {
      throw;
    }
    if (need == Need::tried) {
      return {};
    }
    throw LinkError(LinkTrouble::timeout, "the adapter did not acknowledge " + printable(text) + " within 200 ms",
                    endpoint(), "is it an slcan adapter, and is `baud` of the endpoint that of its line?");
  }
}

void Link::run() noexcept {
  while (!stopping_.load(std::memory_order_acquire)) {
    try {
      turn();
    } catch (const std::exception& error) {
      if (!stopping_.load(std::memory_order_acquire)) {
        note(error.what());
        reopen();
      }
    }
  }
}

void Link::turn() {
  std::array<std::byte, 512> bytes{};
  try {
    const std::size_t count = transport_->read(bytes, now() + longest_wait);
    hear(std::span(bytes).first(count), now());
  } catch (const LinkError& error) {
    if (error.trouble() != LinkTrouble::timeout) {
      throw;
    }
  }
  say();
}

void Link::hear(std::span<const std::byte> bytes, WallTime arrival) noexcept {
  for (const std::byte byte : bytes) {
    switch (parser_.take(static_cast<char>(byte))) {
      case Said::frame: {
        settle_refusals(arrival);
        CanFrame frame = parser_.frame().can;
        frame.time = timeline_->at(arrival);
        // A request carries no data; as a frame of the pack it would read as zeros.
        if (!parser_.frame().remote && !received_.try_push(CanFrame(frame))) {
          dropped_.fetch_add(1, std::memory_order_relaxed);
        }
        break;
      }
      case Said::error:
        ++refused_lately_;
        break;
      case Said::garbage:
        garbled_.fetch_add(1, std::memory_order_relaxed);
        break;
      default:
        break;
    }
  }
}

// On a bus whose pack sleeps nobody acknowledges a frame, and the adapter refuses more of them: that is no trouble of
// the adapter. It is one when the pack was heard before and after.
void Link::settle_refusals(WallTime arrival) noexcept {
  if (arrival - last_frame_ < bus_is_quiet_after) {
    refused_.fetch_add(refused_lately_, std::memory_order_relaxed);
  }
  refused_lately_ = 0;
  last_frame_ = arrival;
}

void Link::say() {
  CanFrame frame;
  for (std::size_t i = 0; i < sent_at_once && outgoing_.try_pop(frame); ++i) {
    const Line line = encode({.can = frame});
    transport_->write(bytes_of(line.view()), now() + answer_within);
  }
}

void Link::reopen() noexcept {
  transport_->close();
  while (!stopping_.load(std::memory_order_acquire)) {
    const WallTime next = now() + retry_every;
    try {
      transport_->open(next);
      set_up();
      return;
    } catch (const std::exception& error) {
      note(error.what());
      transport_->close();
    }
    while (!stopping_.load(std::memory_order_acquire) && now() < next) {
      std::this_thread::sleep_for(longest_wait);
    }
  }
}

void Link::note(const std::string& text) noexcept {
  const std::lock_guard lock(mutex_);
  trouble_ = text;
}

Identity Link::identity() const {
  const std::lock_guard lock(mutex_);
  return identity_;
}

std::string Link::trouble() const {
  std::string out;
  {
    const std::lock_guard lock(mutex_);
    out = trouble_;
  }
  const auto add = [&out](std::uint64_t count, const char* what) {
    if (count > 0) {
      out += (out.empty() ? "" : "; ") + std::to_string(count) + what;
    }
  };
  add(refused_.load(std::memory_order_relaxed), " times the adapter refused what it was sent (BEL)");
  add(garbled_.load(std::memory_order_relaxed), " lines were garbage");
  add(dropped_.load(std::memory_order_relaxed), " frames were lost: they came faster than they were taken");
  add(unsent_.load(std::memory_order_relaxed), " frames were not sent: the adapter does not keep up");
  return out;
}

}  // namespace rig::slcan

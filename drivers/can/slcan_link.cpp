#include "drivers/can/slcan_link.hpp"

#include <utility>

#include "drivers/transport/printable.hpp"

namespace rig::slcan {
namespace {

using namespace std::chrono_literals;

constexpr auto open_within = 3s;
constexpr auto answer_within = 200ms;
constexpr auto drain_for = 100ms;
// How long a frame to be sent may wait for the end of a read: the pack's keep-alive goes out once a second.
constexpr auto longest_wait = 5ms;
// What waited longer than that would be a burst of old news.
constexpr auto send_within = 1s;
// A pack that is awake is heard once a second.
constexpr auto bus_is_quiet_after = 2s;
constexpr std::size_t sent_at_once = 16;  // frames, between two looks at what arrived
constexpr auto ask_flags_every = 500ms;
// Beyond the delay that LinkedBus::arrival_delay() tells of and a machine with other things to do: so much later than
// the frame its time would make a healthy pack look uneven.
constexpr auto late_after = 50ms;
// So long no answer came in time and alone.
constexpr auto held_back_after = 4 * ask_flags_every;
// Not one disturbance but a line, or a firmware, that says nothing else.
constexpr unsigned most_garbled = 8;
// The adapter's clock counts milliseconds from 0 to 59999.
constexpr int stamp_wraps_at = 60'000;
// After a pause of that order nobody knows how often it has wrapped.
constexpr auto stamps_are_forgotten_after = 20s;

WallTime now() noexcept { return WallTime::clock::now(); }

}  // namespace

Link::Link(std::unique_ptr<Transport> transport, std::shared_ptr<Timeline> timeline, const Settings& settings)
    : transport_(std::move(transport)),
      timeline_(std::move(timeline)),
      settings_(settings),
      reads_(longest_wait + late_after) {}

Link::~Link() {
  transport_->cut_at(now());
  stop();
}

// ------------------------------------------------------------------------------------------------- begin and end

// Whatever it was left in: the first CR ends a command that was begun, C is refused by a closed channel, both are no
// news. From then on each command has to be acknowledged: an adapter that takes none of them looks open and is deaf.
void Link::begin() {
  transport_->open(now() + open_within);
  parser_.reset();
  bus_health().restart_listening();
  stamped_ = channel_open_ = false;
  transport_->write(bytes_of("C\rC\rC\r"), now() + answer_within);
  drain(now() + drain_for);
  const std::string version = command("V", Need::tried);
  const std::string serial = command("N", Need::tried);
  command(std::string("S") + settings_.speed, Need::acknowledged);
  // Where they are not wanted their digits cost room on the line; an adapter that has none refuses both.
  command(settings_.timestamps ? "Z1" : "Z0", settings_.timestamps ? Need::acknowledged : Need::tried);
  set_identity({.maker = "slcan adapter",
                .model = "slcan",
                .serial = serial.empty() ? serial : serial.substr(1),
                .firmware = version.empty() ? version : version.substr(1)});
  command(settings_.listen_only ? "L" : "O", Need::acknowledged);
  channel_open_ = true;
  const auto flags = decode_flags(command("F", Need::tried));
  if (has_flags_ && !flags) {
    throw LinkError(LinkTrouble::timeout, "the adapter does not answer \"F\" any more, which it did", endpoint(),
                    "is the line disturbed? Plug the adapter in again");
  }
  has_flags_ = flags.has_value();
  heard_since_asked_ = true;
  garbled_in_a_row_ = 0;
  begun_at_ = sure_at_ = now();
  reads_.begin(begun_at_);
  asked_at_ = {};
  next_flags_ = now() + ask_flags_every;
}

// Else the channel goes on and fills its buffer for the next one. Its answer has to be awaited: closing a line throws
// away what has not gone out yet.
void Link::end() noexcept {
  transport_->uncut();
  try {
    if (transport_->is_open()) {
      command("C", Need::tried);
    }
  } catch (const RigError&) {
    // A line that is gone has no channel left to close.
  }
  transport_->close();
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
// tried and was refused or not answered. Frames in between are heard.
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
      if (said == Said::frame) {
        take(parser_.frame(), now());
      }
      if (said == Said::garbage && channel_open_) {  // before, it may be the rest of what was
        garbled_.fetch_add(1, std::memory_order_relaxed);
      }
      if (said == Said::text && parser_.text().front() == text.front()) {
        return std::string(parser_.text());
      }
      if (said == Said::error && need == Need::tried) {
        return {};
      }
      if (said == Said::error) {
        throw LinkError(LinkTrouble::rejected, "the adapter refused " + printable(text) + " (BEL)", endpoint(),
                        text.front() == 'S'   ? "does it know this bit rate?"
                        : text.front() == 'Z' ? "it has no time stamps: take `timestamps` out of the bench file"
                                              : "is another program using it?");
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

// ------------------------------------------------------------------------------------------------------- the thread

void Link::turn() {
  std::array<std::byte, 512> bytes{};
  std::size_t count = 0;
  try {
    count = transport_->read(bytes, now() + longest_wait);
  } catch (const LinkError& error) {
    if (error.trouble() != LinkTrouble::timeout) {
      throw;
    }
  }
  const WallTime moment = now();
  if (const auto since = reads_.read(moment, count > 0)) {
    hear_late(*since, moment);
  }
  hear(std::span(bytes).first(count), moment);
  if (garbled_in_a_row_ >= most_garbled) {
    throw LinkError(LinkTrouble::garbled, "the adapter says nothing but garbage", endpoint(),
                    "is the line disturbed, and is `baud` of the endpoint that of its line?");
  }
  ask_flags(moment);
  say(moment);
}

// With a clock of its own the adapter tells the time of a frame however late it comes.
void Link::hear_late(WallTime from, WallTime until) noexcept {
  if (!settings_.timestamps) {
    distrust(timeline_->at(from), timeline_->at(until));
  }
}

// No word of an adapter that was asked properly: a frame, or a part of one, is lost.
void Link::hear_garbage(WallTime arrival) noexcept {
  garbled_.fetch_add(1, std::memory_order_relaxed);
  ++garbled_in_a_row_;
  distrust(timeline_->at(std::max(begun_at_, last_frame_)), timeline_->at(arrival));
}

void Link::hear(std::span<const std::byte> bytes, WallTime arrival) noexcept {
  broke_silence_ = false;
  if (!bytes.empty()) {
    was_silent_ = arrival - std::exchange(last_bytes_, arrival) > late_after;
  }
  for (const std::byte byte : bytes) {
    switch (parser_.take(static_cast<char>(byte))) {
      case Said::frame:
        take(parser_.frame(), arrival);
        break;
      case Said::error:
        ++refused_lately_;
        break;
      case Said::text:
        hear_text(arrival);
        break;
      case Said::garbage:
        hear_garbage(arrival);
        break;
      default:
        break;
    }
  }
}

// Only flags are asked for here. An answer to V or N that nobody waited for any more is none, but no harm.
void Link::hear_text(WallTime arrival) noexcept {
  const std::string_view text = parser_.text();
  if (const auto flags = decode_flags(text)) {
    well_heard(arrival);
    look_at_delay(arrival);
    take_flags(*flags);
  } else if (text.front() != 'V' && text.front() != 'N') {
    hear_garbage(arrival);
  }
}

// A frame or the flags. Anything else may as well be noise, or the acknowledgement of an adapter that has started anew
// and whose channel is closed.
void Link::well_heard(WallTime arrival) noexcept {
  heard_since_asked_ = true;
  garbled_in_a_row_ = 0;
  sign_of_life(timeline_->at(arrival));
}

// What an adapter is asked comes back behind the frames that it holds: they are as late as its answer. A frame that
// breaks a silence together with the answer may have been held back until we asked; once that is chance, not each time.
void Link::look_at_delay(WallTime arrival) noexcept {
  if (asked_at_ == WallTime{}) {
    return;
  }
  const bool in_time = std::exchange(asked_at_, WallTime{}) >= arrival - late_after;
  if (in_time && !broke_silence_ && !reads_.behind()) {
    sure_at_ = arrival;
  } else if (!in_time || arrival - sure_at_ > held_back_after) {
    hear_late(sure_at_, arrival);
  }
}

void Link::take(const Frame& heard, WallTime arrival) noexcept {
  settle_refusals(arrival);
  const WallTime time = settings_.timestamps && heard.stamp ? time_of(*heard.stamp, arrival) : arrival;
  last_frame_ = arrival;
  broke_silence_ = was_silent_;
  well_heard(arrival);
  bus_health().heard(arrival);
  can::BusFrame frame{.time = timeline_->at(time),
                      .id = heard.can.id,
                      .extended = heard.can.extended,
                      .remote = heard.remote,
                      .length = heard.can.length};
  std::copy(heard.can.data.begin(), heard.can.data.end(), frame.data.begin());
  exchange().arrived(frame);
}

WallTime Link::time_of(std::uint16_t stamp, WallTime arrival) noexcept {
  if (!stamped_ || arrival - last_frame_ > stamps_are_forgotten_after) {
    clock_.reset();
    stamp_us_ = 0;
  } else {
    int passed = (int{stamp} - int{last_stamp_} + stamp_wraps_at) % stamp_wraps_at;
    passed -= passed > stamp_wraps_at / 2 ? stamp_wraps_at : 0;
    stamp_us_ += static_cast<std::uint32_t>(passed * 1000);
  }
  stamped_ = true;
  last_stamp_ = stamp;
  return clock_.at(stamp_us_, arrival).time;
}

// On a bus whose pack sleeps nobody acknowledges a frame, and the adapter refuses more of them: that is no trouble of
// the adapter. It is one when the pack was heard before and after.
void Link::settle_refusals(WallTime arrival) noexcept {
  if (arrival - last_frame_ < bus_is_quiet_after) {
    refused_.fetch_add(refused_lately_, std::memory_order_relaxed);
  }
  refused_lately_ = 0;
}

// A bus error while we send is a frame that nobody acknowledges; one while we only listen is one that we cannot read.
void Link::take_flags(unsigned flags) noexcept {
  const bool sent = std::exchange(sent_since_flags_, false);
  if ((flags & (flag::receive_full | flag::overrun)) != 0) {
    bus_health().lost_in_adapter();
  }
  bus_health().set_state((flags & flag::passive) != 0   ? can::BusState::passive
                         : (flags & flag::warning) != 0 ? can::BusState::warning
                                                        : can::BusState::active);
  if ((flags & flag::bus_error) == 0) {
    bus_health().confirmed();
  } else if (sent) {
    bus_health().unconfirmed();
  } else {
    bus_health().error_frame({.id = can::error_class::bus_error, .error = true, .length = 8});
  }
}

void Link::ask_flags(WallTime moment) {
  if (has_flags_ && moment >= next_flags_) {
    // It answered this question when it was begun: not a silent pack, but a stalled adapter.
    if (!std::exchange(heard_since_asked_, false)) {
      throw LinkError(LinkTrouble::timeout, "the adapter does not answer any more", endpoint(),
                      "is it plugged in? Plug it in again");
    }
    next_flags_ = moment + ask_flags_every;
    if (asked_at_ == WallTime{}) {
      asked_at_ = moment;
    } else {
      hear_late(sure_at_, moment);  // its answer counts from the first question
    }
    transport_->write(bytes_of("F\r"), moment + answer_within);
  }
}

void Link::say(WallTime moment) {
  can::BusFrame frame;
  for (std::size_t i = 0; i < sent_at_once && exchange().next(frame); ++i) {
    if (settings_.listen_only || frame.fd) {
      exchange().cannot_send();
    } else if (moment - timeline_->wall(frame.time) > send_within) {
      exchange().too_late();
    } else {
      Frame out{.can = {.id = frame.id, .extended = frame.extended, .length = frame.length}, .remote = frame.remote};
      std::copy_n(frame.data.begin(), out.can.data.size(), out.can.data.begin());
      transport_->write(bytes_of(encode(out).view()), now() + answer_within);
      sent_since_flags_ = true;
    }
  }
}

std::string Link::more_trouble() const {
  std::string out;
  const auto add = [&out](const std::atomic<std::uint64_t>& counter, const char* what) {
    if (const std::uint64_t count = counter.load(std::memory_order_relaxed); count > 0) {
      can::add_trouble(out, std::to_string(count) + what);
    }
  };
  add(refused_, " times the adapter refused what it was sent (BEL)");
  add(garbled_, " lines were garbage");
  return out;
}

}  // namespace rig::slcan

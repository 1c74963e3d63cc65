#pragma once
#include <atomic>
#include <chrono>
#include <cstddef>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "rig/core/error.hpp"

namespace rig {

// Wall time: links wait, break and are watched in it, whatever the rig's own time does.
using WallTime = std::chrono::steady_clock::time_point;

enum class LinkTrouble : std::uint8_t {
  unreachable,  // no route, no such host, no such device
  refused,      // there is somebody, who does not want us: port closed, device busy, permission
  timeout,      // no answer, or half of one, until the deadline
  closed,       // the other side, or the cable, went away
  cut,          // ended by cut_at(): something more urgent has to go over this link
  garbled,      // an answer that is none: framing, checksum, unit id, transaction id, not a number
  rejected,     // the box answered with an error, or reads back something else than was set
  mismatch      // a box, but not the one that the bench file names
};

// What goes wrong on a link: which link, what was expected, what was found, what to try.
class LinkError : public RigError {
 public:
  LinkError(LinkTrouble trouble, const std::string& what, const std::string& endpoint = {}, std::string hint = {})
      : RigError(what, endpoint, std::move(hint)), trouble_(trouble) {}
  [[nodiscard]] LinkTrouble trouble() const noexcept { return trouble_; }

 private:
  LinkTrouble trouble_;
};

// A byte pipe with a deadline: TCP, serial line, USBTMC, a transcript.
//
// It frames nothing: what one read() returns may be half a message or two; framing is the business of the protocol
// above it. The exception is a link that knows messages (USBTMC): there read() stops at the end of a message and
// at_message_end() says so. One thread uses it; cut_at() may be called from any thread.
class Transport {
 public:
  virtual ~Transport() = default;

  // Opens the link, or opens it anew. Throws LinkError.
  virtual void open(WallTime deadline) = 0;
  virtual void close() noexcept = 0;
  [[nodiscard]] virtual bool is_open() const noexcept = 0;

  // Sends all of it or throws; after a throw nobody knows how much arrived.
  virtual void write(std::span<const std::byte> bytes, WallTime deadline) = 0;
  // Waits for at least one byte and returns how many there were. Throws LinkError `timeout`, `closed` or `cut`.
  virtual std::size_t read(std::span<std::byte> into, WallTime deadline) = 0;
  // What has come already, without a wait; 0 when nothing has. Asked before a request: what lies there is no answer to
  // it. A link that brings nothing unasked keeps this.
  virtual std::size_t take_waiting(std::span<std::byte> into) {
    static_cast<void>(into);
    return 0;
  }
  [[nodiscard]] virtual bool at_message_end() const noexcept { return false; }
  // Brings a link whose last exchange failed back to where the next answer belongs to the next question: what is under
  // way is thrown away, by the means of the link (TCP: connect anew; serial: silence; USBTMC: abort and clear).
  virtual void clear(WallTime deadline) = 0;

  // As in the bench file: "tcp://192.168.0.30:5025".
  [[nodiscard]] virtual std::string endpoint() const = 0;
  // True when the far end is on this machine: loopback address, pseudo-terminal, transcript.
  [[nodiscard]] virtual bool is_local() const noexcept = 0;

  // Whatever waits on this link ends at `moment` at the latest with LinkError `cut`. Lifted by uncut().
  void cut_at(WallTime moment) noexcept { cut_.store(moment.time_since_epoch().count(), std::memory_order_release); }
  void uncut() noexcept { cut_.store(never_cut, std::memory_order_release); }

 protected:
  // Waits should look at this at least every 10 ms: there is no other way to wake them.
  [[nodiscard]] WallTime cut() const noexcept {
    return WallTime{WallTime::duration{cut_.load(std::memory_order_acquire)}};
  }

 private:
  static constexpr WallTime::rep never_cut = std::numeric_limits<WallTime::rep>::max();
  std::atomic<WallTime::rep> cut_{never_cut};
};

}  // namespace rig

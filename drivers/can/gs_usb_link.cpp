#include "drivers/can/gs_usb_link.hpp"

#include <utility>

namespace rig::gs_usb {
namespace {

using namespace std::chrono_literals;

constexpr auto retry_every = 500ms;
constexpr auto nap = 5ms;

WallTime now() noexcept { return WallTime::clock::now(); }

// How well a frame's time is known belongs to who the adapter is: it goes into the record.
std::string firmware_text(const std::string& version, std::int64_t uncertainty_ns) {
  if (uncertainty_ns < 0) {
    return version + ", frames are timed by their arrival";
  }
  const std::int64_t microseconds = uncertainty_ns / 1000 + 1;
  return version + ", frames are timed by the adapter, to " + std::to_string(microseconds) + " us";
}

}  // namespace

Link::Link(Address address, Settings settings, std::shared_ptr<Timeline> timeline)
    : address_(std::move(address)), settings_(settings), timeline_(std::move(timeline)) {}

Link::~Link() {
  stopping_.store(true, std::memory_order_release);
  exchange_.wake();
  if (thread_.joinable()) {
    thread_.join();
  }
  end();
}

void Link::open() {
  if (thread_.joinable()) {
    return;
  }
  begin();
  thread_ = std::thread([this] { run(); });
}

void Link::begin() {
  adapter_ = std::make_unique<Adapter>(address_);
  try {
    session_ = std::make_unique<Session>(*adapter_, settings_, exchange_, health_, *timeline_, counters_);
  } catch (const LinkError& error) {
    if (error.trouble() != LinkTrouble::timeout) {
      throw;
    }
    // Firmware that hangs comes back after a reset of its USB side.
    adapter_->reset();
    adapter_ = std::make_unique<Adapter>(address_);
    session_ = std::make_unique<Session>(*adapter_, settings_, exchange_, health_, *timeline_, counters_);
  }
  const std::lock_guard lock(mutex_);
  identity_ = adapter_->identity();
  identity_.firmware =
      std::to_string(session_->config().software) + " (hardware " + std::to_string(session_->config().hardware) + ")";
}

void Link::end() noexcept {
  session_.reset();
  adapter_.reset();
}

void Link::run() noexcept {
  while (!is_stopping()) {
    try {
      session_->turn();
    } catch (const std::exception& error) {
      if (!is_stopping()) {
        note(error.what());
        reopen();
      }
    }
  }
}

void Link::reopen() noexcept {
  while (!is_stopping()) {
    end();
    try {
      begin();
      return;
    } catch (const std::exception& error) {
      note(error.what());
    }
    const WallTime next = now() + retry_every;
    while (!is_stopping() && now() < next) {
      std::this_thread::sleep_for(nap);
    }
  }
}

void Link::note(const std::string& text) noexcept {
  const std::lock_guard lock(mutex_);
  trouble_ = text;
}

Identity Link::identity() const {
  const std::lock_guard lock(mutex_);
  Identity out = identity_;
  if (!out.firmware.empty()) {
    out.firmware = firmware_text(out.firmware, counters_.uncertainty.load(std::memory_order_relaxed));
  }
  return out;
}

std::string Link::trouble() const {
  std::string out;
  {
    const std::lock_guard lock(mutex_);
    out = trouble_;
  }
  const auto add = [&out](const std::string& text) { out += (out.empty() || text.empty() ? "" : "; ") + text; };
  add(health_.trouble(now(), settings_.bitrate));
  add(exchange_.trouble());
  if (const std::uint64_t count = counters_.garbled.load(std::memory_order_relaxed); count > 0) {
    add(std::to_string(count) + " transfers were garbage");
  }
  return out;
}

}  // namespace rig::gs_usb

#include "drivers/can/adapter_link.hpp"

#include <utility>

#include "rig/core/thread_priority.hpp"

namespace rig::can {
namespace {

using namespace std::chrono_literals;

constexpr auto retry_every = 500ms;
constexpr auto nap = 5ms;

WallTime now() noexcept { return WallTime::clock::now(); }

}  // namespace

void AdapterLink::open() {
  if (thread_.joinable()) {
    return;
  }
  begin();
  thread_ = std::thread([this] { run(); });
}

void AdapterLink::stop() noexcept {
  stopping_.store(true, std::memory_order_release);
  exchange_.wake();
  if (thread_.joinable()) {
    thread_.join();
  }
  end();
}

void AdapterLink::run() noexcept {
  prefer_this_thread(ThreadPriority::link, false);  // where it is not permitted, frames may come late
  while (!is_stopping()) {
    try {
      turn();
    } catch (const std::exception& error) {
      if (!is_stopping()) {
        note(error.what());
        begin_again();
      }
    }
  }
}

void AdapterLink::begin_again() noexcept {
  up_.store(false, std::memory_order_release);
  while (!is_stopping()) {
    end();
    try {
      begin();
      up_.store(true, std::memory_order_release);
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

void AdapterLink::note(const std::string& text) noexcept {
  const std::lock_guard lock(mutex_);
  trouble_ = text;
}

void AdapterLink::set_identity(Identity identity) {
  const std::lock_guard lock(mutex_);
  identity_ = std::move(identity);
}

Identity AdapterLink::identity() const {
  const std::lock_guard lock(mutex_);
  return identity_;
}

std::string AdapterLink::trouble() const {
  std::string out;
  {
    const std::lock_guard lock(mutex_);
    out = trouble_;
  }
  add_trouble(out, health_.trouble(now(), bitrate()));
  add_trouble(out, exchange_.trouble());
  add_trouble(out, more_trouble());
  return out;
}

}  // namespace rig::can

#include "rig/engine/interrupt.hpp"

#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <ctime>

namespace rig {
namespace {

std::atomic<int> interrupts{0};
static_assert(std::atomic<int>::is_always_lock_free);
constexpr int enough = 3;
constexpr std::int64_t time_to_be_safe = 2'000'000'000;  // ns

std::atomic<std::int64_t> first_at{0};
static_assert(std::atomic<std::int64_t>::is_always_lock_free);

// What a signal handler may do.
std::int64_t now() {
  timespec moment{};
  clock_gettime(CLOCK_MONOTONIC, &moment);
  return std::int64_t{moment.tv_sec} * 1'000'000'000 + moment.tv_nsec;
}

void on_signal(int number) {
  const int count = interrupts.fetch_add(1, std::memory_order_relaxed) + 1;
  if (count == 1) {
    first_at.store(now(), std::memory_order_relaxed);
  }
  const std::int64_t first = first_at.load(std::memory_order_relaxed);
  if (count >= enough && first != 0 && now() - first > time_to_be_safe) {
    std::_Exit(128 + number);
  }
}

}  // namespace

void Interrupt::install() {
  struct sigaction action {};
  action.sa_handler = on_signal;
  sigemptyset(&action.sa_mask);
  for (const int number : {SIGINT, SIGQUIT, SIGTERM, SIGHUP}) {
    sigaction(number, &action, nullptr);
  }
  // A reader that leaves (`gtxrig run | head`) must not kill a process whose bench is energised: the write fails
  // instead.
  action.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &action, nullptr);
}

const std::atomic<int>& Interrupt::count() noexcept { return interrupts; }

}  // namespace rig

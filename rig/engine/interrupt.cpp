#include "rig/engine/interrupt.hpp"

#include <csignal>
#include <cstdlib>

namespace rig {
namespace {

std::atomic<int> interrupts{0};
static_assert(std::atomic<int>::is_always_lock_free);
constexpr int enough = 3;

void on_signal(int number) {
  if (interrupts.fetch_add(1, std::memory_order_relaxed) + 1 >= enough) {
    std::_Exit(128 + number);
  }
}

}  // namespace

void Interrupt::install() {
  struct sigaction action {};
  action.sa_handler = on_signal;
  sigemptyset(&action.sa_mask);
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    sigaction(number, &action, nullptr);
  }
  // A reader that leaves (`gtxrig run | head`) must not kill a process whose bench is energised: the write fails
  // instead.
  action.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &action, nullptr);
}

const std::atomic<int>& Interrupt::count() noexcept { return interrupts; }

}  // namespace rig

#include "rig/engine/safety_net.hpp"

#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <ctime>
#include <exception>
#include <string_view>

namespace rig {
namespace {

// As many as there can be jobs; a bench beyond that is held by its engine's destructor alone.
std::array<std::atomic<Bench*>, 256> held{};

// Links are served by threads of their own: give them the time to switch off before the process is gone.
void await_safe(const Bench& bench) {
  constexpr int attempts = 300;  // of a millisecond
  const timespec millisecond{0, 1'000'000};
  for (int i = 0; i < attempts && !bench.is_safe(); ++i) {
    nanosleep(&millisecond, nullptr);
  }
}

void on_terminate() {
  for (auto& slot : held) {
    if (Bench* bench = slot.exchange(nullptr)) {
      bench->make_safe(TripCause::other);
      await_safe(*bench);
    }
  }
  constexpr std::string_view text = "gtxrig: the program ends by an error inside the loop; every bench was made safe\n";
  const auto written = write(STDERR_FILENO, text.data(), text.size());
  static_cast<void>(written);  // there is nobody left to tell
  std::abort();
}

}  // namespace

void SafetyNet::install() { std::set_terminate(on_terminate); }

SafetyNet::Hold::Hold(Bench& bench) noexcept : bench_(bench) {
  for (auto& slot : held) {
    Bench* empty = nullptr;
    if (slot.compare_exchange_strong(empty, &bench)) {
      return;
    }
  }
}

SafetyNet::Hold::~Hold() {
  for (auto& slot : held) {
    Bench* mine = &bench_;
    if (slot.compare_exchange_strong(mine, nullptr)) {
      return;
    }
  }
}

}  // namespace rig

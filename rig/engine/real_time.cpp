#include "rig/engine/real_time.hpp"

#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>

#include <cstring>
#include <thread>

#include "rig/core/thread_priority.hpp"

namespace rig {

// The links' threads need the other core of two.
std::optional<unsigned> RealTime::spare_core() noexcept {
  const unsigned cores = std::thread::hardware_concurrency();
  return cores > 2 ? std::optional(cores - 1) : std::nullopt;
}

RealTime::RealTime(std::optional<unsigned> core) {
  if (mlockall(MCL_CURRENT | MCL_FUTURE) != 0) {
    missing_.emplace_back("memory is not locked, a page that is fetched back makes a tick late; raise `ulimit -l`");
  }
  const int refused = prefer_this_thread(ThreadPriority::loop, false);
  if (refused != 0) {
    missing_.push_back(std::string("no real-time priority (") + std::strerror(refused) +
                       "), other programs delay the loop; raise `ulimit -r` or grant CAP_SYS_NICE");
  }
  if (core) {
    pin(*core);
  }
}

void RealTime::pin(unsigned core) {
  cpu_set_t before;
  cpu_set_t alone;
  CPU_ZERO(&alone);
  CPU_SET(core, &alone);
  if (pthread_getaffinity_np(pthread_self(), sizeof before, &before) != 0 ||
      pthread_setaffinity_np(pthread_self(), sizeof alone, &alone) != 0) {
    missing_.emplace_back("the loop was not given a core of its own");
    return;
  }
  cores_before_ = before;
}

RealTime::~RealTime() {
  const sched_param ordinary{};
  pthread_setschedparam(pthread_self(), SCHED_OTHER, &ordinary);
  munlockall();
  if (cores_before_) {
    pthread_setaffinity_np(pthread_self(), sizeof *cores_before_, &*cores_before_);
  }
}

}  // namespace rig

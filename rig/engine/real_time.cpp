#include "rig/engine/real_time.hpp"

#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>

#include <cstring>
#include <thread>

namespace rig {
namespace {

// Below the kernel's own interrupt threads (50), above everything else.
constexpr int loop_priority = 40;

bool pin_to_last_core() {
  const unsigned cores = std::thread::hardware_concurrency();
  if (cores <= 2) {
    return true;  // the links' threads need the other one
  }
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(cores - 1, &set);
  return pthread_setaffinity_np(pthread_self(), sizeof set, &set) == 0;
}

}  // namespace

RealTime::RealTime() {
  if (mlockall(MCL_CURRENT | MCL_FUTURE) != 0) {
    missing_.emplace_back("memory is not locked, a page that is fetched back makes a tick late; raise `ulimit -l`");
  }
  sched_param priority{};
  priority.sched_priority = loop_priority;
  const int refused = pthread_setschedparam(pthread_self(), SCHED_FIFO | SCHED_RESET_ON_FORK, &priority);
  if (refused != 0) {
    missing_.push_back(std::string("no real-time priority (") + std::strerror(refused) +
                       "), other programs delay the loop; raise `ulimit -r` or grant CAP_SYS_NICE");
  }
  if (!pin_to_last_core()) {
    missing_.emplace_back("the loop was not given a core of its own");
  }
}

RealTime::~RealTime() {
  const sched_param ordinary{};
  pthread_setschedparam(pthread_self(), SCHED_OTHER, &ordinary);
  munlockall();
}

}  // namespace rig

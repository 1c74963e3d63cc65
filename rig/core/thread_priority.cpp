#include "rig/core/thread_priority.hpp"

#include <pthread.h>
#include <sched.h>

namespace rig {

int prefer_this_thread(ThreadPriority priority, bool inherited) noexcept {
  sched_param wanted{};
  wanted.sched_priority = static_cast<int>(priority);
  return pthread_setschedparam(pthread_self(), inherited ? SCHED_FIFO : SCHED_FIFO | SCHED_RESET_ON_FORK, &wanted);
}

}  // namespace rig

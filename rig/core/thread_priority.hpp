#pragma once

namespace rig {

// Ranks of threads that must not wait for ordinary ones: below the kernel's own interrupt threads (50).
enum class ThreadPriority : int {
  box = 20,   // a simulated box: a real one has a processor of its own
  link = 30,  // the thread of a link: a reading that comes late is as good as none
  loop = 40
};

// FIFO priority for the calling thread; `inherited` by the threads that it starts from now on. Returns 0, or the error
// number when it is not permitted: the thread runs on as it was.
int prefer_this_thread(ThreadPriority priority, bool inherited) noexcept;

}  // namespace rig

#pragma once
#include <atomic>

namespace rig {

// How often the user asked to stop: SIGINT (Ctrl-C), SIGQUIT (Ctrl-\), SIGTERM or SIGHUP. The engine looks at it once
// per tick.
//   1  the bench is made safe at once, `finally` is skipped, the verdict is `aborted`
//   2  the same without waiting for the read-back
//   3  and more than 2 s after the first: the process ends where it stands, without another word to any instrument.
//      Sooner it would cut off the switching off, which takes its time and which a key that is held down does not mean.
class Interrupt {
 public:
  // Takes the signals; call once from main.
  static void install();
  static const std::atomic<int>& count() noexcept;
};

}  // namespace rig

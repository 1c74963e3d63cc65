#pragma once
#include "rig/bench/bench.hpp"

namespace rig {

// The last way out: when the program is about to be ended from inside (an exception out of loop code, which is
// noexcept, or std::terminate for any other reason), every bench that an engine holds is made safe first. A killed
// process runs nothing; for that there are the instruments' own protections.
class SafetyNet {
 public:
  // Takes std::terminate; call once from main.
  static void install();

  // While this lives, the net holds the bench.
  class Hold {
   public:
    explicit Hold(Bench& bench) noexcept;
    Hold(const Hold&) = delete;
    Hold& operator=(const Hold&) = delete;
    ~Hold();

   private:
    Bench& bench_;
  };
};

}  // namespace rig

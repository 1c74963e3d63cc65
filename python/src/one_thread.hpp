#pragma once
#include <atomic>
#include <string>

#include "rig/core/error.hpp"

namespace rig::python {

// Of an object that is used without the GIL: one thread at a time is inside, a second one gets an error.
class OneThread {
 public:
  OneThread(std::string message, std::string hint) : message_(std::move(message)), hint_(std::move(hint)) {}
  [[nodiscard]] bool busy() const noexcept { return busy_; }

  class Inside {
   public:
    explicit Inside(OneThread& gate) : gate_(gate) {
      if (gate_.busy_.exchange(true)) {
        throw RigError(gate_.message_, "", gate_.hint_);
      }
    }
    ~Inside() { gate_.busy_ = false; }
    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;

   private:
    OneThread& gate_;
  };

 private:
  std::string message_, hint_;
  std::atomic<bool> busy_{false};
};

}  // namespace rig::python

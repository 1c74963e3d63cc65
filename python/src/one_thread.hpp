#pragma once
#include <atomic>
#include <string>
#include <thread>

#include "rig/core/error.hpp"

namespace rig::python {

// Of an object that is used without the GIL: one thread at a time is inside, a second one gets an error.
class OneThread {
 public:
  OneThread(std::string message, std::string hint) : message_(std::move(message)), hint_(std::move(hint)) {}
  [[nodiscard]] bool busy() const noexcept { return inside_ != std::thread::id(); }
  // This thread is inside, so it asks from a signal handler in the middle of a call.
  [[nodiscard]] bool mine() const noexcept { return inside_ == std::this_thread::get_id(); }

  class Inside {
   public:
    enum class Other : std::uint8_t { is_an_error, is_waited_for };
    explicit Inside(OneThread& gate, Other other = Other::is_an_error) : gate_(gate) {
      std::thread::id found;  // nobody
      while (!gate_.inside_.compare_exchange_strong(found, std::this_thread::get_id())) {
        if (other == Other::is_an_error || gate_.mine()) {
          throw RigError(gate_.message_, "", gate_.hint_);
        }
        gate_.inside_.wait(found);
        found = {};
      }
    }
    ~Inside() {
      gate_.inside_ = std::thread::id();
      gate_.inside_.notify_all();
    }
    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;

   private:
    OneThread& gate_;
  };

 private:
  std::string message_, hint_;
  std::atomic<std::thread::id> inside_{};
};

}  // namespace rig::python

#pragma once
#include <atomic>
#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "rig/engine/engine.hpp"

namespace rig {

// Turns an engine for a script that stands outside of it. In lockstep it turns in the caller's thread and only while
// somebody waits, so that a script is deterministic. In real time a thread of its own turns it without a pause,
// whatever the script does meanwhile.
//
// A wait looks at the caller now and then (`look`, at least twenty times a second); when that throws, the bench is made
// safe and the run is left as aborted before the exception goes on. One thread at a time calls.
class SessionLoop {
 public:
  using Look = std::function<void()>;
  enum class Turning : std::uint8_t { lockstep, real_time };

  // Arms the bench and starts the clock. Throws what that throws, with the bench made safe.
  SessionLoop(Engine& engine, Turning turning);
  SessionLoop(const SessionLoop&) = delete;
  SessionLoop& operator=(const SessionLoop&) = delete;
  ~SessionLoop();  // leaves the run as aborted when nobody left it

  // Runs `task` between two ticks, or at once when the run is over.
  void between(const std::function<void()>& task);
  // Until `done`, which is asked between ticks, or until the run is over.
  void until(const std::function<bool()>& done, const Look& look);
  // Safe, and the end of the run. Nothing when it is over already.
  void leave(WayOut way);
  // Why the run is over; nothing while it goes on.
  [[nodiscard]] std::optional<WayOut> over();
  // What the system did not grant a loop in real time.
  [[nodiscard]] const std::vector<std::string>& not_granted() const noexcept { return not_granted_; }

 private:
  void turn_for_ever();
  void serve();
  void end(WayOut way) noexcept;
  void turn_here(const std::function<bool()>& done, const Look& look);
  void wait_for_thread(const std::function<bool()>& done, const Look& look);

  Engine& engine_;
  std::atomic<int> interrupts_{0};
  std::vector<std::string> not_granted_;
  std::optional<WayOut> over_;  // in real time guarded by mutex_

  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  const std::function<void()>* task_ = nullptr;
  const std::function<bool()>* done_ = nullptr;
  std::optional<WayOut> wish_;  // to leave
  std::exception_ptr thrown_;
  bool opened_ = false;
  bool stopping_ = false;
  std::atomic<bool> asked_{false};  // task_, done_, wish_ or stopping_ stands
  std::thread thread_;              // not joinable in lockstep
};

}  // namespace rig

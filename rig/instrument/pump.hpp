#pragma once
#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "rig/instrument/transport.hpp"

namespace rig {

// What stands at a link and wants exchanges over it: one role of one box. All but the const queries run on the thread
// of the link; the exchanges may throw LinkError.
class Station {
 public:
  virtual ~Station() = default;
  // When it wants the next exchange; WallTime::max() = not now.
  [[nodiscard]] virtual WallTime due() const noexcept = 0;
  // One exchange: set-points first, then readings.
  virtual void service() = 0;
  // Off, and confirmed: goes before everything else on the link. `since` is when it was asked for.
  [[nodiscard]] virtual bool wants_safe(WallTime now) const noexcept = 0;
  [[nodiscard]] virtual WallTime safe_asked() const noexcept = 0;
  virtual void secure() = 0;
  // Off, without listening: what is left when that failed.
  virtual void shout_off() = 0;
  // The set-point that waits switches off: it goes before one that switches on, of the same box in another role.
  [[nodiscard]] virtual bool switches_off() const noexcept = 0;
  // Something was switched on here, and not off since.
  [[nodiscard]] virtual bool energises() const noexcept = 0;
  // After the link was cleared, before it is used again. `live`: a station of this link energises, so that nothing may
  // be switched.
  virtual void recover(bool live) = 0;
  // The exchange failed; called on every station of the link. `own`: it was an exchange of this one, or concerns all.
  virtual void broken(const LinkError& error, bool own) noexcept = 0;
};

// The thread of one link: it alone talks over it, so that the loop never waits and no two roles of a box talk at once.
//
// Order: safety first, then what was called(), then the station that has been due for longest. After a failed exchange
// the link is cleared and every station recovers before the next one, also when make_safe() was faster and cleared it
// by itself; while that fails it is tried again twice a second. make_safe() waits for no such try: it is attempted at
// once whenever it was asked for, and only what it failed at itself waits.
class IoPump {
 public:
  // An exchange under way is cut so long after make_safe(), and this is how long the confirmed switching off may take.
  static constexpr auto cut_after = std::chrono::milliseconds(100);
  static constexpr auto safe_within = std::chrono::milliseconds(200);
  // What may be said without an answer takes no longer.
  static constexpr auto shout_within = std::chrono::milliseconds(150);

  explicit IoPump(std::unique_ptr<Transport> transport);
  IoPump(const IoPump&) = delete;
  IoPump& operator=(const IoPump&) = delete;
  ~IoPump();

  [[nodiscard]] Transport& transport() noexcept { return *transport_; }
  // Runs on the thread of the link; waits for it and throws what it threw.
  void call(const std::function<void()>& task);
  void attach(Station& station);
  void detach(Station& station) noexcept;

  // From the loop: no lock, no wait.
  void wake() noexcept;
  // Something urgent has to go over this link: what is under way has 100 ms.
  void hurry(WallTime now) noexcept {
    transport_->cut_at(now + cut_after);
    wake();
  }

 private:
  struct Task {
    const std::function<void()>* run;
    std::exception_ptr thrown;
    bool done = false;
  };
  void run() noexcept;
  bool run_tasks();
  bool secure_one(WallTime now) noexcept;
  void shout(Station& station) noexcept;
  void serve_one(WallTime now) noexcept;
  void mend(WallTime now) noexcept;
  void identify() noexcept;
  void fail(const LinkError& error, const Station* whose = nullptr) noexcept;
  void sleep_until(WallTime moment) noexcept;
  [[nodiscard]] WallTime next_due() const noexcept;

  std::unique_ptr<Transport> transport_;
  std::vector<Station*> stations_;  // touched on the link's thread only
  bool broken_ = false;
  bool unidentified_ = false;                         // cleared, and nobody knows yet which box answers
  int failures_ = 0;                                  // since the last exchange that succeeded
  std::map<const Station*, WallTime> secure_failed_;  // when its last secure() did
  WallTime retry_at_{};
  int wake_ = -1;  // eventfd
  std::mutex mutex_;
  std::condition_variable done_;
  std::deque<Task*> tasks_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

// The links of one bench, by endpoint: two roles of one box share a link.
class LinkTable {
 public:
  std::shared_ptr<IoPump> at(const std::string& endpoint);

 private:
  std::map<std::string, std::weak_ptr<IoPump>> links_;
};

// Makes a link from "tcp://host:port" and the like. Set once by the transports that are linked in (rig/ knows none);
// throws RigError for an endpoint that is none.
using TransportFactory = std::unique_ptr<Transport> (*)(const std::string& endpoint);
TransportFactory& transport_factory() noexcept;

}  // namespace rig

#include "rig/instrument/pump.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>

namespace rig {
namespace {

constexpr auto retry_period = std::chrono::milliseconds(500);
constexpr auto clear_within = std::chrono::seconds(1);

WallTime wall_now() noexcept { return std::chrono::steady_clock::now(); }

LinkError as_link_error(const std::exception& error) {
  if (const auto* link = dynamic_cast<const LinkError*>(&error)) {
    return *link;
  }
  return {LinkTrouble::garbled, error.what()};
}

}  // namespace

IoPump::IoPump(std::unique_ptr<Transport> transport)
    : transport_(std::move(transport)), wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (wake_ < 0) {
    throw RigError("no more file descriptors for the thread of a link", transport_->endpoint(),
                   "raise the limit: ulimit -n");
  }
}

IoPump::~IoPump() {
  stopping_.store(true, std::memory_order_release);
  wake();
  if (thread_.joinable()) {
    thread_.join();
  }
  transport_->close();
  close(wake_);
}

void IoPump::wake() noexcept {
  const std::uint64_t one = 1;
  const auto written = write(wake_, &one, sizeof one);
  static_cast<void>(written);  // full means that it is awake already
}

void IoPump::call(const std::function<void()>& task) {
  Task mine{&task, nullptr};
  std::unique_lock lock(mutex_);
  if (!thread_.joinable()) {  // a bench that is only looked at starts no threads
    thread_ = std::thread([this] { run(); });
  }
  tasks_.push_back(&mine);
  wake();
  done_.wait(lock, [&] { return mine.done; });
  if (mine.thrown) {
    std::rethrow_exception(mine.thrown);
  }
}

void IoPump::attach(Station& station) {
  call([&] { stations_.push_back(&station); });
}

void IoPump::detach(Station& station) noexcept {
  call([&] {
    std::erase(stations_, &station);
    secure_failed_.erase(&station);
  });
}

bool IoPump::run_tasks() {
  Task* task = nullptr;
  {
    const std::lock_guard lock(mutex_);
    if (tasks_.empty()) {
      return false;
    }
    task = tasks_.front();
    tasks_.pop_front();
  }
  try {
    (*task->run)();
  } catch (...) {
    task->thrown = std::current_exception();
  }
  const std::lock_guard lock(mutex_);
  task->done = true;
  done_.notify_all();
  return true;
}

void IoPump::run() noexcept {
  while (!stopping_.load(std::memory_order_acquire)) {
    const WallTime now = wall_now();
    const bool secured = secure_one(now);
    if (run_tasks() || secured) {  // a box that never confirms must not keep callers waiting
      continue;
    }
    if (broken_) {
      mend(now);
    } else if (unidentified_ && next_due() <= now) {  // a box that was left alone stays alone
      identify();
    } else {
      serve_one(now);
    }
    if (broken_) {
      sleep_until(retry_at_);
    } else {
      sleep_until(next_due());
    }
  }
}

// True when something was done that may have changed what is due.
bool IoPump::secure_one(WallTime now) noexcept {
  const auto wanting =
      std::find_if(stations_.begin(), stations_.end(), [&](const Station* s) { return s->wants_safe(now); });
  if (wanting == stations_.end()) {
    return false;
  }
  const auto failed = secure_failed_.find(*wanting);
  const bool asked_anew = failed == secure_failed_.end() || (*wanting)->safe_asked() > failed->second;
  if (broken_ && now < retry_at_ && !asked_anew) {
    return false;
  }
  // The time is up for the loop, but a link that comes back late still has something to switch off.
  const WallTime until = std::max((*wanting)->safe_asked() + safe_within, now + cut_after);
  transport_->cut_at(until);
  try {
    if (broken_) {
      transport_->clear(until);
      broken_ = false;
      unidentified_ = true;  // switching off has no time to ask who it is
    }
    try {
      (*wanting)->secure();
    } catch (const LinkError& error) {
      if (error.trouble() != LinkTrouble::rejected) {
        throw;
      }
      (*wanting)->recover(false);  // whoever took the box away from us has to give it back first
      (*wanting)->secure();
    }
    failures_ = 0;
    secure_failed_.erase(*wanting);
  } catch (const std::exception& error) {
    shout(**wanting);
    fail(as_link_error(error), *wanting);
    secure_failed_[*wanting] = wall_now();
  }
  transport_->uncut();
  return true;
}

void IoPump::shout(Station& station) noexcept {
  transport_->cut_at(wall_now() + shout_within);
  try {
    station.shout_off();
  } catch (const std::exception&) {  // nobody is there: what failed before is told
  }
}

void IoPump::serve_one(WallTime now) noexcept {
  const auto earliest = std::min_element(stations_.begin(), stations_.end(), [](const Station* a, const Station* b) {
    return a->due() != b->due() ? a->due() < b->due() : a->switches_off() && !b->switches_off();
  });
  if (earliest == stations_.end() || (*earliest)->due() > now) {
    return;
  }
  try {
    (*earliest)->service();
    failures_ = 0;
  } catch (const std::exception& error) {
    fail(as_link_error(error), *earliest);
  }
}

void IoPump::mend(WallTime now) noexcept {
  if (now < retry_at_) {
    return;
  }
  try {
    transport_->clear(now + clear_within);
    broken_ = false;
    unidentified_ = true;
  } catch (const std::exception& error) {
    fail(as_link_error(error));
    return;
  }
  identify();
}

void IoPump::identify() noexcept {
  const bool live = std::ranges::any_of(stations_, [](const Station* s) { return s->energises(); });
  const Station* whose = nullptr;
  try {
    for (Station* station : stations_) {
      whose = station;
      station->recover(live);
    }
    unidentified_ = false;
  } catch (const std::exception& error) {
    fail(as_link_error(error), whose);
  }
}

void IoPump::fail(const LinkError& error, const Station* whose) noexcept {
  // A slip is mended at once, a box that is gone is asked twice a second.
  // Counted until an exchange succeeds: a box that takes every connection and drops it is gone too.
  retry_at_ = wall_now() + (failures_ > 0 ? WallTime::duration(retry_period) : WallTime::duration::zero());
  ++failures_;
  broken_ = true;
  for (Station* station : stations_) {
    station->broken(error, whose == nullptr || whose == station || error.trouble() != LinkTrouble::rejected);
  }
}

WallTime IoPump::next_due() const noexcept {
  WallTime due = WallTime::max();
  for (const Station* station : stations_) {
    due = std::min(due, station->due());
  }
  return due;
}

// Until then, or until woken. At most 100 ms: a lease that runs out wakes nobody.
void IoPump::sleep_until(WallTime moment) noexcept {
  const auto left = std::clamp<WallTime::duration>(moment - std::min(moment, wall_now()), WallTime::duration::zero(),
                                                   std::chrono::milliseconds(100));
  timespec wait{};
  wait.tv_nsec = static_cast<long>(left.count());
  pollfd look{wake_, POLLIN, 0};
  if (ppoll(&look, 1, &wait, nullptr) > 0) {
    std::uint64_t count = 0;
    const auto got = read(wake_, &count, sizeof count);
    static_cast<void>(got);
  }
}

std::shared_ptr<IoPump> LinkTable::at(const std::string& endpoint) {
  std::weak_ptr<IoPump>& known = links_[endpoint];
  std::shared_ptr<IoPump> link = known.lock();
  if (!link) {
    if (transport_factory() == nullptr) {
      throw RigError("this program has no transports", endpoint, "link drivers/transport");
    }
    link = std::make_shared<IoPump>(transport_factory()(endpoint));
    known = link;
  }
  return link;
}

TransportFactory& transport_factory() noexcept {
  static TransportFactory factory = nullptr;
  return factory;
}

}  // namespace rig

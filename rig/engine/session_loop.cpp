#include "rig/engine/session_loop.hpp"

#include <chrono>

#include "rig/engine/real_time.hpp"

namespace rig {
namespace {

constexpr auto look_period = std::chrono::milliseconds(20);
constexpr int turns_between_looks = 256;  // at the clock

}  // namespace

SessionLoop::SessionLoop(Engine& engine, Turning turning) : engine_(engine) {
  if (turning == Turning::lockstep) {
    try {
      engine_.open();
    } catch (...) {
      end(WayOut::broken);
      throw;
    }
    return;
  }
  thread_ = std::thread([this] { turn_for_ever(); });
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return opened_; });
  if (thrown_) {
    lock.unlock();
    thread_.join();
    std::rethrow_exception(thrown_);
  }
}

SessionLoop::~SessionLoop() {
  if (!thread_.joinable()) {
    end(WayOut::aborted);
    return;
  }
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    asked_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void SessionLoop::end(WayOut way) noexcept {
  if (!over_) {
    engine_.leave(way, interrupts_);
    over_ = way;
  }
}

std::optional<WayOut> SessionLoop::over() {
  const std::lock_guard lock(mutex_);
  return over_;
}

void SessionLoop::between(const std::function<void()>& task) {
  if (!thread_.joinable()) {
    task();
    return;
  }
  std::unique_lock lock(mutex_);
  thrown_ = nullptr;
  task_ = &task;
  asked_ = true;
  changed_.notify_all();
  changed_.wait(lock, [this] { return task_ == nullptr; });
  if (thrown_) {
    std::rethrow_exception(std::exchange(thrown_, nullptr));
  }
}

void SessionLoop::until(const std::function<bool()>& done, const Look& look) {
  if (thread_.joinable()) {
    wait_for_thread(done, look);
  } else {
    turn_here(done, look);
  }
}

void SessionLoop::turn_here(const std::function<bool()>& done, const Look& look) {
  try {
    auto next_look = std::chrono::steady_clock::now() + look_period;
    for (int turns = 1; !over_ && !done(); ++turns) {
      if (const auto way = engine_.go_on(interrupts_)) {
        end(*way);
      }
      if (look && turns % turns_between_looks == 0 && std::chrono::steady_clock::now() >= next_look) {
        look();
        next_look = std::chrono::steady_clock::now() + look_period;
      }
    }
  } catch (...) {
    end(WayOut::aborted);
    throw;
  }
}

void SessionLoop::wait_for_thread(const std::function<bool()>& done, const Look& look) {
  std::unique_lock lock(mutex_);
  done_ = &done;
  asked_ = true;
  changed_.notify_all();
  try {
    while (done_ != nullptr) {
      changed_.wait_for(lock, look_period);
      if (look && done_ != nullptr) {
        lock.unlock();
        look();
        lock.lock();
      }
    }
  } catch (...) {
    if (!lock.owns_lock()) {
      lock.lock();
    }
    wish_ = WayOut::aborted;
    asked_ = true;
    changed_.notify_all();
    changed_.wait(lock, [this] { return !wish_ && done_ == nullptr; });
    throw;
  }
}

void SessionLoop::leave(WayOut way) {
  if (!thread_.joinable()) {
    end(way);
    return;
  }
  std::unique_lock lock(mutex_);
  wish_ = way;
  asked_ = true;
  changed_.notify_all();
  changed_.wait(lock, [this] { return !wish_; });
}

// The thread in real time. It takes the lock only when somebody asks for something, or when the run is over.
void SessionLoop::turn_for_ever() {
  const RealTime real_time;
  not_granted_ = real_time.missing();
  try {
    engine_.open();
  } catch (...) {
    const std::lock_guard lock(mutex_);
    thrown_ = std::current_exception();
    end(WayOut::broken);
    opened_ = true;
    changed_.notify_all();
    return;
  }
  {
    const std::lock_guard lock(mutex_);
    opened_ = true;
  }
  changed_.notify_all();
  while (true) {
    if (!over_) {
      if (const auto way = engine_.go_on(interrupts_)) {
        const std::lock_guard lock(mutex_);
        end(*way);
      }
    }
    if (asked_ || over_) {
      serve();
      const std::lock_guard lock(mutex_);
      if (stopping_) {
        end(WayOut::aborted);
        return;
      }
    }
  }
}

// What was asked for since the last tick. When the run is over it waits for the next wish.
void SessionLoop::serve() {
  std::unique_lock lock(mutex_);
  if (over_) {
    changed_.wait(lock, [this] { return task_ != nullptr || done_ != nullptr || wish_ || stopping_; });
  }
  if (task_ != nullptr) {
    try {
      (*task_)();
    } catch (...) {
      thrown_ = std::current_exception();
    }
    task_ = nullptr;
  }
  if (wish_) {
    end(*wish_);
    wish_.reset();
  }
  if (done_ != nullptr && (over_ || (*done_)())) {
    done_ = nullptr;
  }
  asked_ = done_ != nullptr || stopping_;
  lock.unlock();
  changed_.notify_all();
}

}  // namespace rig

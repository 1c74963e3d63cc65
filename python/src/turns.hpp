#pragma once
#include <condition_variable>
#include <mutex>

namespace rig::python {

// Threads that take pieces of work in order, find out how large each result is, and then write it to its place behind
// all before it. Nobody has to know the sizes beforehand, and nothing is moved afterwards.
class Turns {
 public:
  explicit Turns(std::size_t pieces) : pieces_(pieces) {}

  // The next piece; `pieces` when there is none left.
  std::size_t next() {
    const std::lock_guard lock(mutex_);
    return taken_ < pieces_ ? taken_++ : pieces_;
  }
  // The place of a piece's result. Waits until all pieces before it have theirs.
  std::size_t place(std::size_t piece, std::size_t size) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return placed_ == piece; });
    const std::size_t begin = size_;
    size_ += size;
    ++placed_;
    changed_.notify_all();
    return begin;
  }
  // A thread gives up: nothing more is handed out, and nobody waits for `piece`.
  void give_up(std::size_t piece) {
    {
      const std::lock_guard lock(mutex_);
      taken_ = pieces_;
      if (placed_ > piece) {
        return;
      }
    }
    place(piece, 0);
  }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t pieces_;
  std::size_t taken_ = 0;
  std::size_t placed_ = 0;
  std::size_t size_ = 0;
};

}  // namespace rig::python

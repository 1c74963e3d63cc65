#pragma once
#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace rig::cli {

// Calls work(0) to work(count - 1) on `jobs` threads; nothing more is begun after a wish to stop. The first exception
// ends it and is thrown here.
template <class Work>
void work_through(std::size_t count, std::size_t jobs, const std::atomic<int>& interrupts, const Work& work) {
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::exception_ptr trouble;
  const auto loop = [&] {
    for (std::size_t i = next++; i < count && interrupts.load(std::memory_order_relaxed) == 0; i = next++) {
      try {
        work(i);
      } catch (...) {
        const std::lock_guard lock(mutex);
        trouble = trouble ? trouble : std::current_exception();
        next = count;
      }
    }
  };
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < std::min(jobs, count); ++i) {
    threads.emplace_back(loop);
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  if (trouble) {
    std::rethrow_exception(trouble);
  }
}

}  // namespace rig::cli

#pragma once
#include <sched.h>

#include <optional>
#include <string>
#include <vector>

namespace rig {

// Asks the operating system, for the calling thread and as long as the object lives, for what a loop in real time
// wants: memory that is not swapped out and FIFO priority above all ordinary threads (threads started meanwhile do not
// inherit it), and a core of its own where there are more than two. missing() names what was not granted, each with
// what to do; the loop runs all the same.
class RealTime {
 public:
  // `core`: where the loop is to run alone; by default the last one of more than two.
  explicit RealTime(std::optional<unsigned> core = spare_core());
  ~RealTime();  // gives everything back
  RealTime(const RealTime&) = delete;
  RealTime& operator=(const RealTime&) = delete;
  [[nodiscard]] const std::vector<std::string>& missing() const noexcept { return missing_; }
  static std::optional<unsigned> spare_core() noexcept;

 private:
  void pin(unsigned core);

  std::optional<cpu_set_t> cores_before_;
  std::vector<std::string> missing_;
};

}  // namespace rig

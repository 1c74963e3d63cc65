#pragma once
#include <string>
#include <vector>

#include "rig/bench/bench.hpp"

namespace rig {

// While this lives nobody else drives or looks at the same boxes, of this process or another one on this machine: a
// lock file for each of them, in /run/lock or the folder for temporary files, names the owner, however the endpoint is
// spelled. The system gives the locks back when a process dies. A bench without links, which is a world of its own,
// locks nothing.
class BenchLock {
 public:
  BenchLock() = default;
  // Throws RigError that names instrument, endpoint and owner when one of them is in use.
  explicit BenchLock(const std::vector<ConnectResult>& links);
  BenchLock(BenchLock&& other) noexcept;
  BenchLock& operator=(BenchLock&& other) noexcept;
  BenchLock(const BenchLock&) = delete;
  BenchLock& operator=(const BenchLock&) = delete;
  ~BenchLock();

 private:
  void release() noexcept;
  std::vector<int> files_;
};

}  // namespace rig

#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "rig/case/program.hpp"
#include "rig/core/error.hpp"

namespace rig {

// The work took longer than it may, or was given up.
class OutsideTooLate : public RigError {
 public:
  using RigError::RigError;
};

// Does what a case leaves to somebody outside of the loop: calls functions by name. The engine knows no language and
// no process; whoever makes the run brings such a worker along. One for each run, made before anything is switched on,
// and everything but cancel() on a thread that is not the loop's.
class OutsideWorker {
 public:
  virtual ~OutsideWorker() = default;
  // One line of JSON each way. Throws OutsideTooLate after `limit` or cancel(), RigError when there is nobody any more;
  // what was under way has ended by then.
  virtual std::string work(const std::string& request, std::chrono::nanoseconds limit) = 0;
  // From any thread, without a wait: what is under way ends now, and work() does nothing any more.
  virtual void cancel() noexcept = 0;
  // The files in which the functions are, for the record.
  [[nodiscard]] virtual std::vector<std::string> files() const = 0;
};

// Throws RigError when a function of the program cannot be called.
using OutsideWorkers = std::function<std::unique_ptr<OutsideWorker>(const Program&)>;

}  // namespace rig

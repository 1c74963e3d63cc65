#pragma once
#include <functional>
#include <string>
#include <vector>

#include "rig/cli/selection.hpp"

namespace rig::cli {

// Where a session writes: one folder with a folder for each run, junit.xml and report.html.
class OutputFolder {
 public:
  // Makes the folder, or takes an empty one. `wanted` empty: runs/<UTC time>, with a number behind it when that exists.
  // Throws RigError when it cannot be written or holds something already: results are never overwritten.
  explicit OutputFolder(const std::string& wanted);
  // A new name for the folder of one run: "over_voltage/pack_over_voltage_stops_charging", with a number when taken.
  std::string folder_for(const RunOrder& order);
  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] std::string file(const std::string& name) const;

 private:
  std::string path_;
  std::vector<std::string> taken_;
};

// What the runner tells while it works; calls come from one thread, in the order of the session.
struct RunnerEvents {
  std::function<void(std::size_t index, const RunResult& result)> done;
  // About ten times a second: how many are done, and what runs now.
  std::function<void(std::size_t done, const std::vector<std::pair<const RunOrder*, TimePoint>>& running)> progress;
};

// Runs all orders on `jobs` threads, each with an engine and a bench of its own. The results come in the order of the
// session. After a wish to stop, what has not begun is left out: its result has the verdict `aborted`.
std::vector<RunResult> run_all(const std::vector<RunOrder>& orders, std::size_t jobs,
                               const std::atomic<int>& interrupts, const RunnerEvents& events);

// "case" or "case[row]".
std::string name_of(const RunOrder& order);

// The worst verdict of a session, and what it means to the shell.
Verdict worst_of(const std::vector<RunResult>& results);
int exit_code_of(Verdict verdict);

}  // namespace rig::cli

#include "rig/cli/session_runner.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <thread>

#include "rig/core/error.hpp"
#include "rig/engine/run.hpp"

namespace rig::cli {
namespace {
namespace fs = std::filesystem;

std::string utc_name() { return fmt::format("{:%Y%m%d-%H%M%S}", fmt::gmtime(std::time(nullptr))); }

// Letters, digits and a few signs: a folder's name that every tool takes.
std::string folder_name(const std::string& text) {
  std::string name;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
                       c == '-' || (c == '.' && !name.empty());
    name += plain ? c : '_';
  }
  return name.empty() ? "case" : name.substr(0, 120);
}

RunResult without_run(const RunOrder& order, Verdict verdict, const std::string& sentence) {
  RunResult result;
  result.verdict = verdict;
  result.way = verdict == Verdict::aborted ? WayOut::aborted : WayOut::broken;
  Finding finding;
  finding.kind = FindingKind::instrument;
  finding.verdict = verdict;
  finding.rule = verdict == Verdict::aborted ? "user" : "exception";
  finding.sentence = sentence;
  result.findings.push_back(finding);
  result.info.case_name = order.test->name.text;
  result.info.title = order.test->title;
  result.info.suite = order.suite;
  result.info.row = order.row == nullptr ? "" : order.row->name;
  result.info.seed = order.seed;
  result.info.verdict = verdict_name(verdict);
  result.info.sentence = sentence;
  result.info.findings.push_back({.kind = std::string(finding_kind_name(finding.kind)),
                                  .verdict = result.info.verdict,
                                  .rule = finding.rule,
                                  .sentence = sentence});
  return result;
}

// The threads of a session and what they share.
class Runner {
 public:
  Runner(const std::vector<RunOrder>& orders, const std::atomic<int>& interrupts)
      : orders_(orders), interrupts_(interrupts), results_(orders.size()), done_(orders.size()) {}

  std::vector<RunResult> run(std::size_t jobs, const RunnerEvents& events) {
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < std::min(jobs, orders_.size()); ++i) {
      threads.emplace_back([this] { work(); });
    }
    report(events);
    for (std::thread& thread : threads) {
      thread.join();
    }
    return std::move(results_);
  }

 private:
  void work() {
    for (std::size_t i = next_++; i < orders_.size(); i = next_++) {
      RunResult result = run_one(i);
      const std::lock_guard lock(mutex_);
      results_[i] = std::move(result);
      done_[i] = true;
      changed_.notify_all();
    }
  }

  RunResult run_one(std::size_t i) {
    const RunOrder& order = orders_[i];
    if (interrupts_.load(std::memory_order_relaxed) > 0) {
      return without_run(order, Verdict::aborted, "The run was not begun: the user had stopped the session.");
    }
    try {
      Diagnostics diagnostics;
      Run run(order, diagnostics);
      diagnostics.throw_if_errors();
      const Shown shown(*this, order, run);
      return run.execute(interrupts_);
    } catch (const std::exception& error) {
      return without_run(order, Verdict::error, error.what());
    }
  }

  // Lets the reporting thread look at a run while it lives.
  class Shown {
   public:
    Shown(Runner& runner, const RunOrder& order, const Run& run) : runner_(runner), run_(&run) {
      const std::lock_guard lock(runner.mutex_);
      runner.running_.emplace_back(&order, &run);
    }
    ~Shown() {
      const std::lock_guard lock(runner_.mutex_);
      std::erase_if(runner_.running_, [&](const auto& entry) { return entry.second == run_; });
    }
    Shown(const Shown&) = delete;
    Shown& operator=(const Shown&) = delete;

   private:
    Runner& runner_;
    const Run* run_;
  };

  void report(const RunnerEvents& events) {
    std::unique_lock lock(mutex_);
    for (std::size_t shown = 0; shown < orders_.size();) {
      changed_.wait_for(lock, std::chrono::milliseconds(100), [&] { return bool{done_[shown]}; });
      for (; shown < orders_.size() && done_[shown]; ++shown) {
        if (events.done) {
          lock.unlock();  // results do not move any more, and printing may take its time
          events.done(shown, results_[shown]);
          lock.lock();
        }
      }
      if (events.progress && shown < orders_.size()) {
        std::vector<std::pair<const RunOrder*, TimePoint>> running;
        for (const auto& [order, run] : running_) {
          running.emplace_back(order, run->now());
        }
        events.progress(static_cast<std::size_t>(std::count(done_.begin(), done_.end(), true)), running);
      }
    }
  }

  const std::vector<RunOrder>& orders_;
  const std::atomic<int>& interrupts_;
  std::atomic<std::size_t> next_{0};
  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::vector<RunResult> results_;
  std::vector<bool> done_;
  std::vector<std::pair<const RunOrder*, const Run*>> running_;
};

}  // namespace

OutputFolder::OutputFolder(const std::string& wanted) : path_(wanted) {
  const std::string base = "runs/" + utc_name();
  for (int i = 2; wanted.empty() && (path_.empty() || fs::exists(path_)); ++i) {
    path_ = path_.empty() ? base : base + "-" + std::to_string(i);
  }
  std::error_code error;
  if (fs::exists(path_, error) && !fs::is_directory(path_, error)) {
    throw RigError("this is a file, not a folder", path_, "name a folder that is empty or does not exist");
  }
  fs::create_directories(path_, error);
  if (error) {
    throw RigError("cannot make this folder: " + error.message(), path_);
  }
  if (!fs::is_empty(path_, error) || error) {
    throw RigError("this folder is not empty", path_, "results are never overwritten; name another folder");
  }
  const std::string probe = file(".writable");
  if (!std::ofstream(probe)) {
    throw RigError("cannot write into this folder", path_);
  }
  fs::remove(probe, error);
}

std::string OutputFolder::file(const std::string& name) const { return (fs::path(path_) / name).string(); }

std::string OutputFolder::folder_for(const RunOrder& order) {
  std::string name = folder_name(order.suite) + "/" + folder_name(order.test->name.text);
  if (order.row != nullptr) {
    name += "." + folder_name(order.row->name);
  }
  const std::string base = name;
  for (int i = 2; std::find(taken_.begin(), taken_.end(), name) != taken_.end(); ++i) {
    name = base + "-" + std::to_string(i);
  }
  taken_.push_back(name);
  return file(name);
}

std::vector<RunResult> run_all(const std::vector<RunOrder>& orders, std::size_t jobs,
                               const std::atomic<int>& interrupts, const RunnerEvents& events) {
  return Runner(orders, interrupts).run(jobs, events);
}

std::string name_of(const RunOrder& order) { return test_name(*order.test, order.row); }

Verdict worst_of(const std::vector<RunResult>& results) {
  Verdict worst = Verdict::pass;
  for (const RunResult& result : results) {
    worst = worse(worst, result.verdict);
  }
  return worst;
}

int exit_code_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return exit_code::passed;
    case Verdict::fail:
      return exit_code::failed;
    case Verdict::invalid:
    case Verdict::error:
      return exit_code::invalid;
    case Verdict::aborted:
      break;
  }
  return exit_code::aborted;
}

}  // namespace rig::cli

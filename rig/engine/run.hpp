#pragma once
#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "rig/engine/bench_lock.hpp"
#include "rig/engine/engine.hpp"
#include "rig/engine/judgement.hpp"
#include "rig/engine/run_order.hpp"
#include "rig/judge/decision.hpp"

namespace rig {

// One case (and row) on one bench of its own. The constructor builds and checks everything and switches nothing on;
// execute() runs it once. One thread at a time; runs share nothing that changes.
class Run {
 public:
  // Mistakes go to `diagnostics`; execute() may be called only when there were none.
  Run(const RunOrder& order, Diagnostics& diagnostics);
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;
  ~Run();

  // Longest time that the case can take.
  [[nodiscard]] Duration estimated() const;
  [[nodiscard]] Bench& bench() noexcept { return bench_; }
  [[nodiscard]] Judgement& judgement() noexcept { return judgement_; }
  [[nodiscard]] Duration tick() const noexcept { return tick_; }

  // Never throws for what happens during the run: that is a verdict. Throws RigError when the record cannot be begun,
  // which is before anything is switched on.
  RunResult execute(const std::atomic<int>& interrupts);

  // How far the run is; any thread may look.
  [[nodiscard]] TimePoint now() const noexcept;

  // execute() in parts, for those who turn the loop themselves: begin() is what it does before the first tick, and
  // finish() what comes after the engine has left. `trouble`: what an exception said, or
  // why it was aborted where it was not the user who did.
  Engine& begin();
  RunResult finish(WayOut way, const std::string& trouble);
  // A measure that no step of the case took; decided when the run is concluded.
  void add(MeasureResult measure) { added_measures_.push_back(std::move(measure)); }
  // What was found outside of the loop.
  void add(Finding finding) { added_findings_.push_back(std::move(finding)); }
  // What the system did not grant a loop in real time that somebody else turns, for the report.
  void note_real_time(std::vector<std::string> missing) { not_real_time_ = std::move(missing); }
  Supervisor& supervisor() noexcept { return *supervisor_; }
  Script& script() noexcept { return *script_; }
  RowRecorder& recorder() noexcept { return *recorder_; }
  // Path of the record that is written, or empty.
  [[nodiscard]] std::string record() const { return writer_ ? writer_->path() : ""; }

 private:
  void check_start(Diagnostics& diagnostics) const;
  [[nodiscard]] StartState start_state() const;
  void refuse_unguarded() const;
  void refuse_overdue();
  void note_links(RunResult& result);
  void note_clock(const std::vector<Finding>& findings);
  void begin_outside();
  void note_outside(RunResult& result, bool& checked);
  void note_measure(const MeasureResult& measure, RunResult& result, bool& checked);
  void fill_known(RunInfo& info);
  void conclude(RunResult& result, const std::string& trouble);
  void fill_found(const RunResult& result);
  void note_unexercised();
  void finish_record(RunResult& result, const std::string& trouble);

  RunOrder order_;
  Duration tick_;
  BenchLock lock_;  // given back when the bench is gone
  Bench bench_;
  Judgement judgement_;
  std::unique_ptr<RunWriter> writer_;
  std::unique_ptr<Clock> clock_;
  std::unique_ptr<RowRecorder> recorder_;
  std::unique_ptr<Supervisor> supervisor_;
  std::unique_ptr<OutsideDesk> outside_;  // the script looks at it
  std::unique_ptr<Script> script_;
  std::unique_ptr<Engine> engine_;
  std::atomic<const Engine*> running_{nullptr};
  RunInfo info_;
  std::vector<MeasureResult> added_measures_;
  std::vector<Finding> added_findings_;
  std::string overdue_;                     // instruments whose calibration is over, allowed by the user
  std::vector<std::string> not_real_time_;  // what the system did not grant a loop in real time
  std::chrono::steady_clock::time_point begun_{};
};

// Makes the verdict of what was found: the worst wins, `invalid` only replaces a pass, and a run in which nothing was
// checked is an error. May add the finding that says so.
Verdict merge_verdict(std::vector<Finding>& findings, bool anything_checked, TimePoint end);

}  // namespace rig

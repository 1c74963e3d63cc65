#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rig/core/error.hpp"
#include "rig/engine/recorded_past.hpp"
#include "rig/engine/run.hpp"
#include "rig/engine/session_loop.hpp"

namespace rig {

// A step of a session did not come to its end: a wait that timed out, an expectation that failed, a set-point that was
// refused. The run goes on; what happened is a finding.
class StepFailed : public RigError {
 public:
  using RigError::RigError;
};

// The run is over, and the bench is safe: the bench tripped, a set-point was refused, the record failed ...
class SessionOver : public RigError {
 public:
  SessionOver(WayOut way, const std::string& what) : RigError(what), way_(way) {}
  [[nodiscard]] WayOut way() const noexcept { return way_; }

 private:
  WayOut way_;
};

struct SessionOrder {
  const Setup* setup = nullptr;  // outlives the session
  std::string text;              // YAML of a case without steps: name, title, start, pcs, always, limits ...
  std::uint64_t seed = 1;
  std::optional<Duration> tick;  // instead of the bench's
  RecordLevel level = RecordLevel::full;
  std::string folder;  // of the record; not used with RecordLevel::none
  std::string software;
  std::function<std::unique_ptr<Clock>()> clock;  // as of a RunOrder
};

// A run whose steps a script adds while it goes on: the same engine, reference, judges, supervisor and record as for a
// case. In lockstep rig time passes only inside run_step() and turn(); with a wall clock it passes by itself.
//
// Order of calls: constructor (builds and checks, switches nothing on), begin(), anything, finish(). Every way out,
// also the destructor, leaves the bench safe. One thread at a time.
class Session {
 public:
  // Called at least twenty times a second while a call waits; what it throws ends the run as aborted, safe.
  using Look = SessionLoop::Look;

  // Throws RigError with all mistakes of the case and the bench.
  explicit Session(const SessionOrder& order);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session();

  // Connects and arms, and waits until all watched signals are good. Throws SessionOver when they do not become so.
  void begin(const Look& look);
  // Does one step to its end. Throws RigError when it is wrong, before anything has changed, StepFailed and
  // SessionOver.
  void run_step(const Step& step, const Look& look);
  // Lets `ticks` ticks pass.
  void turn(std::int64_t ticks, const Look& look);

  // Signals and expressions now and in the past; RigError for a mistake in a text, and where the data is not good.
  [[nodiscard]] TakenValue value(const std::string& expression);
  [[nodiscard]] TakenValue at(const std::string& event, const std::string& expression);
  // A measured value against limits, in the record like the measures of a case; an open side is infinite. What is not
  // good enough is a finding, no exception.
  MeasureResult check(const std::string& id, const TakenValue& value, const std::optional<Interval>& limits,
                      DecisionRule rule);

  // The script has found for itself that the pack is not as it should be.
  void fail(const std::string& sentence);

  // Every frame on the bus from now on, received and sent, for one listener in any thread.
  [[nodiscard]] std::shared_ptr<FrameTap> listen();

  // Ends the run: safe, confirmed, verdict, record. `way`: completed, aborted (`trouble`: why, the user when
  // it is empty), or broken with `trouble`.
  RunResult finish(WayOut way, const std::string& trouble = {});

  [[nodiscard]] Run& run() noexcept { return *run_; }
  [[nodiscard]] const SignalTable& signals() const noexcept { return run_->bench().signals(); }
  [[nodiscard]] const CommandTable& commands() const noexcept { return run_->bench().commands(); }
  [[nodiscard]] TimePoint now() const noexcept { return run_->now(); }
  [[nodiscard]] bool begun() const noexcept { return loop_ != nullptr; }
  [[nodiscard]] bool finished() const noexcept { return finished_; }

 private:
  void require_begun() const;
  void require_running();
  void throw_if_over();
  void throw_if_failed();
  [[nodiscard]] Expression compile(const std::string& text, const char* what, bool truth) const;

  SessionOrder order_;
  Case case_;
  std::unique_ptr<Run> run_;
  Engine* engine_ = nullptr;
  std::unique_ptr<SessionLoop> loop_;
  std::vector<std::string> checked_;  // ids of checks
  bool finished_ = false;
};

}  // namespace rig

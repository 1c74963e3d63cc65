#pragma once
#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "rig/case/outside_port.hpp"
#include "rig/engine/outside_answer.hpp"
#include "rig/engine/outside_worker.hpp"

namespace rig {

// Between the loop and the worker outside of it: remembers what the functions will want to see, hands it over, and
// takes the answer. The loop's side neither waits nor locks nor allocates.
//
// In lockstep rig time stands still while a function works: the loop calls wait() between two ticks, so that what comes
// of a run does not depend on how long it took. With a wall clock ticks, monitors and limits go on.
class OutsideDesk final : public OutsidePort {
 public:
  enum class Turning : std::uint8_t { lockstep, real_time };
  // `program` and `signals` outlive it. `scale`: rig time over wall time.
  OutsideDesk(const Program& program, const SignalTable& signals, std::unique_ptr<OutsideWorker> worker,
              Turning turning, double scale);
  OutsideDesk(const OutsideDesk&) = delete;
  OutsideDesk& operator=(const OutsideDesk&) = delete;
  ~OutsideDesk() override;

  // Once in each tick, before the script: the histories grow.
  void observe(const SignalTable& signals) noexcept;
  void begin(std::uint32_t job, const Tick& tick, const SignalTable& signals) noexcept override;
  [[nodiscard]] State state() const noexcept override { return state_.load(std::memory_order_acquire); }
  [[nodiscard]] Given given(std::size_t place) const noexcept override { return outcomes_.back().given[place]; }

  // Between two ticks: in lockstep until the work is done or somebody asks to stop.
  void wait(const std::atomic<int>& interrupts) noexcept;
  // The run is on its way out: what is under way ends, and its answer is not wanted any more.
  void give_up() noexcept;

  // After the loop.
  void close() noexcept;
  [[nodiscard]] const std::vector<OutsideOutcome>& outcomes() const noexcept { return outcomes_; }
  [[nodiscard]] const std::vector<DocumentRow>& documents() const noexcept { return documents_; }

 private:
  struct Past {
    std::vector<Sample> samples;  // a ring; memory is taken at construction
    std::size_t next = 0;
    std::size_t count = 0;
    [[nodiscard]] const Sample& back() const noexcept { return samples[(next + samples.size() - 1) % samples.size()]; }
  };
  struct Seen {
    Sample now;
    double uncertainty = 0.0;
  };
  struct Job {
    std::vector<Past> past;  // of each signal that it sees
    std::vector<Seen> seen;
    TimePoint time{};
    bool begun = false;
  };
  void run() noexcept;
  void do_job(std::uint32_t number);
  void finish(std::uint32_t number, const std::string& line);
  [[nodiscard]] std::string request_of(std::uint32_t number) const;
  void wake() noexcept;

  const Program& program_;
  const SignalTable& signals_;
  std::unique_ptr<OutsideWorker> worker_;
  Turning turning_;
  double scale_;
  std::vector<Job> jobs_;  // a job under way is the worker thread's, the others are the loop's
  std::vector<std::uint32_t> with_history_;
  std::set<std::string> taken_;
  std::vector<OutsideOutcome> outcomes_;  // the worker thread's while a job is under way
  std::vector<DocumentRow> documents_;
  std::atomic<State> state_{State::idle};
  std::atomic<std::uint32_t> under_way_{0};
  std::atomic<bool> gave_up_{false};
  std::atomic<bool> stopping_{false};
  int wake_ = -1;  // eventfd
  std::mutex mutex_;
  std::condition_variable done_;
  std::thread thread_;
};

}  // namespace rig

#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rig/case/case.hpp"
#include "rig/core/clock.hpp"
#include "rig/engine/outside_worker.hpp"
#include "rig/engine/setup.hpp"
#include "rig/judge/verdict.hpp"
#include "rig/record/run_info.hpp"

// What a run is asked for and what comes of it: all that those need who order runs and print results.
namespace rig {

// Whether the steps are known before the run, or a script adds them while it runs.
enum class Flow : std::uint8_t { fixed, open };

// Why the steps of a case are over.
enum class WayOut : std::uint8_t {
  completed,      // all steps done, or one of them failed: the script went into `finally` by itself
  diverged,       // a divergence, and the case said `resync: stop`
  tripped,        // a limit, or a watched signal went stale while energised
  refused,        // a set-point that the bench does not allow
  not_ready,      // the watched signals did not become good in time; nothing was energised
  overdue,        // longer than the case can take
  record_failed,  // the record cannot be written further
  aborted,        // the user asked to stop
  broken          // an exception
};

// One line of a session: this case, this row, this seed.
struct RunOrder {
  const Setup* setup = nullptr;  // these three outlive the run
  const Case* test = nullptr;
  const Row* row = nullptr;
  std::uint64_t seed = 1;
  std::optional<Duration> tick;  // instead of the bench's
  RecordLevel level = RecordLevel::full;
  std::string folder;                   // of the record; not used with RecordLevel::none
  std::string suite;                    // theme of the case
  std::string software;                 // version
  std::vector<std::string> parameters;  // "--param" as given, for the record; already in `test`
  Flow flow = Flow::fixed;              // open: the case has no steps, Session adds them
  std::string text;                     // of a case that lies in no file, for the record
  bool allow_overdue = false;           // calibrations; the record says so
  OutsideWorkers outside;               // who calls the functions of a case; only needed where it has some
  // Instead of the bench's: of a test that owns the time.
  std::function<std::unique_ptr<Clock>()> clock;
};

struct RunResult {
  Verdict verdict = Verdict::error;
  WayOut way = WayOut::broken;
  RunInfo info;  // as it stands in the record
  std::vector<Finding> findings;
  std::int64_t ticks = 0;
  double wall_seconds = 0.0;
  std::string record;  // path of run.sqlite, or empty
};

}  // namespace rig

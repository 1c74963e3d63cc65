#include "rig/engine/engine.hpp"

namespace rig {
namespace {

// Of an open program nobody knows how many there will be; what does not fit is left out of the list of steps.
std::size_t most_steps(const Program& program) { return program.open ? 10000 : program.steps.size(); }

}  // namespace

Engine::Engine(const Parts& parts, const EngineOptions& options)
    : bench_(parts.bench),
      supervisor_(parts.supervisor),
      script_(parts.script),
      references_(parts.references),
      monitors_(parts.judges),
      recorder_(parts.recorder),
      clock_(parts.clock),
      outside_(parts.outside),
      signals_(parts.bench.signals()),
      options_(options),
      wanted_(parts.bench.commands()),
      moments_(parts.bench.signals(), most_steps(parts.script.program())) {}

Engine::~Engine() {
  if (!left_) {
    bench_.make_safe(TripCause::other);
  }
}

void Engine::step(const Tick& tick) noexcept {
  bench_.sample(tick);                                              // 1  the world, as it stands at tick.start
  supervisor_.inspect(tick, signals_);                              // 2  may trip, which is final
  advance_script(tick);                                             // 3  what the case would like
  references_.step(tick, signals_);                                 // 4  what may be seen, given what was measured
  monitors_.observe(tick, signals_);                                // 5
  supervisor_.admit(tick, wanted_);                                 // 6  refuses; never clips in silence
  bench_.apply(tick, supervisor_.admitted());                       // 7  from here on: in force
  recorder_.push(tick, signals_, wanted_, supervisor_.admitted());  // 8  the row that explains the verdict
}

void Engine::advance_script(const Tick& tick) noexcept {
  if (script_runs_) {
    if (outside_ != nullptr) {
      outside_->observe(signals_);
    }
    script_.advance(tick, signals_, wanted_);
    moments_.look(tick, signals_);
  }
}

// The next tick, when its time has come.
void Engine::turn() noexcept {
  const std::int64_t missed = clock_.wait_until(TimePoint{index_ * options_.tick});
  index_ += missed;
  const Tick tick{index_, TimePoint{index_ * options_.tick}, (1 + missed) * options_.tick, missed};
  if (missed > 0 || clock_.late() != late_seen_) {
    late_seen_ = clock_.late();
    recorder_.note_clock({index_, missed});
  }
  if (missed > 0 && script_began_) {
    missed_ += missed;
    moments_.note({tick.start - tick.step, tick.start, missed});
  }
  step(tick);
  now_.store(tick.start.time_since_epoch().count(), std::memory_order_relaxed);
  ++index_;
  ++ticks_;
}

void Engine::begin_script() noexcept { script_runs_ = script_began_ = true; }

WayOut Engine::run(const std::atomic<int>& interrupts) {
  try {
    open();
    std::optional<WayOut> way;
    while (!way) {
      way = go_on(interrupts);
    }
    leave(*way, interrupts);
    return *way;
  } catch (...) {
    leave(WayOut::broken, interrupts);
    throw;
  }
}

void Engine::open() {
  bench_.arm();
  clock_.start(options_.tick);
  turns_ = true;
}

std::optional<WayOut> Engine::go_on(const std::atomic<int>& interrupts) {
  turn();
  if (interrupts.load(std::memory_order_relaxed) > 0) {
    return WayOut::aborted;
  }
  if (supervisor_.tripped()) {
    return WayOut::tripped;
  }
  if (supervisor_.refused()) {
    return WayOut::refused;
  }
  if (recorder_.failed()) {
    return WayOut::record_failed;
  }
  if (script_runs_ && (script_.in_finally() || script_.done())) {
    return WayOut::completed;
  }
  if (monitors_.wants_stop()) {
    return WayOut::diverged;
  }
  if (!script_runs_ && supervisor_.ready()) {
    begin_script();
  } else if (!script_runs_ && now() >= TimePoint{bench_.config().ready_within}) {
    return WayOut::not_ready;
  }
  if (now() >= TimePoint{options_.bound}) {
    return WayOut::overdue;
  }
  if (outside_ != nullptr) {
    outside_->wait(interrupts);
  }
  return std::nullopt;
}

// Every way out ends here: safe, confirmed, `finally`, safe, a last look. Nothing can be energised any more, so
// `finally` sets what else has to be set.
void Engine::leave(WayOut way, const std::atomic<int>& interrupts) noexcept {
  if (!turns_) {
    clock_.start(options_.tick);  // a box that cannot be armed has to read back all the same that it is off
    turns_ = true;
  }
  left_at_ = now();
  bench_.make_safe(supervisor_.cause());
  supervisor_.hold_safe();
  if (outside_ != nullptr) {
    outside_->give_up();
  }
  const bool began = script_runs_;
  script_runs_ = false;
  confirm_safe(interrupts);
  if (began && way != WayOut::aborted && way != WayOut::record_failed) {
    script_runs_ = true;
    script_.stop();
    const TimePoint overdue = now() + options_.bound;
    while (!script_.done() && interrupts.load(std::memory_order_relaxed) == 0 && now() < overdue) {
      turn();
    }
    bench_.make_safe(TripCause::other);
    script_runs_ = false;
    observe_after(interrupts);
  } else {
    show_safe(interrupts);
  }
  left_ = true;
  monitors_.finish(now());
}

// The first sign of a defect is rarely the one that names it: a contact moves at once, the flag comes with the next
// frame.
void Engine::observe_after(const std::atomic<int>& interrupts) noexcept {
  const TimePoint end = now() + bench_.config().observe_after;
  while (interrupts.load(std::memory_order_relaxed) == 0 && now() < end) {
    turn();
  }
}

// Readings come a period behind what they confirm: the last rows of a record show a bench that is off.
void Engine::show_safe(const std::atomic<int>& interrupts) noexcept {
  constexpr double within = 0.3;  // s, wall time
  const TimePoint end = now() + from_seconds(within * bench_.timeline().scale());
  script_.leave(now(), signals_);  // what was expected is not held against a bench that is being switched off
  const int interrupts_before = interrupts.load(std::memory_order_relaxed);
  while (now() < end && interrupts.load(std::memory_order_relaxed) <= interrupts_before) {
    turn();
  }
}

void Engine::confirm_safe(const std::atomic<int>& interrupts) noexcept {
  const TimePoint until = now() + bench_.config().safe_within;
  const int interrupts_before = interrupts.load(std::memory_order_relaxed);
  do {
    turn();  // at least once: the row behind the last decision is in the record
    safe_confirmed_ = bench_.is_safe();
  } while (!safe_confirmed_ && now() < until && interrupts.load(std::memory_order_relaxed) <= interrupts_before);
  if (!safe_confirmed_) {
    not_confirmed_ = bench_.not_safe();
  }
}

}  // namespace rig

#include "rig/engine/run.hpp"

#include <algorithm>
#include <chrono>

#include "rig/core/date.hpp"
#include "rig/core/error.hpp"
#include "rig/core/files.hpp"
#include "rig/engine/real_time.hpp"
#include "rig/engine/run_texts.hpp"

namespace rig {
namespace {

std::unique_ptr<Clock> clock_of(ClockKind kind, Timeline& timeline) {
  if (kind == ClockKind::wall) {
    return std::make_unique<WallClock>(timeline);
  }
  return std::make_unique<LockstepClock>();
}

// What the user says; else the bench's, or the longer one that is enough for the case. In real time never a longer one:
// limits and stops are looked at once in a tick.
Duration tick_of(const RunOrder& order) {
  const BenchConfig& bench = order.setup->bench;
  const bool computed = bench.clock == ClockKind::lockstep;
  return order.tick.value_or(computed ? std::max(bench.tick, order.test->tick) : bench.tick);
}

constexpr Duration longest_session = std::chrono::hours(24 * 365 * 10);

std::string joined(const std::vector<MarkedText>& list) {
  std::string text;
  for (const MarkedText& item : list) {
    text += (text.empty() ? "" : ", ") + item.text;
  }
  return text;
}

}  // namespace

Run::Run(const RunOrder& order, Diagnostics& diagnostics)
    : order_(order),
      tick_(tick_of(order)),
      bench_(order.setup->bench, order.seed, diagnostics),
      judgement_(*order.test, order.row, order.setup->requirements, bench_.signals(), bench_.commands(), diagnostics,
                 order.flow) {
  bench_.seal();
  check_start(diagnostics);
}

Run::~Run() = default;

Duration Run::estimated() const { return estimate(judgement_.program()); }

StartState Run::start_state() const {
  const StartClause& start = order_.test->start;
  StartState state;
  state.state = start.state == StartWord::off ? "off" : "standby";
  if (start.soc) {
    state.soc = start.soc->value();
  }
  if (start.temperature) {
    state.temperature = start.temperature->value();
  }
  if (start.cells) {
    state.cell_spread = *start.cells == CellsWord::equalised ? 0.0 : 1.0;
  }
  if (start.cell_spread) {
    state.cell_spread = start.cell_spread->value();
  }
  if (start.leading_cell) {
    state.leading_cell = start.leading_cell->cell;
    state.leading_by = start.leading_cell->by.value();
  }
  if (start.hot_cell) {
    state.hot_cell = start.hot_cell->cell;
    state.hot_by = start.hot_cell->by.value();
  }
  if (start.since_full) {
    state.since_full = start.since_full->value();
  }
  if (start.stored) {
    state.stored = start.stored->value();
  }
  state.age = start.age.text;
  return state;
}

// A record is a file of a length that a disk has; a tick that the case's times cannot be told in is a slip.
void Run::check_start(Diagnostics& diagnostics) const {
  if (tick_ < std::chrono::microseconds(10) || tick_ > std::chrono::seconds(10)) {
    const auto given = std::make_shared<const SourceText>(SourceText{"--tick", {}});
    diagnostics.error(order_.tick ? SourceMark{given, 0, 0} : order_.setup->bench.mark,
                      "a tick lies between 10 us and 10 s");
  }
  if (order_.setup->bench.clock == ClockKind::lockstep && !bench_.links().empty()) {
    diagnostics.error(order_.setup->bench.mark,
                      "instruments on links, such as " + bench_.links().front().instrument +
                          ", live in real time; expected clock: wall, found lockstep",
                      "write `clock: wall`");
  }
}

void Run::fill_known(RunInfo& info) {
  const Case& test = *order_.test;
  info.case_name = test.name.text;
  info.suite = order_.suite;
  info.title = test.title;
  info.why = test.why;
  info.row = order_.row == nullptr ? "" : order_.row->name;
  info.verifies = joined(test.verifies);
  info.seed = order_.seed;
  info.tick = tick_;
  info.software = order_.software;
  info.level = order_.level;
  info.started_unix_ns = unix_now();
  if (order_.flow == Flow::open) {
    info.documents.push_back({"session", test.name.text + ".yaml", fingerprint(order_.text), order_.text});
  } else {
    for (const std::string& file : test.files) {
      const auto source = read_text(file);
      info.documents.push_back({"case", file, fingerprint(source->text), source->text});
    }
  }
  for (const std::string& text : order_.parameters) {
    info.documents.push_back({"parameter", "--param", fingerprint(text), text});
  }
  info.documents.insert(info.documents.end(), order_.setup->documents.begin(), order_.setup->documents.end());
  info.limits = limit_rows(order_.setup->bench, order_.setup->requirements, judgement_.program(), bench_.signals());
  info.identification = {{"bench", order_.setup->bench.name},
                         {"product", order_.setup->requirements.product},
                         {"packs", std::to_string(order_.setup->bench.dut.rig.packs)},
                         {"clock", order_.setup->bench.clock == ClockKind::wall ? "wall" : "lockstep"}};
  if (!overdue_.empty()) {
    info.identification.push_back({"calibration", "overdue, which the user allowed: " + overdue_});
  }
}

// A killed process switches nothing off. Until somebody else does, only what is on this machine is energised.
void Run::refuse_unguarded() const {
  for (const ConnectResult& instrument : bench_.links()) {
    if (!instrument.link->is_local) {
      throw RigError(instrument.instrument + " at " + instrument.link->endpoint +
                         " is a real box, and nobody would switch it off if this program were killed",
                     order_.setup->bench.path,
                     "until there is a guardian, only simulated and loopback instruments are energised; "
                     "`gtxrig bench-check` looks at real ones");
    }
  }
}

// What a box reads after its calibration has ended proves nothing; whether it may is the lab's to decide.
void Run::refuse_overdue() {
  for (const ConnectResult& instrument : bench_.links()) {
    const std::string& due = instrument.link->calibration_due;
    if (due.empty() || due >= today()) {
      continue;
    }
    if (!order_.allow_overdue) {
      throw RigError("the calibration of " + instrument.instrument + " was due on " + due, order_.setup->bench.path,
                     "have it calibrated and mend calibration_due; with --allow-overdue it runs all the same, and the "
                     "report says so");
    }
    overdue_ += (overdue_.empty() ? "" : ", ") + instrument.instrument + " since " + due;
  }
}

Engine& Run::begin() {
  begun_ = std::chrono::steady_clock::now();
  const bool lockstep = order_.setup->bench.clock == ClockKind::lockstep;
  refuse_unguarded();
  refuse_overdue();
  lock_ = BenchLock(bench_.links());
  begin_outside();
  if (!bench_.preset(start_state())) {
    throw RigError("no instrument of bench '" + order_.setup->bench.name + "' can put the start state",
                   order_.setup->bench.path, "a real bench needs conditioning steps, which do not exist yet");
  }
  bench_.connect();  // after preset: simulated boxes are switched off and on by it
  fill_known(info_);
  writer_ = std::make_unique<RunWriter>(order_.folder, info_, RecordOptions{.level = order_.level});
  std::unique_ptr<Recorder> recorder;
  if (order_.level != RecordLevel::none) {
    recorder = std::make_unique<Recorder>(
        *writer_, bench_.signals(), bench_.commands(),
        RecorderOptions{.blocking = lockstep, .block_time = lockstep ? Duration{} : std::chrono::seconds(1)});
  }
  recorder_ = std::make_unique<RowRecorder>(std::move(recorder), bench_.can());
  clock_ = order_.clock ? order_.clock() : clock_of(order_.setup->bench.clock, bench_.timeline());
  judgement_.begin(bench_.signals());
  supervisor_ = std::make_unique<Supervisor>(bench_, judgement_.program().limits);
  script_ = std::make_unique<Script>(judgement_.program(), bench_.signals(), bench_.commands(), outside_.get());
  // What the steps can take, and a minute in which nothing of the rig's own can be that late.
  const Duration bound = order_.flow == Flow::open
                             ? longest_session
                             : estimated() + order_.setup->bench.ready_within + std::chrono::minutes(1);
  engine_ = std::make_unique<Engine>(Engine::Parts{bench_, *supervisor_, *script_, judgement_.references(),
                                                   judgement_.judges(), *recorder_, *clock_, outside_.get()},
                                     EngineOptions{.tick = tick_, .bound = bound});
  running_.store(engine_.get(), std::memory_order_release);
  return *engine_;
}

// Whoever calls functions is there, and has found them, before anything is switched on.
void Run::begin_outside() {
  const Program& program = judgement_.program();
  if (program.outside.empty()) {
    return;
  }
  if (!order_.outside) {
    throw RigError("a step calls " + program.outside.front().call + ", and nobody here can", {},
                   "`gtxrig run` and the Python package can");
  }
  std::unique_ptr<OutsideWorker> worker = order_.outside(program);
  for (const std::string& file : worker->files()) {
    const auto source = read_raw_text(file);
    info_.documents.push_back({"function", file, fingerprint(source->text), source->text});
  }
  const bool lockstep = order_.setup->bench.clock == ClockKind::lockstep;
  outside_ = std::make_unique<OutsideDesk>(program, bench_.signals(), std::move(worker),
                                           lockstep ? OutsideDesk::Turning::lockstep : OutsideDesk::Turning::real_time,
                                           lockstep ? 1.0 : bench_.timeline().scale());
}

RunResult Run::execute(const std::atomic<int>& interrupts) {
  Engine& engine = begin();
  WayOut way = WayOut::broken;
  std::string trouble;
  try {
    std::optional<RealTime> real_time;
    if (order_.setup->bench.clock == ClockKind::wall) {
      real_time.emplace();
      not_real_time_ = real_time->missing();
    }
    way = engine.run(interrupts);
  } catch (const std::exception& error) {
    trouble = error.what();
  }
  return finish(way, trouble);
}

RunResult Run::finish(WayOut way, const std::string& trouble) {
  RunResult result;
  result.way = way;
  std::string why = trouble;
  try {
    recorder_->close();
  } catch (const RigError& error) {
    result.way = WayOut::record_failed;
    why = error.what();
  }
  conclude(result, why);
  result.wall_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun_).count();
  return result;
}

Verdict merge_verdict(std::vector<Finding>& findings, bool anything_checked, TimePoint end) {
  Verdict verdict = Verdict::pass;
  for (const Finding& finding : findings) {
    verdict = worse(verdict, finding.verdict);
  }
  if (!anything_checked && verdict <= Verdict::invalid) {
    Finding finding;
    finding.kind = FindingKind::nothing_checked;
    finding.verdict = Verdict::error;
    finding.time = end;
    finding.rule = "nothing_checked";
    finding.expected = "at least one check that is decided";
    finding.seen = "none";
    finding.sentence = "Nothing was checked: no expectation, limit, measure or reference of the case was ever decided.";
    findings.push_back(std::move(finding));
    verdict = Verdict::error;
  }
  std::stable_sort(findings.begin(), findings.end(),
                   [](const Finding& a, const Finding& b) { return a.time < b.time; });
  return verdict;
}

TimePoint Run::now() const noexcept {
  const Engine* engine = running_.load(std::memory_order_acquire);
  return engine == nullptr ? TimePoint{} : engine->now();
}

}  // namespace rig

#include "rig/engine/log_replay.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "rig/core/error.hpp"
#include "rig/dut/dut_port.hpp"
#include "rig/engine/judgement.hpp"
#include "rig/engine/run.hpp"
#include "rig/engine/run_texts.hpp"

namespace rig {
namespace {
constexpr Duration base_step = std::chrono::milliseconds(10);
// Between frames the judges are called so often: silence is judged too, and a day of log has 86,400 seconds.
constexpr std::int64_t longest_step = 10;                 // base steps
constexpr Duration listens_on = std::chrono::seconds(1);  // after the last frame
constexpr double longest_gap = 86400.0;                   // s; logs of two days are two logs

// The case of a log: nothing is done, everything is held against the reference.
Case case_of_log() {
  Case test;
  test.name.text = "can_log";
  Step listen;
  listen.name = "listen";
  listen.hold = TimeText{{"1 s", {}}};
  test.steps.steps.push_back(std::move(listen));
  AlwaysClause conforms;
  conforms.reference = ReferenceClause{.all = true, .outputs = {}, .mark = {}};
  test.always.push_back(std::move(conforms));
  return test;
}

Requirements requirements_of(const LogReplayOptions& options) {
  Diagnostics diagnostics;
  Requirements requirements = read_requirements(options.requirements, diagnostics);
  diagnostics.throw_if_errors();
  if (!options.profile.empty()) {
    const PackProfile profile = read_profile(options.profile, diagnostics);
    diagnostics.throw_if_errors();
    requirements = apply_profile(std::move(requirements), profile, diagnostics);
    diagnostics.throw_if_errors();
  }
  return requirements;
}

// What the log as a whole says of itself, before anything is judged by it.
struct Survey {
  DialectSigns signs;
  std::int64_t first_ns = 0;
  std::int64_t last_ns = 0;
};

Survey survey(LogReader& log) {
  Survey result;
  LoggedFrame frame;
  bool any = false;
  while (log.next(frame)) {
    const std::string where = fmt::format("{}:{}:1", log.name(), frame.line);
    if (!frame.has_time) {
      throw RigError("the log has no times, so that nothing can be judged by it", where,
                     "candump -t a or -l writes them");
    }
    if (any && frame.time_ns < result.last_ns) {
      throw RigError("the time goes back", where,
                     "the log has to have times of one clock (candump -t a or -t z, not -t d) in their order");
    }
    if (any && static_cast<double>(frame.time_ns - result.last_ns) > longest_gap * 1e9) {
      throw RigError("the log pauses for more than a day", where, "cut it and judge the parts");
    }
    result.first_ns = any ? result.first_ns : frame.time_ns;
    result.last_ns = frame.time_ns;
    any = true;
    if (!frame.error && !frame.remote && !frame.fd) {
      result.signs.hear(TimePoint{Duration{frame.time_ns}}, frame.id, frame.extended, frame.data());
    }
  }
  log.rewind();
  return result;
}

CanFrame can_frame(const LoggedFrame& logged, TimePoint time) {
  CanFrame frame{.time = time, .id = logged.id, .extended = logged.extended};
  frame.length = std::min<std::uint8_t>(logged.length, 8);
  std::copy_n(logged.payload.begin(), frame.length, frame.data.begin());
  return frame;
}

// The judges over a table that only the pack's frames fill.
class LogJudgement {
 public:
  LogJudgement(const Dbc& dbc, const Requirements& requirements, Dialect dialect)
      : test_(case_of_log()), port_(dbc, {.dialect = dialect}) {
    port_.declare(signals_);
    commands_.seal();
    Diagnostics diagnostics;
    judgement_ = std::make_unique<Judgement>(test_, nullptr, requirements, signals_, commands_, diagnostics);
    diagnostics.throw_if_errors();
    signals_.seal();
    judgement_->begin(signals_);
  }

  void hear(const CanFrame& frame) {
    advance_to(frame.time);
    if (!batch_.push(frame)) {
      decode();
      batch_.push(frame);
    }
  }
  // All ticks that begin before `time` are over: nothing more can arrive in them.
  void advance_to(TimePoint time) {
    while (TimePoint{index_ * base_step} < time) {
      const std::int64_t left = (time - TimePoint{index_ * base_step} + base_step - Duration{1}) / base_step;
      const std::int64_t step = batch_.frames().empty() ? std::min(left, longest_step) : 1;
      tick_ = {index_, TimePoint{index_ * base_step}, step * base_step};
      decode();
      signals_.age(tick_.start);
      judgement_->step(tick_, signals_);
      signals_.clear_changed();
      index_ += step;
    }
  }

  [[nodiscard]] Judgement& judgement() noexcept { return *judgement_; }
  [[nodiscard]] const DutPort& port() const noexcept { return port_; }
  [[nodiscard]] TimePoint now() const noexcept { return tick_.start; }

 private:
  void decode() {
    port_.decode(tick_, batch_, signals_);
    batch_.clear();
  }

  Case test_;
  DutPort port_;
  SignalTable signals_;
  CommandTable commands_;
  std::unique_ptr<Judgement> judgement_;
  FrameBatch batch_;
  Tick tick_;
  std::int64_t index_ = 0;
};

}  // namespace

std::size_t LogReplayReport::tested() const noexcept {
  return static_cast<std::size_t>(
      std::count_if(rules.begin(), rules.end(), [](const RuleResult& r) { return r.tested; }));
}

LogReplayReport replay_log(LogReader& log, const LogReplayOptions& options) {
  LogReplayReport report;
  const Requirements requirements = requirements_of(options);
  const Dbc dbc = read_dbc(options.dbc);
  const Survey whole = survey(log);
  report.dialect = options.dialect != Dialect::unknown ? options.dialect : whole.signs.by_frames();
  report.seconds = static_cast<double>(whole.last_ns - whole.first_ns) / 1e9;
  LogJudgement judging(dbc, requirements, report.dialect);
  LoggedFrame frame;
  while (log.next(frame)) {
    ++report.frames;
    if (!frame.error && !frame.remote && !frame.fd) {
      judging.hear(can_frame(frame, TimePoint{Duration{frame.time_ns - whole.first_ns}}));
    }
  }
  if (report.frames == 0) {
    throw RigError("no frame in this log", log.name());
  }
  judging.advance_to(TimePoint{Duration{whole.last_ns - whole.first_ns}} + listens_on);
  Judges& judges = judging.judgement().judges();
  judges.finish(judging.now());
  report.findings = judges.findings();
  report.dialect_trouble = judging.port().dialect_trouble();
  if (!report.dialect_trouble.empty()) {
    report.findings.push_back(finding_of_dialect(report.dialect_trouble, judging.now()));
  }
  report.rules = judges.rule_results();
  report.verdict = merge_verdict(report.findings, report.tested() > 0, judging.now());
  name_steps(report.findings, judging.judgement().program());
  return report;
}

}  // namespace rig

#include "rig/engine/session.hpp"

#include <algorithm>

#include "rig/core/quantity.hpp"
#include "rig/engine/check_name.hpp"
#include "rig/engine/run_texts.hpp"

namespace rig {
namespace {

// What was found, the worst first, in one text.
std::string sentences(const std::vector<Finding>& findings) {
  std::string text;
  for (const Finding& finding : findings) {
    text += (text.empty() ? "" : "\n") + finding.sentence;
  }
  return text;
}

MarkedText marked(const std::string& text, const std::string& what) {
  const auto source = std::make_shared<const SourceText>(SourceText{what, text});
  return {text, {source, 1, 1}};
}

}  // namespace

Session::Session(const SessionOrder& order) : order_(order) {
  Diagnostics diagnostics;
  case_ = read_open_case(std::make_shared<const SourceText>(SourceText{"session", order.text}), diagnostics);
  diagnostics.throw_if_errors();
  RunOrder run{.setup = order_.setup, .test = &case_, .seed = order.seed, .tick = order.tick, .level = order.level};
  run.folder = order.folder;
  run.suite = "session";
  run.software = order.software;
  run.flow = Flow::open;
  run.text = order.text;
  run.clock = order.clock;
  run_ = std::make_unique<Run>(run, diagnostics);
  diagnostics.throw_if_errors();
}

Session::~Session() = default;

void Session::begin(const Look& look) {
  if (begun()) {
    throw RigError("this session has begun already");
  }
  Engine& engine = run_->begin();
  const bool lockstep = order_.setup->bench.clock == ClockKind::lockstep;
  loop_ = std::make_unique<SessionLoop>(engine,
                                        lockstep ? SessionLoop::Turning::lockstep : SessionLoop::Turning::real_time);
  engine_ = &engine;
  run_->note_real_time(loop_->not_granted());
  loop_->until([this] { return run_->script().waits(); }, look);
  throw_if_over();
}

void Session::require_running() {
  require_begun();
  throw_if_over();
}

void Session::require_begun() const {
  if (finished_) {
    throw RigError("this session is over");
  }
  if (!begun()) {
    throw RigError("this session has not begun");
  }
}

void Session::throw_if_over() {
  const auto way = loop_->over();
  if (!way) {
    return;
  }
  std::vector<Finding> findings;
  loop_->between([&] {
    findings = findings_of_way_out(*way, *engine_, run_->supervisor(), signals(), "");
    for (const ConnectResult& link : run_->bench().links()) {
      if (!link.trouble.empty()) {
        findings.push_back(finding_of_link(link, *way, engine_->left_at()));
      }
    }
    if (*way == WayOut::diverged) {
      std::ranges::move(run_->judgement().judges().findings(), std::back_inserter(findings));
    }
  });
  const std::string why = sentences(findings);
  throw SessionOver(*way, "The run is over and the bench is safe." + (why.empty() ? "" : "\n" + why));
}

void Session::throw_if_failed() {
  std::vector<Finding> findings;
  loop_->between([&] {
    if (run_->script().step_failed()) {
      const auto faults = run_->script().faults();
      for (const Finding& finding : findings_of_script(run_->script())) {
        if (!faults.empty() && finding.time == faults.back().time && faults.back().step == run_->script().step()) {
          findings.push_back(finding);
        }
      }
      std::ranges::move(run_->judgement().judges().findings_in_place(), std::back_inserter(findings));
      name_steps(findings, run_->judgement().program());
    }
  });
  if (!findings.empty()) {
    throw StepFailed(sentences(findings));
  }
}

void Session::run_step(const Step& step, const Look& look) {
  require_running();
  if (step.expect.size() > Judgement::most_expectations) {
    throw RigError("a step of a session has at most " + std::to_string(Judgement::most_expectations) + " expectations");
  }
  loop_->between([&] {
    Diagnostics diagnostics;
    AddedStep added = compile_step(step, run_->script().asked(), signals(), commands(), diagnostics);
    diagnostics.throw_if_errors();
    const std::uint32_t number = run_->judgement().add(std::move(added), signals());
    run_->script().take_up(number, signals());
  });
  loop_->until([this] { return run_->script().waits(); }, look);
  throw_if_over();
  throw_if_failed();
}

void Session::turn(std::int64_t ticks, const Look& look) {
  require_running();
  std::int64_t until = ticks;
  loop_->between([&] { until += engine_->ticks(); });
  loop_->until([this, until] { return engine_->ticks() >= until; }, look);
  throw_if_over();
}

Expression Session::compile(const std::string& text, const char* what, bool truth) const {
  Diagnostics diagnostics;
  ExpressionScope scope;
  scope.signals = &run_->bench().signals();
  const MarkedText source = marked(text, what);
  auto expression = Expression::compile(source, scope, diagnostics);
  if (expression && truth && !expression->dimension().boolean) {
    diagnostics.error(source.mark,
                      std::string("an ") + what + " is a truth value, this is " + describe(expression->dimension()),
                      "compare it with something");
  }
  if (expression && expression->is_constant()) {
    diagnostics.error(source.mark, "there is no signal in this: it is the same at every tick");
  }
  diagnostics.throw_if_errors();
  return *expression;
}

TakenValue Session::value(const std::string& expression) {
  const Expression compiled = compile(expression, "value", false);
  require_begun();
  std::optional<TakenValue> now;
  loop_->between([&] { now = measured_now(compiled, signals()); });
  if (!now) {
    throw RigError("'" + expression + "' is not known now: its data is missing or too old");
  }
  return *now;
}

TakenValue Session::at(const std::string& event, const std::string& expression) {
  const Expression when = compile(event, "event", true);
  const Expression what = compile(expression, "value", false);
  require_running();
  std::string path;
  loop_->between([&] {
    run_->recorder().flush();
    path = run_->record();
  });
  if (path.empty()) {
    throw RigError("this run is not recorded, so nothing can be looked up in the past", "",
                   "record with level full or changes");
  }
  RunReader record(path);
  const auto found = measured_at(record, signals(), when, what);
  if (!found) {
    throw RigError("'" + event + "' did not become true so far, so there is no '" + expression + "' at that moment");
  }
  if (found->gap) {
    run_->add(finding_of_gap(*found->gap, "",
                             "it could not be seen when '" + event + "' came true, to take '" + expression +
                                 "' just then: " + gap_text(*found->gap)));
  }
  return *found;
}

MeasureResult Session::check(const std::string& id, const TakenValue& value, const std::optional<Interval>& limits,
                             DecisionRule rule) {
  require_begun();
  require_check_name(id);
  if (std::ranges::find(checked_, id) != checked_.end()) {
    throw RigError("there is a check '" + id + "' already");
  }
  if (limits && limits->empty()) {
    throw RigError("check '" + id + "': the lower limit is above the upper one", "", "limits are (lowest, highest)");
  }
  checked_.push_back(id);
  const Sample sample{value.value, value.time, Quality::good};
  MeasureResult result = decide_measure(id, value.dimension, sample, value.uncertainty, limits, rule);
  run_->add(result);
  return result;
}

void Session::fail(const std::string& sentence) {
  require_begun();
  Finding finding;
  finding.time = finding.since = now();
  finding.expected = "what the script asserts";
  finding.seen = finding.sentence = sentence;
  run_->add(finding);
}

std::shared_ptr<FrameTap> Session::listen() {
  require_begun();
  if (run_->bench().can() == nullptr) {
    throw RigError("this bench has no CAN adapter", "", "give it one in the bench file");
  }
  auto tap = std::make_shared<FrameTap>();
  loop_->between([&] { run_->recorder().listen(tap); });
  return tap;
}

RunResult Session::finish(WayOut way, const std::string& trouble) {
  require_begun();
  loop_->leave(way);
  // What a look threw into a call has left the run as aborted; whoever ends it may know better what that was.
  const bool explained = *loop_->over() == WayOut::aborted && way == WayOut::broken;
  const WayOut how = explained ? WayOut::broken : *loop_->over();
  loop_.reset();
  finished_ = true;
  return run_->finish(how, trouble);
}

}  // namespace rig

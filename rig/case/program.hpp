#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "rig/case/case.hpp"
#include "rig/core/math.hpp"
#include "rig/signal/command_row.hpp"
#include "rig/signal/expression.hpp"

namespace rig {

// A value for a set-point: known before the run, or computed when its step begins.
struct SettingCode {
  CommandId command{};
  Expression value;
  std::optional<double> constant;
  SourceMark mark{};  // of the value
};

struct RampCode {
  CommandId command{};
  Expression to;
  std::optional<double> constant;
  double rate = 0.0;  // base units per second, > 0
  SourceMark mark{};  // of `to`
};

struct KeepCode {
  std::string name;
  Expression value;
  std::optional<Expression> event;  // "at": the value when this became true
  SignalId signal{};                // keep.<name>
  SignalId uncertainty{};           // keep.<name>.u; not valid for truth values
};

// What the engine makes a judge's Expectation of; the judge's column is judge.expect.<index>.
struct CompiledExpectation {
  Expression that;
  std::optional<Duration> within;
  std::optional<Duration> stays;
  Duration after{};
  std::uint32_t step = 0;
  std::string step_name;
  SourceMark mark{};  // of `that`
};

struct CompiledMeasure {
  std::string id;
  Expression value;
  std::optional<Interval> limits;  // none: reported only; an open side is infinite
  DecisionWord decision = DecisionWord::simple;
  std::optional<std::uint32_t> step;  // none: taken after the last step
  SignalId signal{};                  // measure.<id>: `never` until it was taken
  SignalId uncertainty{};             // measure.<id>.u: expanded, k = 2; not valid for truth values
};

enum class WatchKind { never, always, whenever };

// What the engine makes a judge's LimitMonitor of.
struct CompiledWatch {
  WatchKind kind = WatchKind::always;
  Expression condition;
  std::optional<Expression> then;
  Duration within{};
};

struct CompiledReference {
  bool all = false;
  std::vector<std::string> outputs;
  Resync resync = Resync::adopt;
};

struct CompiledLimit {
  SignalId signal{};
  Interval range{};
  SourceMark mark;
};

// Work of a step that is done outside of the loop: a function by name, and what goes to it and comes back.
struct OutsideCode {
  struct Parameter {
    std::string name;
    QuantityValue value;
    SourceMark mark{};
  };
  struct Seen {
    std::string name;  // as the case says it
    SignalId signal{};
    SignalId uncertainty{};  // <name>.u, where the signal tells it
    Dimension dimension{};
  };
  struct Return {
    std::string name;
    SignalId signal{};       // keep.<name>
    SignalId uncertainty{};  // keep.<name>.u; not valid for truth values
    Dimension dimension{};
  };
  // Samples of a history are no nearer: that is the fastest tick that its memory is meant for.
  static constexpr Duration fastest = std::chrono::milliseconds(1);
  std::string call;    // as the case says it
  std::string file;    // where the function is; empty: in `module`
  std::string module;  // "package.module"
  std::string function;
  std::string step;    // name of the step
  std::string suffix;  // of the checks' ids in this turn of a loop
  std::vector<Parameter> parameters;
  std::vector<Seen> signals;
  std::vector<Return> returns;
  Duration history{};
  Duration every{};
  Duration limit{};
  std::size_t most_samples = 0;  // of the history of one signal
  SourceMark mark{};             // of the call
};

struct StepCode {
  std::string name;
  std::vector<SettingCode> settings;
  std::vector<RampCode> ramps;
  std::optional<Duration> hold;
  std::optional<Expression> until;
  Duration timeout{};
  Duration every{};
  std::vector<std::uint32_t> expectations;  // indexes into Program::expectations
  std::vector<KeepCode> keeps;
  std::vector<std::uint32_t> measures;   // indexes into Program::measures
  std::optional<std::uint32_t> outside;  // index into Program::outside
  Duration longest{};                    // what the step can take at most
  bool uses_time = false;                // an added step reads script.time
  SourceMark mark{};                     // of the step
  SourceMark until_mark{};
  SourceMark timeout_mark{};
};

// What an obedient PCS obeys; an id is not valid where the bench has no such set-point.
struct PcsCode {
  CommandId supply_voltage{}, supply_current{}, supply_output{};
  CommandId load_current{}, load_power{}, load_input{};
  SignalId charge_voltage_limit{}, charge_current_limit{}, charge_allowed{};
  SignalId discharge_current_limit{}, discharge_allowed{}, voltage{};
  // It charges only on request: ids are not valid when it charges whenever the case says so.
  SignalId force_charge{}, full_charge_request{};
  Duration time_of_day{};               // at the start
  Duration window_from{}, window_to{};  // of the full charge, since midnight; may go over midnight
};

// A case compiled against a bench: flat, checked, ready for the Script. Loops are unrolled and included files are in
// place, so `script.step` is an index into `steps`; the steps of `finally` begin at `finally_begin`.
//
// Or open: without steps at first. Whoever runs it adds one step at a time, while the Script waits for it;
// `expectations` of its steps are then places among the first `places` judge columns, which the next step uses again.
struct Program {
  std::string name;  // "case" or "case[row]"
  bool open = false;
  std::uint32_t places = 0;  // expectations that a step of an open program can have
  std::vector<StepCode> steps;
  std::size_t finally_begin = 0;
  std::vector<CompiledExpectation> expectations;
  std::vector<CompiledMeasure> measures;
  std::vector<OutsideCode> outside;
  std::vector<CompiledWatch> watches;
  std::optional<CompiledReference> reference;
  std::vector<CompiledLimit> limits;  // narrower than the bench's: intersect, never replace
  std::optional<Duration> timeout;
  SourceMark timeout_mark{};
  std::optional<PcsCode> pcs;  // set: obedient
  std::vector<std::pair<std::string, QuantityValue>> parameters;
};

// "case" or "case[row]".
std::string test_name(const Case& test, const Row* row);

// Declares what the script writes: script.step, script.time, keep.<name>(.u), measure.<id>(.u). Call it when all other
// signals are declared and before compile(). What cannot be declared because of a mistake is left out in silence;
// compile() reports it.
void declare_script_signals(const Case& test, const Row* row, SignalTable& signals);

// Compiles everything and finds every mistake before anything is switched on. The program may only be used when
// `diagnostics` got no errors. Neither table has to be sealed.
Program compile(const Case& test, const Row* row, const SignalTable& signals, const CommandTable& commands,
                Diagnostics& diagnostics);

// One step for an open program, `expectations` in the order of its places.
struct AddedStep {
  StepCode code;
  std::vector<CompiledExpectation> expectations;
};
// `commanded`: where each set-point stands now. What is wrong goes to `diagnostics`; keep, measure, loops and includes
// are not for single steps. Both tables are sealed.
AddedStep compile_step(const Step& step, std::span<const double> commanded, const SignalTable& signals,
                       const CommandTable& commands, Diagnostics& diagnostics);

// What the case takes at most, with `finally`: the sum of holds, timeouts, ramps and the expectations' times.
Duration estimate(const Program& program);

}  // namespace rig

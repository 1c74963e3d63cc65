#pragma once
#include <map>
#include <set>
#include <string>
#include <vector>

#include "rig/case/flatten.hpp"
#include "rig/case/program.hpp"

namespace rig {

// "pack.voltage at pack.charge_refused" cut at its 'at'.
struct KeepText {
  MarkedText value;
  std::optional<MarkedText> event;
};
KeepText split_keep(const MarkedText& text);

class ProgramCompiler {
 public:
  ProgramCompiler(const Case& test, const Row* row, const SignalTable& signals, const CommandTable& commands,
                  Diagnostics& diagnostics);
  Program compile();
  // One step of an open program.
  AddedStep compile_added(const Step& step, std::span<const double> commanded);

 private:
  // program_compiler.cpp: the order of it all, keeps and measures
  void compile_keeps();
  void compile_step(const Leaf& leaf, bool in_finally);
  void compile_measure(const MeasureClause& clause, const ParameterMap& parameters, const std::string& suffix,
                       std::optional<std::uint32_t> step);

  // watch_compiler.cpp: what belongs to the case as a whole
  void compile_always();
  void compile_limits();
  void compile_pcs();
  void check_needs();
  void check_parameters();

  // outside_compiler.cpp: a function that a step calls
  void compile_outside(const Leaf& leaf, std::size_t place, StepCode& code);
  bool find_function(const MarkedText& call, OutsideCode& code);
  void compile_returns(const Leaf& leaf);
  void see_signals(const PythonClause& clause, OutsideCode& code);
  void count_samples(const PythonClause& clause, OutsideCode& code);
  std::optional<QuantityValue> parameter_value(const MarkedText& text, const ParameterMap& parameters);

  // step_compiler.cpp: one step
  void compile_settings(const Leaf& leaf, StepCode& code);
  void compile_ramps(const Leaf& leaf, StepCode& code);
  void compile_waits(const Leaf& leaf, StepCode& code);
  void compile_expectations(const Leaf& leaf, StepCode& code);
  void add_longest(StepCode& code);
  std::optional<CommandId> find_command(const MarkedText& name);
  std::optional<double> command_word(const MarkedText& text, const CommandSpec& spec);
  bool fits_command(const MarkedText& text, const Expression& value, const CommandSpec& spec);
  void note_ramp_time(const RampCode& ramp, StepCode& code, const SourceMark& mark);

  [[nodiscard]] ExpressionScope scope(const ParameterMap& parameters);
  std::optional<Expression> truth(const MarkedText& text, const ParameterMap& parameters, std::string_view what);
  std::optional<double> constant(const MarkedText& text, const ParameterMap& parameters, Dimension dimension,
                                 const std::string& what);
  Duration time(const TimeText& text, const ParameterMap& parameters);

  const Case& test_;
  const Row* row_;
  const SignalTable& signals_;
  const CommandTable& commands_;
  Diagnostics& diagnostics_;
  ParameterMap parameters_;
  std::map<std::string, std::string> aliases_;
  std::set<std::string> reported_;
  std::set<std::string> used_;
  std::vector<Leaf> leaves_;
  std::vector<Leaf> final_leaves_;
  std::vector<std::vector<KeepCode>> keeps_;               // per leaf
  std::vector<std::vector<OutsideCode::Return>> returns_;  // per leaf
  std::size_t samples_ = 0;                                // of all histories
  std::vector<std::optional<double>> commanded_;  // what each set-point stands at, when that is known before the run
  Program program_;
};

}  // namespace rig

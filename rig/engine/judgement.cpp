#include "rig/engine/judgement.hpp"

#include "rig/core/error.hpp"

namespace rig {
namespace {

// The way out takes power away and nothing gives it back, so a `finally` that switches on would wait for ever.
void check_finally(const Case& test, const Program& program, const CommandTable& commands, Diagnostics& diagnostics) {
  for (std::size_t s = program.finally_begin; s < program.steps.size(); ++s) {
    for (const SettingCode& setting : program.steps[s].settings) {
      const CommandSpec& spec = commands.spec(setting.command);
      if (spec.energises && setting.constant.value_or(1.0) != 0.0) {
        diagnostics.error(test.finally ? test.finally->mark : test.mark, "`finally` cannot switch " + spec.name + " on",
                          "the bench is already safe when `finally` runs");
      }
    }
  }
}

}  // namespace

Judgement::Judgement(const Case& test, const Row* row, const Requirements& requirements, SignalTable& signals,
                     const CommandTable& commands, Diagnostics& diagnostics)
    : requirements_(requirements),
      cells_equalised_(test.start.cells == CellsWord::equalised && !test.start.leading_cell),
      reference_(requirements) {
  const std::size_t errors_before = diagnostics.error_count();
  try {
    reference_.declare(signals);
    if (!signals.find("script.step")) {
      declare_script_signals(test, row, signals);
    }
    program_ = compile(test, row, signals, commands, diagnostics);
    if (diagnostics.error_count() == errors_before) {
      check_finally(test, program_, commands, diagnostics);
      Judges::declare(program_, signals);
    }
  } catch (const RigError& error) {
    diagnostics.error(test.mark, error.what());
  }
}

void Judgement::begin(const SignalTable& signals) {
  reference_.begin(signals, {.cells_equalised = cells_equalised_});
  judges_.emplace(program_, requirements_, signals);
}

}  // namespace rig

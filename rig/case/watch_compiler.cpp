#include <algorithm>

#include "rig/case/instances.hpp"
#include "rig/case/program_compiler.hpp"

// What belongs to the case as a whole: what is watched, what limits it, what it needs.
namespace rig {

void ProgramCompiler::compile_always() {
  for (const AlwaysClause& clause : test_.always) {
    if (clause.reference) {
      if (program_.reference) {
        diagnostics_.error(clause.mark, "there are two 'reference' items", "one list names all outputs");
      }
      program_.reference = CompiledReference{clause.reference->all, {}, clause.resync};
      for (const MarkedText& output : clause.reference->outputs) {
        if (!signals_.find(output.text)) {
          diagnostics_.error(output.mark, "the bench has no signal '" + output.text + "'",
                             suggestion(output.text, signals_.names()));
        }
        program_.reference->outputs.push_back(output.text);
      }
      continue;
    }
    CompiledWatch watch;
    const MarkedText& text = clause.never ? *clause.never : clause.always ? *clause.always : *clause.whenever;
    watch.kind = clause.never ? WatchKind::never : clause.always ? WatchKind::always : WatchKind::whenever;
    auto condition = truth(text, parameters_, clause.never ? "never" : clause.always ? "always" : "whenever");
    if (clause.then) {
      watch.then = truth(*clause.then, parameters_, "then");
    }
    if (clause.within) {
      watch.within = time(*clause.within, parameters_);
    }
    if (condition) {
      watch.condition = std::move(*condition);
      program_.watches.push_back(std::move(watch));
    }
  }
}

void ProgramCompiler::compile_limits() {
  for (const auto& limit : test_.limits) {
    const auto id = signals_.find(limit.name.text);
    if (!id) {
      diagnostics_.error(limit.name.mark, "the bench has no signal '" + limit.name.text + "'",
                         suggestion(limit.name.text, signals_.names()));
      continue;
    }
    const Dimension dimension = signals_.spec(*id).dimension;
    CompiledLimit compiled{*id, {}, limit.value.mark};
    if (limit.value.lo) {
      compiled.range.lo = constant(*limit.value.lo, parameters_, dimension, "this limit").value_or(compiled.range.lo);
    }
    if (limit.value.hi) {
      compiled.range.hi = constant(*limit.value.hi, parameters_, dimension, "this limit").value_or(compiled.range.hi);
    }
    if (compiled.range.empty()) {
      diagnostics_.error(limit.value.mark, "the lower limit is above the upper one", "limits are [lowest, highest]");
    }
    program_.limits.push_back(std::move(compiled));
  }
}

void ProgramCompiler::compile_pcs() {
  const auto command = [&](const char* name) { return commands_.find(name).value_or(CommandId{}); };
  const auto need = [&](const char* name) {
    const auto id = signals_.find(name);
    if (!id) {
      diagnostics_.error(test_.mark, std::string("a PCS that is not defiant needs the signal ") + name,
                         "the bench does not have it: write 'pcs: defiant'");
    }
    return id.value_or(SignalId{});
  };
  PcsCode pcs;
  pcs.supply_voltage = command("supply.voltage_set");
  pcs.supply_current = command("supply.current_set");
  pcs.supply_output = command("supply.output");
  pcs.load_current = command("load.current_set");
  pcs.load_power = command("load.power_set");
  pcs.load_input = command("load.input");
  if (pcs.supply_voltage.valid() || pcs.supply_current.valid() || pcs.supply_output.valid()) {
    pcs.charge_voltage_limit = need("dut.charge_voltage_limit");
    pcs.charge_current_limit = need("dut.charge_current_limit");
    pcs.charge_allowed = need("dut.charge_allowed");
  }
  if (pcs.load_current.valid() || pcs.load_power.valid() || pcs.load_input.valid()) {
    pcs.discharge_current_limit = need("dut.discharge_current_limit");
    pcs.discharge_allowed = need("dut.discharge_allowed");
    pcs.voltage = need("pack.voltage");
  }
  if (test_.pcs == PcsWord::on_request) {
    pcs.force_charge = need("dut.force_charge");
    pcs.full_charge_request = need("dut.full_charge_request");
    pcs.time_of_day = from_seconds(test_.start.time_of_day.value());
    pcs.window_from = from_seconds(test_.full_charge_window.from.value());
    pcs.window_to = from_seconds(test_.full_charge_window.to.value());
  }
  program_.pcs = pcs;
}

void ProgramCompiler::check_needs() {
  const std::vector<std::string> known = instances(signals_, commands_);
  for (const MarkedText& need : test_.needs) {
    if (!std::binary_search(known.begin(), known.end(), need.text)) {
      diagnostics_.error(need.mark, "the bench has no '" + need.text + "'", suggestion(need.text, known));
    }
  }
}

void ProgramCompiler::check_parameters() {
  for (const auto& parameter : test_.parameters) {
    if (!used_.contains(parameter.name.text)) {
      diagnostics_.warning(parameter.name.mark, "the parameter '" + parameter.name.text + "' is not used");
    }
  }
}

}  // namespace rig

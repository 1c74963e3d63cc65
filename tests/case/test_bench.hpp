#pragma once
#include <string>
#include <utility>
#include <vector>

#include "rig/case/case.hpp"
#include "rig/case/program.hpp"

namespace rig {

inline std::shared_ptr<const SourceText> text_of(const std::string& text, const std::string& name = "case.yaml") {
  return std::make_shared<const SourceText>(SourceText{name, text});
}

// The tables of a bench with a supply, a load and a pack, without any instrument.
class TestBench {
 public:
  TestBench() {
    const Interval any{};
    signal("pack.voltage", dimension::voltage, {0.02, 0});
    signal("pack.current", dimension::current, {0.1, 0});
    signal("pack.charge_in", dimension::charge);
    signal("pack.charge_in.u", dimension::charge);
    for (const char* name : {"pack.charge_refused", "dut.charge_allowed", "dut.discharge_allowed", "dut.force_charge",
                             "dut.full_charge_request"}) {
      signal(name, dimension::boolean);
    }
    signal("dut.charge_voltage_limit", dimension::voltage);
    signal("dut.charge_current_limit", dimension::current);
    signal("dut.discharge_current_limit", dimension::current);
    signal("dut.soc", dimension::none);
    signal("ambient.temperature", dimension::temperature);
    SignalSpec mode;
    mode.name = "load.mode";
    mode.labels = {"constant_current", "constant_power", "constant_voltage"};
    signals.declare(mode);
    command("supply.voltage_set", dimension::voltage, {0, 80});
    command("supply.current_set", dimension::current, {0, 120});
    command("supply.output", dimension::boolean, any);
    command("load.current_set", dimension::current, {0, 120});
    command("load.power_set", dimension::power, {0, 5000});
    command("load.input", dimension::boolean, any);
    command("load.mode", dimension::none, {0, 2});
    commands.seal();
  }

  void signal(const std::string& name, Dimension dimension, Uncertainty uncertainty = {}) {
    SignalSpec spec;
    spec.name = name;
    spec.dimension = dimension;
    spec.uncertainty = uncertainty;
    signals.declare(spec);
  }

  void command(const std::string& name, Dimension dimension, Interval range) {
    CommandSpec spec;
    spec.name = name;
    spec.dimension = dimension;
    spec.range = range;
    commands.declare(spec);
  }

  // Reads and compiles as the engine does; the table can be sealed afterwards.
  Program load(const std::string& yaml, Diagnostics& diagnostics, std::size_t row = 0) {
    const Case test = read_case(text_of(yaml), diagnostics);
    if (diagnostics.has_errors()) {
      return {};
    }
    const Row* chosen = test.rows.empty() ? nullptr : &test.rows.at(row);
    declare_script_signals(test, chosen, signals);
    Program program = compile(test, chosen, signals, commands, diagnostics);
    for (std::size_t i = 0; i < program.expectations.size(); ++i) {
      signal("judge.expect." + std::to_string(i), dimension::none);
    }
    return program;
  }

  SignalTable signals;
  CommandTable commands;
};

}  // namespace rig

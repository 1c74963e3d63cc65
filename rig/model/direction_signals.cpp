#include "rig/model/direction_signals.hpp"

namespace rig {
namespace {

SignalId declare_column(SignalTable& table, std::string signal, Dimension dimension, std::string help,
                        std::vector<std::string> labels = {}) {
  return table.declare({.name = std::move(signal),
                        .dimension = dimension,
                        .origin = Origin::model,
                        .source = "reference",
                        .help = std::move(help),
                        .labels = std::move(labels)});
}

}  // namespace

void DirectionSignals::declare_outputs(SignalTable& table, const DirectionModel& model, const std::string& name) {
  const std::array<std::string, first_flag> fixed{"pack." + name + "_blocked", "dut." + name + "_allowed",
                                                  "dut." + name + "_current_limit", "io." + name + "_prohibited"};
  for (std::size_t o = 0; o < model.outputs(); ++o) {
    if (o == out_limit) {
      continue;  // a number: its envelope is .lo and .hi
    }
    const std::string output = o < first_flag ? fixed[o] : model.flags()[o - first_flag];
    if (table.find("model." + output + ".may")) {
      continue;  // of a fault, which is one event in both directions: the first one speaks for it
    }
    may_[o] =
        declare_column(table, "model." + output + ".may", dimension::boolean, "a conforming pack may show " + output);
    must_[o] =
        declare_column(table, "model." + output + ".must", dimension::boolean, "a conforming pack must show " + output);
  }
}

void DirectionSignals::declare(SignalTable& table, const DirectionModel& model, bool charge) {
  const std::string name = charge ? "charge" : "discharge";
  refused_ =
      declare_column(table, "pack." + name + "_refused", dimension::boolean, "there is demand and no current flows");
  blocked_ = declare_column(table, "pack." + name + "_blocked", dimension::boolean,
                            "the path refuses current (true) or carries it (false); never when there is no demand");
  state_ = declare_column(table, "model." + name + ".state", dimension::none,
                          "the event that the reference has adopted", {"unknown", "open", "blocked"});
  causes_ = declare_column(table, "model." + name + ".causes", dimension::none,
                           "rules that may have acted, one bit for each protection row of the direction");
  due_ = declare_column(table, "model." + name + ".due", dimension::none,
                        "rules that have to have acted, one bit for each protection row of the direction");
  declare_outputs(table, model, name);
  for (std::size_t i = 0; i < model.rules().size(); ++i) {
    const ThresholdRule& rule = model.rules()[i];
    if (!table.find("model.rule." + rule.name() + ".lo")) {
      parameters_.push_back({i, {}});
      parameters_.back().threshold.declare(table, "rule." + rule.name(), dimension_of(rule.input()));
    }
  }
}

void DirectionSignals::restart() noexcept {
  for (auto& parameter : parameters_) {
    parameter.threshold.restart();
  }
}

void DirectionSignals::publish_path(const Tick& tick, SignalTable& table, const PathWatch& path) const noexcept {
  write_changed(table, refused_, path.refused() ? 1.0 : 0.0, tick.start);
  write_changed(table, blocked_, path.blocked() == Truth::yes ? 1.0 : 0.0, tick.start,
                path.blocked() == Truth::unknown ? Quality::never : Quality::good);
}

void DirectionSignals::publish(const Tick& tick, SignalTable& table, const DirectionModel& model,
                               const PathWatch& path) noexcept {
  if (path.changed()) {
    publish_path(tick, table, path);
  }
  if (!model.changed()) {
    return;
  }
  write_changed(table, state_, static_cast<double>(model.state()), tick.start);
  write_changed(table, causes_, static_cast<double>(model.causes()), tick.start);
  write_changed(table, due_, static_cast<double>(model.due()), tick.start);
  for (std::size_t o = 0; o < model.outputs(); ++o) {
    if (!may_[o].valid()) {
      continue;
    }
    const Envelope e = model.envelope(o);
    // An enable bit is true when its direction is not blocked.
    const bool inverted = o == out_permission;
    write_changed(table, may_[o], (inverted ? !e.must : e.may) ? 1.0 : 0.0, tick.start);
    write_changed(table, must_[o], (inverted ? !e.may : e.must) ? 1.0 : 0.0, tick.start);
  }
  for (auto& parameter : parameters_) {
    const ThresholdRule& rule = model.rules()[parameter.rule];
    parameter.threshold.set(intersect(rule.threshold(), rule.found()));
    parameter.threshold.publish(tick, table);
  }
}

}  // namespace rig

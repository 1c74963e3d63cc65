#pragma once
// The charging direction over its rules, with outputs that a test sets: without a bench and without a judge.
#include <gtest/gtest.h>

#include <algorithm>

#include "rig/model/direction_model.hpp"
#include "tests/model/resting_inputs.hpp"
#include "tests/profiled_requirements.hpp"

namespace rig {

class Charge : public testing::Test {
 protected:
  Charge() : model_(rules(), requirements_.latency) {
    model_.restart({.equalised = true});
    outputs_.flags.resize(model_.flags().size());
    settle();
  }
  std::vector<ThresholdRule> rules() {
    std::vector<ThresholdRule> rules;
    for (const auto& row : requirements_.rows) {
      if (row.kind == RowKind::protection && (row.direction == Direction::charge || row.latched)) {
        rules.emplace_back(row, requirements_.cells);
      }
    }
    return rules;
  }
  void settle() {
    show(false);
    for (auto& flag : outputs_.flags) {
      flag = {Truth::no, 0.0};
    }
    step(quiet(0.0));
    step(quiet(0.01));
  }
  void show(bool blocked) {
    outputs_.allowed = {blocked ? Truth::no : Truth::yes, now_};
    outputs_.prohibited = {blocked ? Truth::yes : Truth::no, now_};
  }
  std::size_t flag(const std::string& name) {
    return static_cast<std::size_t>(std::find(model_.flags().begin(), model_.flags().end(), name) -
                                    model_.flags().begin());
  }
  void show_flag(const std::string& name, bool set) {
    outputs_.flags[flag(name)] = {set ? Truth::yes : Truth::no, now_};
  }
  void step(RuleInputs in) {
    now_ = in.now;
    model_.watch(in);
    model_.adopt(outputs_, Truth::unknown, now_, false, histories_);
  }
  void run(double until, RuleInputs in) {
    while (now_ + 0.01 < until) {
      in.now = now_ + 0.01;
      step(in);
      in.fresh = 0;  // nothing moves: only the model's own deadlines may wake it
    }
  }
  Envelope envelope(const std::string& name) { return model_.envelope(first_flag + flag(name)); }

  Requirements requirements_ = profiled_requirements();
  DirectionModel model_;
  Measured::Outputs outputs_;
  InputHistories histories_;
  double now_ = 0.0;
};

}  // namespace rig

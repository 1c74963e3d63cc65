#include "rig/model/reference_flags.hpp"

#include <algorithm>

namespace rig {

ReferenceFlags::ReferenceFlags(const Requirements& requirements) {
  for (const auto& row : requirements.rows) {
    if (row.kind == RowKind::alarm || row.kind == RowKind::request) {
      rules_.emplace_back(row, requirements.cells, requirements.latency.flag);
      gates_.push_back({.looks_at = rules_.back().rule().looks_at()});
      looks_at_ |= gates_.back().looks_at;
    }
  }
}

ReferenceFlags::Columns ReferenceFlags::declare_columns(SignalTable& table, const std::string& flag) {
  const auto declare = [&](const char* end, const char* verb) {
    return table.declare({.name = "model." + flag + "." + end,
                          .dimension = dimension::boolean,
                          .origin = Origin::model,
                          .source = "reference",
                          .help = std::string("a conforming pack ") + verb + " show " + flag});
  };
  Columns columns;
  columns.may = declare("may", "may");
  columns.must = declare("must", "must");
  return columns;
}

ReferenceFlags::Shared& ReferenceFlags::shared(const std::string& name) {
  const auto known = std::find_if(shared_.begin(), shared_.end(), [&](const Shared& s) { return s.name == name; });
  if (known != shared_.end()) {
    return *known;
  }
  shared_.push_back({.name = name});
  return shared_.back();
}

void ReferenceFlags::declare(SignalTable& table, const DirectionModel& charge, const DirectionModel& discharge) {
  for (const auto& rule : rules_) {
    columns_.push_back(declare_columns(table, rule.rule().flag()));
    parameters_.emplace_back().declare(table, "rule." + rule.rule().name(), dimension_of(rule.rule().input()));
  }
  const auto gather = [&](const DirectionModel& model, std::vector<std::size_t> Shared::*outputs) {
    for (const auto& rule : model.rules()) {
      if (rule.shared_flag().empty()) {
        continue;
      }
      const auto flag = std::find(model.flags().begin(), model.flags().end(), rule.flag());
      (shared(rule.shared_flag()).*outputs)
          .push_back(first_flag + static_cast<std::size_t>(flag - model.flags().begin()));
    }
  };
  gather(charge, &Shared::charge);
  gather(discharge, &Shared::discharge);
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    if (!rules_[i].rule().shared_flag().empty()) {
      shared(rules_[i].rule().shared_flag()).flags.push_back(i);
    }
  }
  for (auto& s : shared_) {
    s.columns = declare_columns(table, s.name);
  }
}

void ReferenceFlags::restart(CellKnowledge knowledge) noexcept {
  for (auto& rule : rules_) {
    rule.restart(knowledge);
  }
  for (auto& parameter : parameters_) {
    parameter.restart();
  }
  wake();
}

// Something happened that the inputs do not tell.
void ReferenceFlags::wake() noexcept {
  calm_.restart();
  next_ = -infinity;
  for (Gate& gate : gates_) {
    gate.next = -infinity;
  }
}

void ReferenceFlags::watch(const RuleInputs& in) noexcept {
  now_ = in.now;
  step_ = in.step;
  changed_ = false;
  const std::uint8_t stirred = calm_.follow(in);
  if (now_ < next_ && ((stirred & looks_at_) | (in.fresh & restless_)) == 0) {
    return;
  }
  const RuleInputs zone = calm_.zone(in);
  next_ = infinity;
  restless_ = 0;
  for (std::size_t i = 0; i < gates_.size(); ++i) {
    Gate& gate = gates_[i];
    gate.changed = false;
    const std::uint8_t news = gate.restless ? in.fresh : stirred;
    if (now_ >= gate.next || (news & gate.looks_at) != 0) {
      FlagRule& rule = rules_[i];
      rule.watch(in);
      gate.next = rule.next();
      gate.restless = !rule.calm_in(zone);
      gate.changed = rule.changed();
      changed_ = changed_ || gate.changed;
    }
    restless_ |= gate.restless ? gate.looks_at : std::uint8_t{0};
    next_ = std::min(next_, gate.next);
  }
}

void ReferenceFlags::publish(const Tick& tick, SignalTable& table, const DirectionModel& charge,
                             const DirectionModel& discharge) noexcept {
  if (!changed_ && !charge.changed() && !discharge.changed()) {
    return;
  }
  for (std::size_t i = 0; changed_ && i < rules_.size(); ++i) {
    if (gates_[i].changed) {
      columns_[i].write(tick, table, rules_[i].envelope());
      parameters_[i].set(intersect(rules_[i].rule().threshold(), rules_[i].rule().found()));
      parameters_[i].publish(tick, table);
    }
  }
  for (const auto& s : shared_) {
    Envelope e{false, false};
    const auto add = [&](Envelope part) {
      e.may = e.may || part.may;
      e.must = e.must || part.must;
    };
    for (const std::size_t output : s.charge) {
      add(charge.envelope(output));
    }
    for (const std::size_t output : s.discharge) {
      add(discharge.envelope(output));
    }
    for (const std::size_t flag : s.flags) {
      add(rules_[flag].envelope());
    }
    s.columns.write(tick, table, e);
  }
}

void ReferenceFlags::adopt(const std::vector<MeasuredTruth>& seen, const InputHistories& histories) noexcept {
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    rules_[i].pass(now_, step_);
    rules_[i].adopt(seen[i], histories);
    gates_[i].next = rules_[i].next();
    next_ = std::min(next_, gates_[i].next);
  }
}

void ReferenceFlags::lose_power(double now) noexcept {
  for (auto& rule : rules_) {
    rule.lose_power(now);
  }
  wake();
}

std::vector<std::string> ReferenceFlags::names() const {
  std::vector<std::string> names;
  for (const auto& rule : rules_) {
    names.push_back(rule.rule().flag());
  }
  return names;
}

}  // namespace rig

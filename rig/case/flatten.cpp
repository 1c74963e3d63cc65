#include "rig/case/flatten.hpp"

#include "rig/case/values.hpp"

namespace rig {
namespace {

constexpr std::size_t most_leaves = 5000;

struct Turn {
  std::string prefix;  // of the steps' names
  std::string suffix;  // of the measures' ids
  ParameterMap parameters;
};

class Flattener {
 public:
  explicit Flattener(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  void walk(const StepList& list, const Turn& turn) {
    for (std::size_t i = 0; i < list.steps.size() && !full_; ++i) {
      const Step& step = list.steps[i];
      const std::string name = step.name.empty() ? "step " + std::to_string(i + 1) : step.name;
      if (step.repeat) {
        repeat(*step.repeat, name, turn);
      } else if (step.for_each) {
        for_each(*step.for_each, name, turn);
      } else if (step.include) {
        Turn inner = turn;
        inner.prefix += step.name.empty() ? "" : name + ": ";
        walk(step.included, inner);
      } else {
        add(step, name, turn);
      }
    }
  }

  std::vector<Leaf> take() { return std::move(leaves_); }

 private:
  void add(const Step& step, const std::string& name, const Turn& turn) {
    if (leaves_.size() == most_leaves) {
      diagnostics_.error(step.mark, "with its loops this case has more than 5000 steps");
      full_ = true;
      return;
    }
    leaves_.push_back({&step, turn.prefix + name, turn.suffix, turn.parameters});
  }

  void repeat(const RepeatClause& clause, const std::string& name, const Turn& turn) {
    for (int i = 1; i <= clause.times && !full_; ++i) {
      Turn inner = turn;
      inner.prefix += name + " (" + std::to_string(i) + " of " + std::to_string(clause.times) + "): ";
      inner.suffix += "." + std::to_string(i);
      walk(clause.steps, inner);
    }
  }

  void for_each(const ForEachClause& clause, const std::string& name, const Turn& turn) {
    for (std::size_t i = 0; i < clause.rows.size() && !full_; ++i) {
      Turn inner = turn;
      std::string values;
      for (const auto& value : clause.rows[i]) {
        values.append(values.empty() ? "" : ", ").append(value.name.text).append(" = ").append(value.value.text);
        if (const auto quantity = read_value(value.value, diagnostics_)) {
          inner.parameters[value.name.text] = *quantity;
        }
      }
      inner.prefix.append(name).append(" (").append(values).append("): ");
      inner.suffix += "." + std::to_string(i + 1);
      walk(clause.steps, inner);
    }
  }

  Diagnostics& diagnostics_;
  std::vector<Leaf> leaves_;
  bool full_ = false;
};

}  // namespace

ParameterMap parameters_of(const Case& test, const Row* row) {
  Diagnostics reported_before;
  ParameterMap result;
  for (const auto& parameter : test.parameters) {
    result[parameter.name.text] = read_value(parameter.value, reported_before).value_or(QuantityValue{});
  }
  if (row != nullptr) {
    for (const auto& value : row->values) {
      result[value.name.text] = read_value(value.value, reported_before).value_or(QuantityValue{});
    }
  }
  return result;
}

std::vector<Leaf> flatten(const StepList& list, const ParameterMap& parameters, Diagnostics& diagnostics) {
  Flattener flattener(diagnostics);
  flattener.walk(list, {{}, {}, parameters});
  return flattener.take();
}

}  // namespace rig

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "rig/case/case_fields.hpp"
#include "rig/case/values.hpp"
#include "rig/core/error.hpp"
#include "rig/core/files.hpp"

namespace rig {
namespace {

constexpr std::size_t most_included_files = 200;

bool is_plain_name(std::string_view text) {
  return !text.empty() &&
         std::ranges::all_of(text, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

constexpr std::size_t longest_name = 100;

void check_plain_name(const MarkedText& name, const std::string& what, Diagnostics& diagnostics) {
  if (!is_plain_name(name.text)) {
    diagnostics.error(name.mark, "'" + name.text + "' is no name for " + what,
                      "names are lower case: letters, digits and '_'");
  } else if (name.text.size() > longest_name) {
    diagnostics.error(name.mark, "this name of " + what + " has " + std::to_string(name.text.size()) + " characters",
                      "it becomes the name of a folder or a column; at most " + std::to_string(longest_name));
  }
}

// Puts the steps of included files in place. A file that is inside of itself has no end.
class Includer {
 public:
  Includer(Case& test, Diagnostics& diagnostics) : test_(test), diagnostics_(diagnostics) {}

  void expand(StepList& list, const std::string& from) {
    for (Step& step : list.steps) {
      if (step.repeat) {
        expand(step.repeat->steps, from);
      }
      if (step.for_each) {
        expand(step.for_each->steps, from);
      }
      if (step.include) {
        include(*step.include, step.included, from);
      }
    }
  }

  void open(const std::string& name) { open_.push_back(name); }

 private:
  void include(const MarkedText& file, StepList& steps, const std::string& from) {
    const std::string path = resolve_path(from, file.text);
    if (std::ranges::find(open_, path) != open_.end()) {
      diagnostics_.error(file.mark, "'" + file.text + "' includes itself", "by way of " + open_.back());
      return;
    }
    if (++files_ > most_included_files) {
      if (files_ == most_included_files + 1) {
        diagnostics_.error(file.mark, "this case includes more than 200 files");
      }
      return;
    }
    std::shared_ptr<const SourceText> source;
    try {
      source = read_text(path);
    } catch (const RigError& error) {
      diagnostics_.error(file.mark, error.what());
      return;
    }
    if (std::ranges::find(test_.files, path) == test_.files.end()) {
      test_.files.push_back(path);
    }
    const std::size_t errors_before = diagnostics_.error_count();
    const Node root = parse_yaml(source, diagnostics_);
    if (diagnostics_.error_count() != errors_before || !read(root, steps, diagnostics_)) {
      return;
    }
    open_.push_back(path);
    expand(steps, path);
    open_.pop_back();
  }

  Case& test_;
  Diagnostics& diagnostics_;
  std::vector<std::string> open_;
  std::size_t files_ = 0;
};

struct StepSums {
  bool checks = false;  // an expectation or a measure
  std::vector<const MeasureClause*> measures;
};

void visit(const StepList& list, StepSums& sums, Diagnostics& diagnostics) {
  for (const Step& step : list.steps) {
    sums.checks = sums.checks || !step.expect.empty() || !step.measure.empty() || step.python;
    for (const auto& keep : step.keep) {
      check_plain_name(keep.name, "a kept value", diagnostics);
    }
    if (step.python) {
      for (const auto& given : step.python->returns) {
        check_plain_name(given.name, "a kept value", diagnostics);
      }
    }
    for (const MeasureClause& measure : step.measure) {
      sums.measures.push_back(&measure);
    }
    if (step.repeat) {
      visit(step.repeat->steps, sums, diagnostics);
    }
    if (step.for_each) {
      visit(step.for_each->steps, sums, diagnostics);
    }
    visit(step.included, sums, diagnostics);
  }
}

void check_measure_ids(const std::vector<const MeasureClause*>& measures, Diagnostics& diagnostics) {
  std::set<std::string> seen;
  for (const MeasureClause* measure : measures) {
    check_plain_name(measure->id, "a measure", diagnostics);
    if (!seen.insert(measure->id.text).second) {
      diagnostics.error(measure->id.mark, "there are two measures '" + measure->id.text + "'");
    }
  }
}

void check_finally(const StepList& list, Diagnostics& diagnostics) {
  for (const Step& step : list.steps) {
    if (!step.expect.empty() || !step.measure.empty() || !step.keep.empty()) {
      diagnostics.error(step.mark, "'finally' switches off, it judges nothing",
                        "move expect, keep and measure to steps");
    }
    if (step.python) {
      diagnostics.error(step.python->mark, "'finally' switches off, it waits for no function", "move python to steps");
    }
    check_finally(step.included, diagnostics);
    if (step.repeat) {
      check_finally(step.repeat->steps, diagnostics);
    }
    if (step.for_each) {
      check_finally(step.for_each->steps, diagnostics);
    }
  }
}

void check_rows(const Case& test, Diagnostics& diagnostics) {
  std::vector<std::string> known;
  for (const auto& parameter : test.parameters) {
    check_plain_name(parameter.name, "a parameter", diagnostics);
    read_value(parameter.value, diagnostics);
    known.push_back(parameter.name.text);
  }
  std::set<std::string> names;
  for (const Row& row : test.rows) {
    if (!names.insert(row.name).second) {
      diagnostics.error(row.mark, "there are two rows '" + row.name + "'");
    }
    for (const auto& value : row.values) {
      const auto found = std::ranges::find(known, value.name.text);
      if (found == known.end()) {
        diagnostics.error(value.name.mark, "there is no parameter '" + value.name.text + "'",
                          known.empty() ? "declare it under 'parameters'" : suggestion(value.name.text, known));
        continue;
      }
      check_same_kind(test.parameters[static_cast<std::size_t>(found - known.begin())].value, value.value, diagnostics);
    }
  }
}

enum class Steps : std::uint8_t { here, to_follow };

void check_case(const Case& test, Steps where, Diagnostics& diagnostics) {
  check_plain_name(test.name, "a case", diagnostics);
  StepSums sums;
  visit(test.steps, sums, diagnostics);
  for (const MeasureClause& measure : test.measure) {
    sums.measures.push_back(&measure);
  }
  check_measure_ids(sums.measures, diagnostics);
  check_rows(test, diagnostics);
  if (test.finally) {
    check_finally(test.finally->steps, diagnostics);
  }
  if (where == Steps::to_follow) {
    if (!test.steps.steps.empty() || !test.rows.empty()) {
      diagnostics.error(test.name.mark, "the steps of a session come from its script", "leave steps and rows away");
    }
  } else if (test.steps.steps.empty()) {
    diagnostics.error(test.mark, "the key 'steps' is missing", "what is done, one step after the other");
  } else if (!sums.checks && test.measure.empty() && test.always.empty()) {
    diagnostics.error(test.name.mark, "this case checks nothing", "add an expect, a measure or an always");
  }
}

Case read(const std::shared_ptr<const SourceText>& source, Steps where, Diagnostics& diagnostics) {
  Case test;
  test.files.push_back(source->name);
  const std::size_t errors_before = diagnostics.error_count();
  const Node root = parse_yaml(source, diagnostics);
  if (diagnostics.error_count() != errors_before) {
    return test;
  }
  const bool read_well = read(root, test, diagnostics);
  Includer includer(test, diagnostics);
  includer.open(source->name);
  includer.expand(test.steps, source->name);
  if (test.finally) {
    includer.expand(test.finally->steps, source->name);
  }
  if (!test.bench.text.empty()) {
    test.bench.text = resolve_path(source->name, test.bench.text);
  }
  if (read_well) {
    check_case(test, where, diagnostics);
  }
  return test;
}

}  // namespace

Case read_case(const std::shared_ptr<const SourceText>& source, Diagnostics& diagnostics) {
  return read(source, Steps::here, diagnostics);
}

Case read_open_case(const std::shared_ptr<const SourceText>& source, Diagnostics& diagnostics) {
  return read(source, Steps::to_follow, diagnostics);
}

Case read_case(const std::string& path, Diagnostics& diagnostics) { return read_case(read_text(path), diagnostics); }

void override_parameter(Case& test, const std::string& assignment, Diagnostics& diagnostics) {
  const auto source = std::make_shared<const SourceText>(SourceText{"--param", assignment});
  const SourceMark begin{source, 1, 1};
  const std::size_t equals = assignment.find('=');
  if (equals == std::string::npos) {
    diagnostics.error(begin, "a parameter is given as NAME=VALUE", "such as --param approach_current=\"5 A\"");
    return;
  }
  const std::string name = assignment.substr(0, equals);
  const MarkedText value{assignment.substr(equals + 1), begin.shifted(static_cast<int>(equals + 1))};
  std::vector<std::string> known;
  for (auto& parameter : test.parameters) {
    if (parameter.name.text == name) {
      if (check_same_kind(parameter.value, value, diagnostics)) {
        parameter.value = value;
      }
      return;
    }
    known.push_back(parameter.name.text);
  }
  diagnostics.error(begin, "the case '" + test.name.text + "' has no parameter '" + name + "'",
                    suggestion(name, known));
}

nlohmann::json case_schema() {
  nlohmann::json schema = schema_of<Case>().json();
  schema["$schema"] = "https://json-schema.org/draft/2020-12/schema";
  schema["required"].push_back("steps");
  schema["$defs"]["step"] = schema_of<Step>().json();
  return schema;
}

}  // namespace rig

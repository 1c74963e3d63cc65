#include "rig/engine/judgement.hpp"

#include <algorithm>

#include "rig/core/error.hpp"
#include "rig/core/quantity.hpp"

namespace rig {
namespace {

// The way out takes power away and nothing gives it back, so a `finally` that switches on would wait for ever; and what
// stays safe (chamber, button) would not move.
void check_finally(const Case& test, const Program& program, const CommandTable& commands, Diagnostics& diagnostics) {
  for (std::size_t s = program.finally_begin; s < program.steps.size(); ++s) {
    for (const SettingCode& setting : program.steps[s].settings) {
      const CommandSpec& spec = commands.spec(setting.command);
      if (spec.energises && setting.constant.value_or(1.0) != 0.0) {
        diagnostics.error(test.finally ? test.finally->mark : test.mark, "`finally` cannot switch " + spec.name + " on",
                          "the bench is already safe when `finally` runs");
      } else if (spec.stays_safe && setting.constant != spec.safe) {
        diagnostics.error(
            test.finally ? test.finally->mark : test.mark,
            "`finally` cannot set " + spec.name + " to anything but its safe value",
            "the way out leaves it at " + format_quantity(spec.safe, spec.dimension) + "; leave the line out");
      }
    }
  }
}

// A claim about a requirement that does not exist would look covered in the report.
void check_verifies(const Case& test, const Requirements& requirements, Diagnostics& diagnostics) {
  std::vector<std::string> known;
  for (const RequirementRow& row : requirements.rows) {
    known.push_back(row.id);
  }
  for (const MarkedText& id : test.verifies) {
    if (requirements.find(id.text) == nullptr) {
      const std::string near = nearest(id.text, known);
      diagnostics.error(id.mark, "there is no requirement '" + id.text + "'",
                        near.empty() ? "`gtxrig list requirements` has them all" : "did you mean '" + near + "'?");
    }
  }
}

std::optional<Requirements> at_age_of(const Case& test, const Requirements& requirements) {
  const std::optional<Age> age = requirements.age_of(test.start.age.text);
  return age ? std::optional(at_age(requirements, *age)) : std::nullopt;
}

void check_age(const Case& test, const Requirements& requirements, Diagnostics& diagnostics) {
  const MarkedText& wanted = test.start.age;
  if (wanted.text.empty() || requirements.age_of(wanted.text)) {
    return;
  }
  std::vector<std::string> known;
  std::int64_t most = 0;
  for (const Age& age : requirements.ageing) {
    known.push_back(age.name.text);
    most = std::max(most, age.cycles);
  }
  diagnostics.error(wanted.mark, "the requirements know no age '" + wanted.text + "'",
                    suggestion(wanted.text, known) + "; or a number of cycles up to " + std::to_string(most) +
                        ", as in \"2000 cycles\"");
}

// Only here it is known what kind of number a judged signal is. That a bench lacks one is no mistake.
void check_ranges(const Requirements& requirements, const SignalTable& signals, Diagnostics& diagnostics) {
  for (const RequirementRow& row : requirements.rows) {
    const auto signal = signals.find(row.signal);
    const bool judges_value = row.kind == RowKind::sent_range || row.kind == RowKind::sensing;
    if (!judges_value || !signal || !row.range || row.range->ends.empty()) {
      continue;
    }
    const Dimension shown = signals.spec(*signal).dimension;
    const bool deviation = row.kind == RowKind::sensing && shown == dimension::temperature;
    const Dimension wanted = deviation ? dimension::temperature_difference : shown;
    const Dimension given = row.range->ends.front().dimension;
    if (given != wanted) {
      diagnostics.error(row.range->mark,
                        row.id + ": range is " + describe(given) + ", " + row.signal + " is " + describe(wanted),
                        "they have to be of one kind");
    }
  }
}

// Only here it is known which dialects there are.
void check_dialects(const Requirements& requirements, const SignalTable& signals, Diagnostics& diagnostics) {
  const auto spoken = signals.find("dut.dialect");
  if (!spoken) {
    return;
  }
  const auto& labels = signals.spec(*spoken).labels;
  for (const RequirementRow& row : requirements.rows) {
    if (!row.dialect.text.empty() && std::find(labels.begin(), labels.end(), row.dialect.text) == labels.end()) {
      diagnostics.error(row.dialect.mark, row.id + ": there is no dialect '" + row.dialect.text + "'",
                        suggestion(row.dialect.text, labels));
    }
  }
}

// Cells lose their charge each at its own pace: equalised ones are no longer equal after a month or so.
bool cells_are_equal(const StartClause& start) {
  constexpr double few_days = 7 * 86400.0;
  return start.cells == CellsWord::equalised && !start.leading_cell &&
         !(start.stored && start.stored->value() > few_days);
}

}  // namespace

Judgement::Judgement(const Case& test, const Row* row, const Requirements& requirements, SignalTable& signals,
                     const CommandTable& commands, Diagnostics& diagnostics, Flow flow)
    : aged_(at_age_of(test, requirements)),
      requirements_(aged_ ? *aged_ : requirements),
      start_{.cells_equalised = cells_are_equal(test.start),
             .off = test.start.state == StartWord::off,
             .since_full = test.start.since_full ? std::optional(test.start.since_full->value()) : std::nullopt,
             .temperature = test.start.temperature ? std::optional(test.start.temperature->value()) : std::nullopt,
             .stored = test.start.stored ? test.start.stored->value() : 0.0},
      references_(requirements_) {
  const std::size_t errors_before = diagnostics.error_count();
  try {
    references_.declare(signals);
    if (!signals.find("script.step")) {
      declare_script_signals(test, row, signals);
    }
    check_verifies(test, requirements, diagnostics);
    check_age(test, requirements, diagnostics);
    check_ranges(requirements, signals, diagnostics);
    check_dialects(requirements, signals, diagnostics);
    program_ = compile(test, row, signals, commands, diagnostics);
    program_.open = flow == Flow::open;
    program_.places = program_.open ? most_expectations : 0;
    if (diagnostics.error_count() == errors_before) {
      check_finally(test, program_, commands, diagnostics);
      Judges::declare(program_, references_, signals);
    }
  } catch (const RigError& error) {
    diagnostics.error(test.mark, error.what());
  }
}

std::uint32_t Judgement::add(AddedStep step, const SignalTable& signals) {
  const auto number = static_cast<std::uint32_t>(program_.steps.size());
  for (std::uint32_t i = 0; i < step.expectations.size(); ++i) {
    step.expectations[i].step = number;
    step.code.expectations[i] = i;
  }
  judges_->replace_expectations(std::move(step.expectations), signals);
  program_.steps.push_back(std::move(step.code));
  program_.finally_begin = program_.steps.size();
  return number;
}

void Judgement::begin(SignalTable& signals) {
  references_.begin(signals, start_);
  judges_ = std::make_unique<Judges>(program_, references_, signals);
}

}  // namespace rig

#include <algorithm>

#include "rig/case/program_compiler.hpp"
#include "rig/case/values.hpp"
#include "rig/core/files.hpp"
#include "rig/signal/expression_compiler.hpp"

// A function that a step calls outside of the loop: everything about it that can be known without calling it.
namespace rig {
namespace {

// Memory of all histories of a case together is taken before the run, 24 bytes a sample.
constexpr std::size_t most_samples = 2'000'000;

bool is_identifier(std::string_view text) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !text.empty() && letter(text.front()) &&
         std::ranges::all_of(text, [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

bool is_module(std::string_view text) {
  for (std::size_t dot = text.find('.'); dot != std::string_view::npos; dot = text.find('.')) {
    if (!is_identifier(text.substr(0, dot))) {
      return false;
    }
    text.remove_prefix(dot + 1);
  }
  return is_identifier(text);
}

}  // namespace

bool ProgramCompiler::find_function(const MarkedText& call, OutsideCode& code) {
  const std::size_t colon = call.text.rfind(':');
  const std::string place = call.text.substr(0, std::min(colon, call.text.size()));
  code.function = colon == std::string::npos ? "" : call.text.substr(colon + 1);
  const bool is_file = place.ends_with(".py") && place.size() > 3;
  if (colon == std::string::npos || !is_identifier(code.function) || (!is_file && !is_module(place))) {
    diagnostics_.error(call.mark, "'" + call.text + "' names no function",
                       "expected file.py:function or package.module:function, such as pulse.py:resistance");
    return false;
  }
  if (is_file) {
    code.file = resolve_path(call.mark.source ? call.mark.source->name : "", place);
  } else {
    code.module = place;
  }
  return true;
}

void ProgramCompiler::compile_returns(const Leaf& leaf) {
  auto& returns = returns_.emplace_back();
  if (!leaf.step->python) {
    return;
  }
  for (const auto& given : leaf.step->python->returns) {
    const auto dimension = dimension_of_return(given.value, diagnostics_);
    const auto id = signals_.find("keep." + given.name.text);
    if (!dimension || !id) {
      reported_.insert(given.name.text);
      continue;
    }
    if (!(signals_.spec(*id).dimension == *dimension)) {
      diagnostics_.error(given.name.mark, "'" + given.name.text + "' was kept as " +
                                              with_article(signals_.spec(*id).dimension) + " before, this is " +
                                              with_article(*dimension));
    }
    aliases_[given.name.text] = "keep." + given.name.text;
    returns.push_back(
        {given.name.text, *id, signals_.find("keep." + given.name.text + ".u").value_or(SignalId{}), *dimension});
  }
}

void ProgramCompiler::see_signals(const PythonClause& clause, OutsideCode& code) {
  for (const MarkedText& name : clause.signals) {
    const auto alias = aliases_.find(name.text);
    const std::string signal = alias == aliases_.end() ? name.text : alias->second;
    const auto id = signals_.find(signal);
    if (!id && !reported_.contains(name.text)) {
      std::vector<std::string> known = signals_.names();
      std::ranges::transform(aliases_, std::back_inserter(known), [](const auto& a) { return a.first; });
      diagnostics_.error(name.mark, "the bench has no signal '" + name.text + "'", suggestion(name.text, known));
    }
    const auto same = [&](const OutsideCode::Seen& seen) { return id && seen.signal == *id; };
    if (std::ranges::any_of(code.signals, same)) {
      diagnostics_.error(name.mark, "'" + name.text + "' stands twice in this list");
    } else if (id) {
      code.signals.push_back(
          {name.text, *id, signals_.find(signal + ".u").value_or(SignalId{}), signals_.spec(*id).dimension});
    }
  }
}

void ProgramCompiler::compile_outside(const Leaf& leaf, std::size_t place, StepCode& code) {
  if (!leaf.step->python) {
    return;
  }
  const PythonClause& clause = *leaf.step->python;
  OutsideCode outside;
  outside.call = clause.call.text;
  outside.step = code.name;
  outside.suffix = leaf.suffix;
  outside.mark = clause.call.mark;
  find_function(clause.call, outside);
  for (const auto& parameter : clause.with) {
    const auto value = parameter_value(parameter.value, leaf.parameters);
    if (!is_identifier(parameter.name.text)) {
      diagnostics_.error(parameter.name.mark, "'" + parameter.name.text + "' is no name of a parameter");
    } else if (value) {
      outside.parameters.push_back({parameter.name.text, *value, parameter.name.mark});
    }
  }
  see_signals(clause, outside);
  outside.returns = std::move(returns_[place]);
  const std::size_t errors_before = diagnostics_.error_count();
  outside.limit = time(clause.timeout, leaf.parameters);
  if (outside.limit == Duration::zero() && diagnostics_.error_count() == errors_before) {
    diagnostics_.error(clause.timeout.text.mark, "a timeout of 0 s is over before the function begins");
  }
  outside.history = clause.history ? time(*clause.history, leaf.parameters) : Duration{};
  outside.every = clause.every ? time(*clause.every, leaf.parameters) : Duration{};
  count_samples(clause, outside);
  code.outside = static_cast<std::uint32_t>(program_.outside.size());
  program_.outside.push_back(std::move(outside));
}

// A parameter of the case, or a value as it stands.
std::optional<QuantityValue> ProgramCompiler::parameter_value(const MarkedText& text, const ParameterMap& parameters) {
  if (!text.text.starts_with('$')) {
    return read_value(text, diagnostics_);
  }
  const auto found = parameters.find(text.text.substr(1));
  if (found == parameters.end()) {
    std::vector<std::string> known;
    std::ranges::transform(parameters, std::back_inserter(known), [](const auto& p) { return p.first; });
    diagnostics_.error(text.mark, "there is no parameter '" + text.text + "'",
                       known.empty() ? "declare it under 'parameters'" : suggestion(text.text.substr(1), known));
    return std::nullopt;
  }
  used_.insert(found->first);
  return found->second;
}

void ProgramCompiler::count_samples(const PythonClause& clause, OutsideCode& code) {
  if (code.history == Duration::zero()) {
    return;
  }
  const Duration apart = std::max(code.every, OutsideCode::fastest);
  const auto count = static_cast<double>(code.history.count()) / static_cast<double>(apart.count());
  const double wanted = (count + 2) * static_cast<double>(code.signals.size());
  if (wanted + static_cast<double>(samples_) > static_cast<double>(most_samples)) {
    diagnostics_.error(clause.history->text.mark,
                       "with its loops the histories of this case have more than 2,000,000 samples",
                       "shorten it, or take samples further apart: every: 100 ms");
    return;
  }
  code.most_samples = static_cast<std::size_t>(count) + 2;
  samples_ += code.most_samples * code.signals.size();
}

}  // namespace rig

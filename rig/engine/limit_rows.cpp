// The horizontal lines in the plots: thresholds of the requirements, limits of bench and case.
#include <array>
#include <cmath>

#include "rig/core/quantity.hpp"
#include "rig/engine/run_texts.hpp"

namespace rig {
namespace {

std::string trimmed(std::string text) {
  const std::size_t begin = text.find_first_not_of(' ');
  const std::size_t end = text.find_last_not_of(' ');
  return begin == std::string::npos ? "" : text.substr(begin, end - begin + 1);
}

// A line can be drawn for "signal > number" and "signal < number"; other conditions stand in the report as text.
std::optional<LimitRow> plain_limit(const std::string& name, const std::string& never, const SignalTable& signals) {
  for (const char* sign : {">=", "<=", ">", "<"}) {
    const std::size_t at = never.find(sign);
    if (at == std::string::npos) {
      continue;
    }
    const std::string signal = trimmed(never.substr(0, at));
    const auto value = parse_quantity(trimmed(never.substr(at + std::string(sign).size())));
    const auto* number = std::get_if<QuantityValue>(&value);
    if (number == nullptr || !signals.find(signal)) {
      return std::nullopt;
    }
    LimitRow row{signal, "bench", name, {}, {}, std::string(base_unit(number->dimension))};
    (sign[0] == '>' ? row.upper : row.lower) = number->value;
    return row;
  }
  return std::nullopt;
}

}  // namespace

std::vector<LimitRow> limit_rows(const BenchConfig& bench, const Requirements& requirements, const Program& program,
                                 const SignalTable& signals) {
  std::vector<LimitRow> rows;
  for (const RequirementRow& row : requirements.rows) {
    if (row.kind == RowKind::protection && row.input == RuleInput::battery_voltage && row.threshold) {
      LimitRow line{"pack.voltage", "requirement", row.id + " threshold", {}, {}, "V"};
      (row.side == Side::above ? line.upper : line.lower) = row.threshold->value();
      rows.push_back(std::move(line));
    }
  }
  for (const LimitConfig& limit : bench.limits) {
    if (auto row = plain_limit(limit.name, limit.never.text, signals)) {
      rows.push_back(std::move(*row));
    }
  }
  for (const CompiledLimit& limit : program.limits) {
    const SignalSpec& spec = signals.spec(limit.signal);
    LimitRow row{spec.name, "case", "limit of the case", {}, {}, std::string(base_unit(spec.dimension))};
    if (std::isfinite(limit.range.lo)) {
      row.lower = limit.range.lo;
    }
    if (std::isfinite(limit.range.hi)) {
      row.upper = limit.range.hi;
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace rig

#include "rig/cli/requirement_matrix.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "rig/cli/csv.hpp"
#include "rig/cli/session_runner.hpp"

namespace rig::cli {
namespace {

const char* own_checks = "the case's own checks";

// Worse verdicts later; what is not here says nothing.
int badness(const std::string& verdict) {
  static const std::vector<std::string> order{"pass", "characterised", "invalid", "aborted", "error", "fail"};
  const auto at = std::find(order.begin(), order.end(), verdict);
  return at == order.end() ? -1 : static_cast<int>(at - order.begin());
}

const RuleRow* rule_of(const RunResult& result, const std::string& requirement) {
  const auto& rules = result.info.rules;
  const auto found =
      std::find_if(rules.begin(), rules.end(), [&](const RuleRow& row) { return row.requirement == requirement; });
  return found == rules.end() ? nullptr : &*found;
}

bool claims(const RunOrder& order, const std::string& requirement) {
  const auto& list = order.test->verifies;
  return std::any_of(list.begin(), list.end(), [&](const MarkedText& id) { return id.text == requirement; });
}

// Nothing when the run has nothing to do with the row.
std::optional<MatrixCell> cell_of(const RequirementRow& row, const RunOrder& order, const std::string& test,
                                  const RunResult& result) {
  MatrixCell cell{.test = test, .claims = claims(order, row.id)};
  const RuleRow* rule = row.kind == RowKind::informative ? nullptr : rule_of(result, row.id);
  if (rule == nullptr) {
    if (!cell.claims) {
      return std::nullopt;
    }
    cell.exercised = row.kind == RowKind::informative;
    cell.verdict = std::string(verdict_name(result.verdict));
    cell.evidence = own_checks;
    cell.vacuity = cell.exercised ? "" : "this run did not judge it";
    return cell;
  }
  cell.exercised = rule->must_reached;
  cell.verdict = rule->verdict;
  cell.evidence = rule->evidence;
  cell.margin = rule->margin;
  cell.unit = rule->unit;
  cell.vacuity = rule->must_reached ? "" : rule->vacuity;
  return cell.claims || cell.exercised ? std::optional(cell) : std::nullopt;
}

// Why nothing on this bench can fail the row, if so.
std::string untestable(const RequirementRow& row, const std::vector<RowTestability>& rows) {
  if (row.kind == RowKind::informative) {
    return {};
  }
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const RowTestability& r) { return r.id == row.id; });
  const bool hopeless = found != rows.end() && found->state != Testability::testable &&
                        found->state != Testability::elsewhere && found->state != Testability::swallowed;
  if (hopeless) {
    return std::string(testability_name(found->state)) + ": " + found->why;
  }
  return row.dialect.text.empty() ? std::string() : "a frame that only packs send which speak " + row.dialect.text;
}

std::string beyond(const RequirementRow& row) {
  return !row.outside.empty() ? "outside: " + row.outside : !row.policy.empty() ? "taken: " + row.policy : "";
}

}  // namespace

bool MatrixRow::exercised() const noexcept {
  return std::any_of(cells.begin(), cells.end(), [](const MatrixCell& cell) { return cell.exercised; });
}

std::string MatrixRow::verdict() const {
  std::string worst = "not tested";
  for (const MatrixCell& cell : cells) {
    if (cell.exercised && badness(cell.verdict) > badness(worst)) {
      worst = cell.verdict;
    }
  }
  return worst;
}

std::string MatrixRow::why() const {
  const MatrixCell* cell = leading();
  return !untestable.empty() || cell == nullptr ? untestable : cell->vacuity;
}

const MatrixCell* MatrixRow::leading() const noexcept {
  const MatrixCell* best = nullptr;
  const auto rank = [](const MatrixCell& cell) { return (cell.exercised ? 2 : 0) + (cell.margin ? 1 : 0); };
  for (const MatrixCell& cell : cells) {
    const bool nearer = best != nullptr && cell.margin && best->margin && *cell.margin < *best->margin;
    if (best == nullptr || rank(cell) > rank(*best) || (rank(cell) == rank(*best) && nearer)) {
      best = &cell;
    }
  }
  return best;
}

std::size_t RequirementMatrix::orphans() const noexcept {
  const auto count = [](const auto& list) {
    return std::count_if(list.begin(), list.end(), [](const auto& one) { return one.orphan(); });
  };
  return static_cast<std::size_t>(count(rows) + count(cases));
}

std::size_t RequirementMatrix::vacuous() const noexcept {
  return static_cast<std::size_t>(
      std::count_if(rows.begin(), rows.end(), [](const MatrixRow& row) { return row.vacuous(); }));
}

std::size_t RequirementMatrix::listed_only() const noexcept {
  return static_cast<std::size_t>(
      std::count_if(rows.begin(), rows.end(), [](const MatrixRow& row) { return row.listed_only(); }));
}

RequirementMatrix matrix_of(const Session& session, const std::vector<RunResult>& results) {
  RequirementMatrix matrix;
  std::map<const Case*, std::string> themes;
  for (const auto& loaded : session.cases) {
    themes[&loaded->test] = theme_of(loaded->path);
  }
  for (std::size_t i = 0; i < results.size(); ++i) {
    const RunOrder& order = session.orders[i];
    MatrixCase one{.test = themes[order.test] + "/" + name_of(order),
                   .verdict = std::string(verdict_name(results[i].verdict))};
    for (const MarkedText& id : order.test->verifies) {
      one.claimed.push_back(id.text);
    }
    matrix.cases.push_back(std::move(one));
  }
  for (const RequirementRow& row : session.setup.requirements.rows) {
    MatrixRow out{.id = row.id,
                  .rule = row.rule,
                  .statement = row.statement,
                  .manual = row.manual,
                  .kind = std::string(row_kind_name(row.kind)),
                  .beyond = beyond(row)};
    for (std::size_t i = 0; i < results.size(); ++i) {
      if (auto cell = cell_of(row, session.orders[i], matrix.cases[i].test, results[i])) {
        if (cell->exercised) {
          matrix.cases[i].exercised.push_back(row.id);
        }
        out.cells.push_back(std::move(*cell));
      }
    }
    out.untestable = out.exercised() ? std::string() : untestable(row, session.rows);
    matrix.rows.push_back(std::move(out));
  }
  return matrix;
}

std::string matrix_csv(const RequirementMatrix& matrix) {
  Csv csv({"requirement", "rule", "manual", "kind", "case", "claimed", "exercised", "verdict", "evidence", "margin",
           "unit", "vacuity", "statement"});
  for (const MatrixRow& row : matrix.rows) {
    const auto add = [&](const MatrixCell& cell) {
      csv.add({row.id, row.rule, row.manual, row.kind, cell.test, cell.claims ? "yes" : "no",
               cell.exercised ? "yes" : "no", cell.verdict, cell.evidence,
               cell.margin ? fmt::format("{:.6g}", *cell.margin) : "", cell.unit, cell.vacuity, row.statement});
    };
    for (const MatrixCell& cell : row.cells) {
      add(cell);
    }
    if (row.orphan() || row.cells.empty()) {
      add({.verdict = row.orphan() ? "orphan" : "listed only", .vacuity = row.beyond});
    }
  }
  return csv.text();
}

}  // namespace rig::cli

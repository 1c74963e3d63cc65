// The requirement matrix as a page: requirement -> case, and back.
#include <fmt/format.h>

#include "reports/html_case.hpp"
#include "reports/text.hpp"
#include "rig/cli/requirement_matrix.hpp"

namespace rig::cli {
namespace {

std::string cell(const std::string& text) { return "<td>" + readable(text) + "</td>"; }

std::string verdict_cell(const std::string& verdict) {
  const bool known =
      verdict == "pass" || verdict == "fail" || verdict == "invalid" || verdict == "error" || verdict == "aborted";
  return fmt::format("<td><span class=\"verdict {}\">{}</span></td>", known ? verdict : "other", escaped(verdict));
}

std::string margin_text(const MatrixCell* leading) {
  return leading == nullptr || !leading->margin ? std::string()
                                                : number_text(*leading->margin, 3) + " " + leading->unit;
}

std::string tests_of(const MatrixRow& row) {
  std::string html;
  std::size_t others = 0;
  for (const MatrixCell& one : row.cells) {
    if (!one.claims) {
      ++others;
      continue;
    }
    html += fmt::format("<div>{} <span class=\"dim\">{}{}</span></div>", readable(one.test), escaped(one.verdict),
                        one.exercised ? "" : ", " + escaped(one.vacuity));
  }
  if (others > 0) {
    html += fmt::format("<div class=\"dim\">{}exercised by {} {}</div>", html.empty() ? "" : "also ", others,
                        others == 1 ? "other run" : "runs that judge it beside their own subject");
  }
  return html;
}

std::string state_of(const MatrixRow& row) {
  if (row.orphan()) {
    return "orphan: no case can fail it";
  }
  if (row.listed_only()) {
    return row.beyond;
  }
  if (row.vacuous()) {
    return "vacuous: " + row.why();
  }
  return "exercised";
}

std::string requirement_table(const RequirementMatrix& matrix) {
  std::string html =
      "<h2>Requirements</h2><div "
      "class=\"scroll\"><table><thead><tr><th>requirement</th><th>manual</th><th>statement</th>"
      "<th>verdict</th><th>evidence</th><th>margin</th><th>state</th><th>cases</th></tr></thead><tbody>";
  for (const MatrixRow& row : matrix.rows) {
    const MatrixCell* leading = row.leading();
    html += fmt::format("<tr id=\"{}\">", escaped(row.id)) + cell(row.id) + cell(row.manual) + cell(row.statement) +
            verdict_cell(row.verdict()) + cell(leading != nullptr ? leading->evidence : "") +
            cell(margin_text(leading)) + cell(state_of(row)) + "<td>" + tests_of(row) + "</td></tr>";
  }
  return html + "</tbody></table></div>";
}

std::string links(const std::vector<std::string>& ids) {
  std::string html;
  for (const std::string& id : ids) {
    html += fmt::format("{}<a href=\"#{}\">{}</a>", html.empty() ? "" : ", ", escaped(id), escaped(id));
  }
  return html;
}

std::string case_table(const RequirementMatrix& matrix) {
  std::string html =
      "<h2>Cases</h2><div class=\"scroll\"><table><thead><tr><th>case</th><th>verdict</th><th>verifies</th>"
      "<th>exercised in all</th></tr></thead><tbody>";
  for (const MatrixCase& one : matrix.cases) {
    html += "<tr>" + cell(one.test) + verdict_cell(one.verdict) + "<td>" +
            (one.orphan() ? std::string("orphan: it names no requirement") : links(one.claimed)) + "</td>" +
            cell(std::to_string(one.exercised.size())) + "</tr>";
  }
  return html + "</tbody></table></div>";
}

}  // namespace

std::string matrix_html(const RequirementMatrix& matrix, const std::string& product, const std::string& bench) {
  const std::size_t orphans = matrix.orphans();
  return fmt::format(
             "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
             "content=\"width=device-width\"><title>Requirement matrix</title><style>{}main{{max-width:1500px}}</style>"
             "</head><body><main><div class=\"banner {}\"><h1>Requirement matrix of <span>{}</span></h1><ul "
             "class=\"counts\"><li>{} requirements</li><li>{} cases on bench {}</li><li>{} orphans</li><li>{} "
             "vacuous</li><li>{} listed with their reason</li></ul></div>",
             style_sheet(), orphans == 0 ? "pass" : "fail", readable(product), matrix.rows.size(), matrix.cases.size(),
             readable(bench), orphans, matrix.vacuous(), matrix.listed_only()) +
         requirement_table(matrix) + case_table(matrix) + "</main></body></html>\n";
}

}  // namespace rig::cli

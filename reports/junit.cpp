#include "reports/junit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "reports/output_file.hpp"
#include "reports/text.hpp"

namespace rig {
namespace {
double wall_seconds(const RunInfo& run) {
  return run.stopped_unix_ns > run.started_unix_ns
             ? static_cast<double>(run.stopped_unix_ns - run.started_unix_ns) / 1e9
             : 0.0;
}

std::string suite_name(const RunInfo& run) { return run.suite.empty() ? "cases" : run.suite; }

std::string details(const RunInfo& run) {
  std::string text;
  for (const FindingRow& f : run.findings) {
    text += fmt::format("{}{} at {} s", f.consequential ? "follows: " : "", f.kind, to_seconds(f.time));
    text += f.step.empty() ? "" : ", step '" + f.step + "'";
    text += f.manual.empty() ? "" : ", manual " + f.manual;
    text += "\n  " + f.sentence + "\n";
    text += f.expected.empty() ? "" : "  expected: " + f.expected + "\n";
    text += f.seen.empty() ? "" : "  seen: " + f.seen + "\n";
    text += f.causes.empty() ? "" : "  causes: " + f.causes + "\n";
  }
  return text + fmt::format("seed {}, {}\n", run.seed, run.software);
}

std::string warnings(const RunInfo& run) {
  std::string lines;
  for (const EventRow& event : run.events) {
    lines += event.kind == "warning" ? "WARNING: " + event.text + "\n" : "";
  }
  return lines.empty() ? lines : "      <system-out>" + escaped(lines) + "</system-out>\n";
}

std::string testcase(const RunInfo& run) {
  const std::string name = run.row.empty() ? run.case_name : run.case_name + "[" + run.row + "]";
  std::string xml = fmt::format(R"(    <testcase name="{}" classname="{}" time="{:.3f}")", escaped(name),
                                escaped(suite_name(run)), wall_seconds(run));
  if (run.verdict == "pass") {
    const std::string said = warnings(run);
    return xml + (said.empty() ? "/>\n" : fmt::format(">\n{}    </testcase>\n", said));
  }
  const char* element = run.verdict == "fail" ? "failure" : "error";
  const std::string type = run.verdict.empty() ? "no verdict" : run.verdict;
  return xml + fmt::format(">\n      <{0} message=\"{1}\" type=\"{2}\">{3}</{0}>\n    </testcase>\n", element,
                           escaped(run.sentence), escaped(type), escaped(details(run)));
}

std::string property(const std::string& name, const std::set<std::string>& values) {
  std::string joined;
  for (const auto& value : values) {
    if (value.empty()) {
      continue;
    }
    joined += (joined.empty() ? "" : ", ") + value;
  }
  return fmt::format("      <property name=\"{}\" value=\"{}\"/>\n", name, escaped(joined));
}

std::string properties(const std::vector<const RunInfo*>& runs) {
  std::set<std::string> seeds, software;
  std::map<std::string, std::set<std::string>> documents;
  for (const RunInfo* run : runs) {
    seeds.insert(std::to_string(run->seed));
    software.insert(run->software);
    for (const DocumentRow& document : run->documents) {
      if (document.kind != "case") {
        documents[document.kind].insert(document.name + " (" + document.fingerprint + ")");
      }
    }
  }
  std::string xml = property("seed", seeds) + property("software", software);
  for (const auto& [kind, names] : documents) {
    xml += property(escaped(kind), names);
  }
  return "    <properties>\n" + xml + "    </properties>\n";
}

std::string skipped_testcase(const LeftOut& l) {
  return fmt::format(
      "    <testcase name=\"{}\" classname=\"{}\" time=\"0.000\">\n      <skipped message=\"{}\"/>\n"
      "    </testcase>\n",
      escaped(l.case_name), escaped(l.suite), escaped(l.reason));
}

struct Suite {
  std::vector<const RunInfo*> runs;
  std::vector<const LeftOut*> left_out;
};

std::string testsuite(const std::string& name, const Suite& suite, std::size_t id) {
  std::size_t failures = 0, errors = 0;
  double seconds = 0;
  std::int64_t started = 0;
  std::string cases;
  for (const RunInfo* run : suite.runs) {
    failures += run->verdict == "fail" ? 1u : 0u;
    errors += run->verdict != "fail" && run->verdict != "pass" ? 1u : 0u;
    seconds += wall_seconds(*run);
    if (run->started_unix_ns > 0) {
      started = started == 0 ? run->started_unix_ns : std::min(started, run->started_unix_ns);
    }
    cases += testcase(*run);
  }
  for (const LeftOut* l : suite.left_out) {
    cases += skipped_testcase(*l);
  }
  return fmt::format(
             "  <testsuite name=\"{}\" package=\"gtxrig\" id=\"{}\" hostname=\"localhost\" timestamp=\"{}\" "
             "tests=\"{}\" failures=\"{}\" errors=\"{}\"{} time=\"{:.3f}\">\n",
             escaped(name), id, utc_text(started), suite.runs.size() + suite.left_out.size(), failures, errors,
             suite.left_out.empty() ? "" : fmt::format(" skipped=\"{}\"", suite.left_out.size()), seconds) +
         properties(suite.runs) + cases + "    <system-out/>\n    <system-err/>\n  </testsuite>\n";
}
}  // namespace

std::string junit_xml(const std::vector<RunInfo>& runs, const std::vector<LeftOut>& left_out) {
  std::vector<std::string> order;  // of first appearance
  std::map<std::string, Suite> suites;
  const auto suite_of = [&](const std::string& name) -> Suite& {
    const auto [at, is_new] = suites.try_emplace(name);
    if (is_new) {
      order.push_back(name);
    }
    return at->second;
  };
  for (const RunInfo& run : runs) {
    suite_of(suite_name(run)).runs.push_back(&run);
  }
  for (const LeftOut& l : left_out) {
    suite_of(l.suite).left_out.push_back(&l);
  }
  std::string xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
  for (std::size_t i = 0; i < order.size(); ++i) {
    xml += testsuite(order[i], suites[order[i]], i);
  }
  return xml + "</testsuites>\n";
}

void write_junit(const std::vector<RunInfo>& runs, const std::string& path, const std::vector<LeftOut>& left_out) {
  write_output(path, junit_xml(runs, left_out));
}

}  // namespace rig

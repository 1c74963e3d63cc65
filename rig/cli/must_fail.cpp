#include "rig/cli/must_fail.hpp"

#include "rig/core/files.hpp"

namespace rig {

std::vector<std::pair<std::string, Verdict>> Choices<Verdict>::names() {
  std::vector<std::pair<std::string, Verdict>> result;
  for (const Verdict v : {Verdict::invalid, Verdict::fail, Verdict::error, Verdict::aborted}) {
    result.emplace_back(verdict_name(v), v);
  }
  return result;
}

std::vector<std::pair<std::string, FindingKind>> Choices<FindingKind>::names() {
  std::vector<std::pair<std::string, FindingKind>> result;
  for (int i = 0; i <= static_cast<int>(FindingKind::nothing_checked); ++i) {
    const auto kind = static_cast<FindingKind>(i);
    result.emplace_back(finding_kind_name(kind), kind);
  }
  return result;
}

namespace cli {

MustFail read_must_fail(const std::string& path, Diagnostics& diagnostics) {
  MustFail result;
  result.path = path;
  const std::size_t errors_before = diagnostics.error_count();
  const Node root = parse_yaml(read_text(path), diagnostics);
  if (diagnostics.error_count() == errors_before) {
    read(root, result, diagnostics);
    result.test = result.test.empty() ? result.test : resolve_path(path, result.test);
  }
  return result;
}

}  // namespace cli
}  // namespace rig

#include "rig/cli/must_fail.hpp"

#include <algorithm>
#include <filesystem>

#include "rig/core/error.hpp"
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
namespace fs = std::filesystem;

std::vector<std::string> find_yaml_files(std::vector<std::string> paths, const std::string& usual) {
  if (paths.empty()) {
    paths = {usual};
  }
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    if (!fs::is_directory(path)) {
      files.push_back(path);
      continue;
    }
    for (const auto& entry : fs::recursive_directory_iterator(path)) {
      if (entry.is_regular_file() && entry.path().extension() == ".yaml") {
        files.push_back(entry.path().string());
      }
    }
  }
  std::sort(files.begin(), files.end());
  if (files.empty()) {
    throw RigError("there is no file here", paths.front());
  }
  return files;
}

MustPass read_must_pass(const std::string& path, Diagnostics& diagnostics) {
  MustPass result;
  result.path = path;
  const std::size_t errors_before = diagnostics.error_count();
  const Node root = parse_yaml(read_text(path), diagnostics);
  if (diagnostics.error_count() == errors_before) {
    read(root, result, diagnostics);
    if (result.tests.empty() && diagnostics.error_count() == errors_before) {
      diagnostics.error(result.mark, "no case is named", "cases: [../over_voltage]");
    }
    for (std::string& test : result.tests) {
      test = resolve_path(path, test);
    }
  }
  return result;
}

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

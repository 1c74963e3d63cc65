#pragma once
#include <optional>
#include <string>
#include <vector>

#include "rig/core/fields.hpp"
#include "rig/judge/verdict.hpp"

namespace rig::cli {

// What has to come of a case against a pack with a defect.
struct Expected {
  Verdict verdict = Verdict::fail;
  FindingKind kind = FindingKind::divergence;
  std::string rule;
  std::string says;
};

// A file of cases/must_fail: the proof that a case can fail, and that it fails for the right reason.
struct MustFail {
  std::string name;
  std::string why;
  std::string test;  // path of the case; relative to this file
  std::string row;
  std::vector<std::string> overrides;
  std::vector<std::string> parameters;
  std::uint64_t seed = 1;
  Expected expected;
  SourceMark mark;
  std::string path;
};

// A file of cases/corners: a pack at the edge of its class, which is healthy and which no case may reject.
struct MustPass {
  std::string name;
  std::string why;
  std::vector<std::string> tests;  // paths of cases or folders; relative to this file
  std::vector<std::string> overrides;
  std::vector<std::int64_t> seeds{1};
  SourceMark mark;
  std::string path;
};

MustFail read_must_fail(const std::string& path, Diagnostics& diagnostics);
MustPass read_must_pass(const std::string& path, Diagnostics& diagnostics);

// All *.yaml of files and folders, sorted; of the folder `usual` when none are named. Throws when there is none.
std::vector<std::string> find_yaml_files(std::vector<std::string> paths, const std::string& usual);

}  // namespace rig::cli

namespace rig {
template <>
struct Choices<Verdict> {
  static std::vector<std::pair<std::string, Verdict>> names();
};
template <>
struct Choices<FindingKind> {
  static std::vector<std::pair<std::string, FindingKind>> names();
};
template <>
struct Fields<cli::Expected> {
  static void declare(Mapping<cli::Expected>& m) {
    m.required("verdict", &cli::Expected::verdict, "verdict that must come");
    m.required("kind", &cli::Expected::kind, "kind of the finding that must be there");
    m.required("rule", &cli::Expected::rule, "its rule: a requirement, an expectation, a measure, a limit");
    m.optional("says", &cli::Expected::says, "words of its sentence, where a rule can fail in several ways");
  }
};
template <>
struct Fields<cli::MustPass> {
  static void declare(Mapping<cli::MustPass>& m) {
    m.mark(&cli::MustPass::mark);
    m.required("must_pass", &cli::MustPass::name, "its name");
    m.optional("why", &cli::MustPass::why, "why such a pack is healthy");
    m.required("cases", &cli::MustPass::tests, "cases or folders of cases, relative to this file");
    m.optional("set", &cli::MustPass::overrides, "overrides of the bench, as after --set");
    m.optional("seeds", &cli::MustPass::seeds, "seeds; default [1]");
  }
};
template <>
struct Fields<cli::MustFail> {
  static void declare(Mapping<cli::MustFail>& m) {
    m.mark(&cli::MustFail::mark);
    m.required("must_fail", &cli::MustFail::name, "its name");
    m.optional("why", &cli::MustFail::why, "what would happen in the field");
    m.required("case", &cli::MustFail::test, "the case, relative to this file");
    m.optional("row", &cli::MustFail::row, "only this row of the case");
    m.optional("set", &cli::MustFail::overrides, "overrides of the bench, as after --set");
    m.optional("param", &cli::MustFail::parameters, "parameters of the case, as after --param");
    m.optional("seed", &cli::MustFail::seed, "seed; default 1");
    m.required("expect", &cli::MustFail::expected, "what must come");
  }
};
}  // namespace rig

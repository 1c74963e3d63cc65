#pragma once
#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "rig/cli/selection.hpp"

namespace rig::cli {

// One case, or one row of it, that many packs are tried with.
struct SuiteCase {
  const Case* test = nullptr;
  const Row* row = nullptr;
  std::string path;
  std::string theme;  // the folder that it lies in
  std::string name;   // "case" or "case[row]"
  Duration length{};  // rig time against the nominal pack: which case is quick, the same on every machine
};

// The cases of some folders, read once. They do not change while packs are tried, so that all threads share them.
class Suite {
 public:
  Suite(const std::vector<std::string>& paths, Diagnostics& diagnostics);
  [[nodiscard]] std::vector<SuiteCase>& cases() noexcept { return cases_; }
  [[nodiscard]] const std::vector<SuiteCase>& cases() const noexcept { return cases_; }
  // Takes away the cases that need an instrument which their bench lacks, and returns them. Throws RigError when none
  // is left.
  std::vector<LeftOut> leave_out(BenchShelf& benches, Diagnostics& diagnostics);
  // Names the exact texts: results of one suite say nothing about another one.
  [[nodiscard]] const std::string& fingerprint() const noexcept { return fingerprint_; }

 private:
  std::vector<std::unique_ptr<Case>> tests_;
  std::vector<SuiteCase> cases_;
  std::string fingerprint_;
};

// A virtual pack: the bench's own with some values overridden.
struct TrialPack {
  std::string bench = default_bench;
  std::vector<std::string> overrides;
  std::uint64_t seed = 1;
};

// Why a case did not pass: the first finding that follows from no other.
struct CaseFailure {
  std::size_t index = 0;  // of the case in the suite
  Verdict verdict = Verdict::fail;
  std::string kind;         // finding_kind_name()
  std::string requirement;  // the row it names; empty when it is an expectation, a measure or a limit
  std::string rule;         // what the finding names
  std::string sentence;
  bool proves = false;  // says that the pack is wrong: neither missing data nor trouble with an instrument does
};

struct TrialResult {
  bool complete = false;   // false: the user stopped it
  std::string impossible;  // why such a pack cannot be: an override that the bench refuses
  std::size_t runs = 0;
  std::vector<CaseFailure> failures;
  std::vector<Duration> lengths;  // rig time of each run, as in `order`
};

enum class Stop : std::uint8_t { at_proof, never };

// Tries the pack with the cases of `order` (indices into the suite), one after the other on the calling thread. Nothing
// is recorded. Stop::at_proof ends with the first failure that proves a defect.
TrialResult try_pack(const Suite& suite, const TrialPack& pack, const std::vector<std::size_t>& order, Stop stop,
                     const std::atomic<int>& interrupts);

}  // namespace rig::cli

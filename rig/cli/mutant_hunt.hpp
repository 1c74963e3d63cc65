#pragma once
#include <functional>

#include "rig/cli/mutant.hpp"
#include "rig/cli/mutant_ledger.hpp"
#include "rig/cli/pack_trial.hpp"

namespace rig::cli {

enum class MutantOutcome : std::uint8_t { found, survivor, explained, impossible };
std::string_view outcome_name(MutantOutcome outcome);

struct MutantResult {
  Mutant mutant;
  MutantOutcome outcome = MutantOutcome::survivor;
  Finder finder;
  std::string reason;  // explained: why no case finds it
};

// How small a defect of one number, in one direction, the cases find.
struct DetectionCurve {
  Mutant mutant;  // the one that it belongs to
  struct Point {
    double factor = 0.0;  // in units of tolerance + uncertainty
    std::string value;
    Finder finder;
  };
  std::vector<Point> points;                    // by size
  std::optional<Point> smallest;                // found; nothing: none of the ladder was
  double largest_unseen = 0.0;                  // factor that was not found
  [[nodiscard]] bool inside_tolerance() const;  // what is found may be a healthy pack
};

// Looks for mutants with the cases of a suite. One thread at a time for each mutant; threads share the hunt.
class MutantHunt {
 public:
  struct Settings {
    std::string bench = default_bench;
    std::vector<std::string> overrides;  // of every pack, before the mutant's own
    std::uint64_t seed = 1;
    bool quick = false;  // every mutant only with the cases that would find it first
  };
  MutantHunt(Suite& suite, Settings settings, const MutantPlan& plan, MutantLedger& ledger,
             const std::atomic<int>& interrupts)
      : suite_(suite), settings_(std::move(settings)), plan_(plan), ledger_(ledger), interrupts_(interrupts) {}

  // Runs every case against the pack without a defect: which of them is quick, and what does not pass there proves
  // nothing later. Returns what failed.
  std::vector<CaseFailure> measure_nominal(std::size_t jobs);
  // Nothing when the user stopped it.
  [[nodiscard]] std::optional<MutantResult> look_for(const Mutant& mutant) const;
  [[nodiscard]] std::optional<DetectionCurve> trace(const Mutant& mutant, const Finder& finder) const;

 private:
  [[nodiscard]] std::optional<Finder> find(const Mutant& mutant, const std::vector<std::size_t>& order,
                                           const std::string& key) const;
  [[nodiscard]] std::vector<std::size_t> order_for(const Mutant& mutant) const;
  [[nodiscard]] std::vector<std::size_t> likely_for(const Mutant& mutant) const;
  [[nodiscard]] std::vector<std::size_t> related_to(const Mutant& mutant, const Finder& finder) const;
  [[nodiscard]] bool verifies(const SuiteCase& one, const Mutant& mutant) const;
  [[nodiscard]] std::string explanation(const Mutant& mutant) const;

  Suite& suite_;
  Settings settings_;
  const MutantPlan& plan_;
  MutantLedger& ledger_;
  const std::atomic<int>& interrupts_;
};

}  // namespace rig::cli

#pragma once
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "rig/case/case.hpp"
#include "rig/engine/setup.hpp"

namespace rig::cli {

// The benches of a session. Nearly all cases run on the one that was named; a case for another number of packs, or one
// beyond the ratings, names its own. That is taken unless the session's bench was chosen and has as many packs.
class BenchShelf {
 public:
  // `session` outlives the shelf; `chosen`: by the user. `overrides` and `profile` hold for the other benches too.
  BenchShelf(const Setup& session, std::vector<std::string> overrides,
             std::shared_ptr<const SourceText> profile = nullptr, bool chosen = true)
      : session_(session), overrides_(std::move(overrides)), profile_(std::move(profile)), chosen_(chosen) {}
  // Mistakes of a bench go to `diagnostics`, once. Null when it cannot be used.
  const Setup* of(const Case& test, Diagnostics& diagnostics);

 private:
  const Setup& session_;
  std::vector<std::string> overrides_;
  std::shared_ptr<const SourceText> profile_;
  bool chosen_;
  std::map<std::string, std::unique_ptr<Setup>> others_;  // null: has mistakes
};

}  // namespace rig::cli

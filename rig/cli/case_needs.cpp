#include "rig/cli/case_needs.hpp"

#include <algorithm>

#include "rig/bench/bench.hpp"
#include "rig/case/instances.hpp"

namespace rig::cli {

const std::vector<std::string>& CaseNeeds::instances_of(const Setup& setup) {
  const auto [at, is_new] = instances_.try_emplace(&setup);
  if (is_new) {
    Diagnostics ignored;  // the bench has been found well before
    Bench bench(setup.bench, 1, ignored);
    at->second = instances(bench.signals(), bench.commands());
  }
  return at->second;
}

std::string CaseNeeds::lack(const Case& test, const Setup& setup) {
  std::string names;
  for (const MarkedText& need : test.needs) {
    const std::vector<std::string>& known = instances_of(setup);
    if (!std::binary_search(known.begin(), known.end(), need.text) && nearest(need.text, known).empty()) {
      names += (names.empty() ? "'" : ", '") + need.text + "'";
    }
  }
  return names.empty() ? "" : "the bench has no " + names;
}

}  // namespace rig::cli

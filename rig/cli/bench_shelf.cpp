#include "rig/cli/bench_shelf.hpp"

#include "rig/core/error.hpp"

namespace rig::cli {
namespace {
// The shipped bench is nobody's choice: it is what runs when no other is named, under whatever path.
constexpr const char* everyday = "virtual";
}  // namespace

const Setup* BenchShelf::of(const Case& test, Diagnostics& diagnostics) {
  if (test.bench.text.empty() || test.bench.text == session_.bench.path) {
    return &session_;
  }
  const auto [at, is_new] = others_.try_emplace(test.bench.text);
  if (is_new) {
    const std::size_t errors_before = diagnostics.error_count();
    try {
      auto setup = std::make_unique<Setup>(read_setup(test.bench.text, overrides_, diagnostics, profile_));
      at->second = diagnostics.error_count() == errors_before ? std::move(setup) : nullptr;
    } catch (const RigError& error) {
      diagnostics.error(test.bench.mark, error.what());
    }
  }
  const Setup* own = at->second.get();
  const bool fits = chosen_ && session_.bench.name != everyday && own != nullptr &&
                    own->bench.dut.rig.packs == session_.bench.dut.rig.packs;
  return fits ? &session_ : own;
}

}  // namespace rig::cli

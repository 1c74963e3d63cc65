#include "rig/cli/can_bench.hpp"

#include "rig/core/error.hpp"

namespace rig::cli {

void keep_only_can(BenchConfig& bench) {
  const std::string& can = bench.dut.rig.can.text;
  std::erase_if(bench.instruments.items, [&](const InstrumentConfig& instrument) {
    return instrument.name != can && !instrument.driver.starts_with("sim.");
  });
  bench.wiring.clear();
  bench.limits.clear();
  bench.watch.clear();
  bench.safe_order.clear();
}

void connect_can(Bench& bench, const std::string& can) {
  for (const ConnectResult& result : bench.try_connect()) {
    if (!result.trouble.empty() && result.instrument == can) {
      throw RigError(result.trouble, result.instrument);
    }
  }
}

}  // namespace rig::cli

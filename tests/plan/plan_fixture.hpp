#pragma once
// A bench of its own with numbers that the tests may rely on, and cases of a few lines planned on it.
#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "rig/engine/run.hpp"
#include "rig/plan/plan.hpp"
#include "rig/plan/testability.hpp"
#include "tests/source_dir.hpp"

namespace rig::test {

inline std::string plan_bench(const std::string& instruments = {}, const std::string& limits = {}) {
  const std::string cases = source_dir() + "/cases/";
  return "bench: plan\ninstruments:\n" +
         (instruments.empty()
              ? std::string("  supply: { driver: sim.supply, voltage: 80 V, current: 120 A, power: 10 kW }\n"
                            "  load: { driver: sim.load, voltage: 80 V, current: 120 A, power: 5 kW }\n"
                            "  meter: { driver: sim.meter }\n")
              : instruments) +
         "  io: { driver: sim.io }\n  can: { driver: sim.can }\n  thermometer: { driver: sim.thermometer }\n"
         "dut: { driver: sim.pack, requirements: " +
         cases + "gtx5000.yaml, profile: " + cases + "packs/virtual_gtx5000.yaml, dbc: " + cases +
         "gtx5000.dbc, can: can }\n"
         "wiring: { pack.voltage: meter.voltage, pack.current: supply.current - load.current, "
         "pack.charge_demand: supply.output, pack.discharge_demand: load.input, "
         "pack.skin_temperature: thermometer.temperature }\n"
         "fixture: { maximum_voltage: 70 V, maximum_current: 120 A, maximum_power: 6 kW }\n"
         "limits:\n"
         "  - { name: terminal over-voltage, never: pack.voltage > 60 V }\n"
         "  - { name: terminal under-voltage, never: pack.voltage < 36 V and pack.current < -1 A, for: 300 ms }\n"
         "  - { name: charge over-current, never: pack.current > 100 A }\n"
         "  - { name: discharge over-current, never: pack.current < -100 A }\n" +
         limits + "watch: [pack.voltage, pack.current]\n";
}

class Planned : public testing::Test {
 protected:
  void SetUp() override {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::temp_directory_path() /
              (std::string("gtxrig_plan_") + info->name() + "_" + std::to_string(getpid()));
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& text) const {
    std::string path = (folder_ / name).string();
    std::ofstream(path) << text;
    return path;
  }

  // Plans a case; what was found stands in `found`, one line each: "error 3:20: message; hint".
  Forecast plan(const std::string& case_text, const std::string& bench_text = plan_bench()) {
    Diagnostics building;
    Diagnostics planning;
    setup_ = read_setup(write("bench.yaml", bench_text), {}, building);
    case_ = read_case(write("case.yaml", case_text), building);
    building.throw_if_errors();
    rig::Run run({.setup = &setup_, .test = &case_, .level = RecordLevel::none}, building);
    building.throw_if_errors();
    Forecast forecast =
        plan_case({case_, run.judgement().program(), run.bench(), setup_.requirements, run.tick()}, planning);
    rows = testability_of(setup_.requirements, sight_of(run.bench(), run.tick()));
    found.clear();
    for (const Diagnostic& d : planning.all()) {
      found += std::string(d.severity == Severity::error ? "error " : "warning ") + std::to_string(d.mark.line) + ":" +
               std::to_string(d.mark.column) + ": " + d.message + "; " + d.hint + "\n";
    }
    return forecast;
  }

  // A case of this start and these steps; the first step stands in line 4.
  static std::string with_steps(const std::string& steps, const std::string& soc = "50 %",
                                const std::string& more = {}) {
    return "case: x\nstart: { state: standby, soc: " + soc + ", temperature: 25 degC, cells: equalised }\nsteps:\n" +
           steps + "always: [{ reference: conforms }]\n" + more;
  }

  std::string found;                 // NOLINT(readability-identifier-naming): every test reads them
  std::vector<RowTestability> rows;  // NOLINT(readability-identifier-naming)

 private:
  std::filesystem::path folder_;
  rig::Setup setup_;
  Case case_;
};

}  // namespace rig::test

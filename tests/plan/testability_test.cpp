#include "tests/plan/plan_fixture.hpp"

namespace rig::test {
namespace {

using testing::HasSubstr;

class Testable : public Planned {
 protected:
  const RowTestability& row(const std::string& id) const {
    const auto at = std::find_if(rows.begin(), rows.end(), [&](const auto& r) { return r.id == id; });
    EXPECT_NE(at, rows.end()) << id;
    return at == rows.end() ? rows.front() : *at;
  }
  Testability field(const std::string& id, const std::string& name) const {
    for (const FieldTestability& f : row(id).fields) {
      if (f.field == name) {
        return f.state;
      }
    }
    return Testability::elsewhere;
  }
  void look(const std::string& bench) { plan(with_steps("  - { hold: 1 s }\n"), bench); }

  // The rows of this bench with other signals, without what begins with `without`, in this dialect.
  void look_without(const std::string& without, double meter_uncertainty, Dialect dialect = Dialect::unknown) {
    Diagnostics diagnostics;
    const rig::Setup setup = read_setup(write("own.yaml", plan_bench()), {}, diagnostics);
    Bench bench(setup.bench, 1, diagnostics);
    diagnostics.throw_if_errors();
    SignalTable signals;
    for (SignalSpec spec : bench.signals().specs()) {
      if (!without.empty() && spec.name.starts_with(without)) {
        continue;
      }
      spec.uncertainty.absolute = spec.name == "pack.voltage" ? meter_uncertainty : spec.uncertainty.absolute;
      signals.declare(spec);
    }
    BenchSight sight{signals, bench.commands(), {}};
    sight.dialect = dialect;
    sight.tick = std::chrono::milliseconds(10);
    sight.cells_can_be_set = true;
    rows = testability_of(setup.requirements, sight);
  }
};

TEST_F(Testable, are_the_voltage_rows_on_the_virtual_bench) {
  look(plan_bench());
  for (const char* id :
       {"GTX-OV-01", "GTX-OV-04", "GTX-UV-01", "GTX-UV-03", "GTX-DRY-01", "GTX-LIM-03", "GTX-SEN-01"}) {
    EXPECT_EQ(row(id).state, Testability::testable) << id << ": " << row(id).why;
  }
  for (const char* name : {"threshold", "delay", "release"}) {
    EXPECT_EQ(field("GTX-OV-01", name), Testability::testable) << name;
  }
}

TEST_F(Testable, is_nothing_on_can_without_can) {
  look_without("dut.", 0.01);
  EXPECT_EQ(row("GTX-LIM-01").state, Testability::unobservable);
  EXPECT_EQ(row("GTX-LIM-01").mend, "a CAN adapter");
  EXPECT_EQ(row("GTX-DRY-01").state, Testability::testable) << "a contact needs no CAN";
}

TEST_F(Testable, is_no_contact_without_inputs_and_no_voltage_without_a_meter) {
  look_without("io.", 0.01);
  EXPECT_EQ(row("GTX-DRY-01").state, Testability::unobservable);
  EXPECT_EQ(row("GTX-OV-01").state, Testability::testable);
  look_without("pack.voltage", 0.01);
  EXPECT_EQ(row("GTX-OV-01").state, Testability::unobservable);
}

TEST_F(Testable, a_coarse_meter_swallows_the_threshold_and_says_what_would_do) {
  look_without("", 0.2);
  EXPECT_EQ(row("GTX-OV-01").state, Testability::swallowed) << row("GTX-OV-01").why;
  EXPECT_THAT(row("GTX-OV-01").mend, HasSubstr("pack.voltage within 0.118 V"));
  look_without("", 0.1);
  EXPECT_EQ(row("GTX-OV-01").state, Testability::testable) << row("GTX-OV-01").why;
}

TEST_F(Testable, a_weak_supply_does_not_reach_the_threshold) {
  look(
      plan_bench("  supply: { driver: sim.supply, voltage: 55 V }\n  load: { driver: sim.load }\n  meter: { driver: "
                 "sim.meter }\n"));
  EXPECT_EQ(row("GTX-OV-01").state, Testability::unreachable);
  EXPECT_THAT(row("GTX-OV-01").why, HasSubstr("supply.voltage_set goes from 0 V to 55 V, 56.2 V is needed"));
  EXPECT_EQ(row("GTX-UV-01").state, Testability::testable);
}

TEST_F(Testable, a_limit_of_the_bench_below_the_threshold_keeps_it_out_of_reach) {
  std::string bench = plan_bench();
  bench.replace(bench.find("> 60 V"), 6, "> 56 V");
  look(bench);
  EXPECT_EQ(row("GTX-OV-01").state, Testability::unreachable);
  EXPECT_THAT(row("GTX-OV-01").why, HasSubstr("the bench's limit 'terminal over-voltage' trips before 56.2 V"));
}

TEST_F(Testable, a_row_with_default_numbers_is_only_characterised) {
  std::string bench = plan_bench();
  const std::size_t at = bench.find(", profile: ");
  bench.erase(at, bench.find(", dbc: ") - at);
  look(bench);
  EXPECT_EQ(row("GTX-OV-04").state, Testability::characterise);
  EXPECT_EQ(field("GTX-OV-01", "delay"), Testability::characterise);
  EXPECT_EQ(field("GTX-OV-01", "release"), Testability::characterise);
}

TEST_F(Testable, a_flag_that_the_dialect_does_not_send_is_unobservable) {
  look_without("", 0.01, Dialect::pylon_v12);
  EXPECT_EQ(row("GTX-OV-01").state, Testability::testable) << row("GTX-OV-01").why;
}

TEST_F(Testable, a_sealed_balanced_pack_masks_its_single_cells) {
  look(plan_bench());
  EXPECT_EQ(row("GTX-OV-04").state, Testability::testable);
  look_without("", 0.01);
  Diagnostics diagnostics;
  const rig::Setup setup = read_setup(write("own.yaml", plan_bench()), {}, diagnostics);
  Bench bench(setup.bench, 1, diagnostics);
  BenchSight sight = sight_of(bench, std::chrono::milliseconds(10));
  sight.cells_can_be_set = false;
  rows = testability_of(setup.requirements, sight);
  EXPECT_EQ(row("GTX-OV-04").state, Testability::unreachable);
  EXPECT_THAT(row("GTX-OV-04").why, HasSubstr("masks the limits of its single cells"));
}

TEST_F(Testable, a_service_port_shows_the_cells_of_a_sealed_pack) {
  Diagnostics diagnostics;
  const rig::Setup setup = read_setup(source_dir() + "/cases/benches/virtual_service.yaml", {}, diagnostics);
  Bench bench(setup.bench, 1, diagnostics);
  diagnostics.throw_if_errors();
  BenchSight sight = sight_of(bench, std::chrono::milliseconds(10));
  sight.cells_can_be_set = false;
  rows = testability_of(setup.requirements, sight);
  for (const char* id : {"GTX-OV-04", "GTX-UV-03", "GTX-SEN-05"}) {
    EXPECT_EQ(row(id).state, Testability::testable) << id << ": " << row(id).why;
  }
}

TEST_F(Testable, a_claim_that_the_bench_cannot_decide_is_a_warning_at_its_place) {
  look(
      plan_bench("  supply: { driver: sim.supply, voltage: 55 V }\n  load: { driver: sim.load }\n  meter: { driver: "
                 "sim.meter }\n"));
  Diagnostics diagnostics;
  const Case test = read_case(write("claims.yaml",
                                    "case: x\nverifies: [GTX-UV-01, GTX-OV-01, GTX-UV-06]\nsteps: [{ hold: 1 s }]\n"
                                    "always: [{ reference: conforms }]\n"),
                              diagnostics);
  warn_of_claims(test, rows, diagnostics);
  ASSERT_EQ(diagnostics.all().size(), 1u);
  EXPECT_EQ(diagnostics.all().front().mark.line, 2);
  EXPECT_EQ(diagnostics.all().front().mark.column, 23);
  EXPECT_THAT(diagnostics.all().front().message, HasSubstr("this bench cannot decide GTX-OV-01: unreachable"));
}

}  // namespace
}  // namespace rig::test

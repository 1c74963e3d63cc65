#pragma once
// A pack of a few lines for tests of the reference and its judge: a straight voltage curve, one over-voltage and one
// under-voltage protection, and outputs that can each be made wrong. It knows nothing of the virtual bench.
#include <functional>
#include <memory>

#include "rig/core/files.hpp"
#include "rig/judge/conformance.hpp"
#include "rig/model/reference_model.hpp"
#include "rig/requirement/requirement.hpp"
#include "tests/source_dir.hpp"

namespace rig::test {

struct ToyProtection {
  double threshold = 0, delay = 2.0, release = 0;
  bool tripped = false;
  double beyond = 0;
};

struct ToyPack {
  double battery = 55.5;
  double volts_per_coulomb = 1.2e-3;  // 5 A climb 6 mV/s
  double path = 3e-3;
  ToyProtection over{56.0, 2.0, 54.0};
  ToyProtection under{45.6, 2.0, 48.0};
  bool charge_fet = true, discharge_fet = true;
  // Wrongs.
  bool flag_works = true, fet_works = true, contact_works = true, contact_inverted = false, limit_goes_zero = true;
  bool blocks_discharge_too = false;
  double reported_offset = 0.0, charge_limit = 50.0, charge_voltage = 56.1, discharge_limit = 60.0;
  double can_period = 1.0;
  bool silent = false;
};

class ToyBench {
 public:
  explicit ToyBench(bool with_profile = true) {
    Diagnostics diagnostics;
    requirements_ = read_requirements(source_dir() + "/cases/gtx5000.yaml", diagnostics);
    if (with_profile) {
      const auto profile = read_profile(source_dir() + "/cases/packs/virtual_gtx5000.yaml", diagnostics);
      requirements_ = apply_profile(requirements_, profile, diagnostics);
    }
    diagnostics.throw_if_errors();
    // A toy that counts nothing and whose limits follow no table.
    std::erase_if(requirements_.rows, [](const auto& row) {
      return row.kind == RowKind::derating || (row.kind == RowKind::sensing && row.signal == "dut.soc");
    });
    const auto measured = [&](const char* name, Dimension d, Uncertainty u) {
      return table_.declare({.name = name, .dimension = d, .source = "toy", .uncertainty = u});
    };
    voltage_ = measured("pack.voltage", dimension::voltage, {0.01, 0});
    current_ = measured("pack.current", dimension::current, {0.05, 0});
    charge_demand_ = measured("pack.charge_demand", dimension::boolean, {});
    discharge_demand_ = measured("pack.discharge_demand", dimension::boolean, {});
    charge_contact_ = measured("io.charge_prohibited", dimension::boolean, {});
    discharge_contact_ = measured("io.discharge_prohibited", dimension::boolean, {});
    dut_voltage_ = measured("dut.voltage", dimension::voltage, {0.005, 0});
    dut_temperature_ = measured("dut.temperature", dimension::temperature, {0.05, 0});
    charge_allowed_ = measured("dut.charge_allowed", dimension::boolean, {});
    discharge_allowed_ = measured("dut.discharge_allowed", dimension::boolean, {});
    charge_voltage_limit_ = measured("dut.charge_voltage_limit", dimension::voltage, {0.05, 0});
    charge_limit_ = measured("dut.charge_current_limit", dimension::current, {0.05, 0});
    discharge_limit_ = measured("dut.discharge_current_limit", dimension::current, {0.05, 0});
    over_flag_ = measured("dut.protection.over_voltage", dimension::boolean, {});
    under_flag_ = measured("dut.protection.under_voltage", dimension::boolean, {});
    period_ = measured("dut.period.limits", dimension::time, {});
    model_ = std::make_unique<ReferenceModel>(requirements_);
    model_->declare(table_);
    table_.seal();
    model_->bind(table_);
    model_->restart({.cells_equalised = true});
    judge_ = std::make_unique<Conformance>(requirements_, table_, Conformance::Options{});
  }

  // Source at `set` volts limited to `amps` (> 0), a load of -amps (< 0), or nothing (0), for `seconds`.
  void run(double seconds, double amps, double set = 57.0) {
    const double end = now_ + seconds;
    while (now_ < end - 1e-9) {
      step(amps, set);
    }
  }
  // The same until the condition holds; false when `seconds` were not enough.
  bool run_until(double seconds, double amps, const std::function<bool()>& condition) {
    const double end = now_ + seconds;
    while (now_ < end && !condition()) {
      step(amps, 57.0);
    }
    return condition();
  }

  ToyPack pack;
  // At these moments nobody looks, s; the pack goes on.
  using Blind = std::function<bool(double)>;
  Blind blind = [](double) { return false; };
  [[nodiscard]] double now() const { return now_; }
  [[nodiscard]] double value(const char* name) const { return table_[table_.require(name)].value; }
  [[nodiscard]] std::vector<Finding> findings() const { return judge_->findings(); }
  [[nodiscard]] RuleResult result(const std::string& row) const {
    for (const auto& r : judge_->results()) {
      if (r.row == row) {
        return r;
      }
    }
    throw std::runtime_error("no row " + row);
  }
  [[nodiscard]] std::string first() const { return findings().empty() ? "" : findings().front().rule; }

 private:
  void protect(ToyProtection& p, bool beyond, bool back, double dt) {
    p.beyond = beyond ? p.beyond + dt : 0.0;
    if (!p.tripped && p.beyond >= p.delay) {
      p.tripped = true;
    } else if (p.tripped && back) {
      p.tripped = false;
    }
  }

  void step(double amps, double set) {
    const double dt = 0.01;
    const bool looks = !blind(now_);
    unseen_ = looks ? unseen_ : unseen_ + from_seconds(dt);
    const Tick tick{index_, TimePoint{from_seconds(now_)}, from_seconds(dt) + unseen_, unseen_ / from_seconds(dt)};
    double current = 0;
    double terminals = pack.battery;
    if (amps > 0) {
      current = pack.charge_fet && set > pack.battery ? amps : 0.0;
      terminals = current > 0 ? pack.battery + current * pack.path : set;
    } else if (amps < 0) {
      current = pack.discharge_fet ? amps : 0.0;
      const double diode = pack.charge_fet ? 0.0 : 0.7;
      terminals = current < 0 ? pack.battery - diode + current * pack.path : 0.0;
    }
    const auto time = tick.start;
    table_.write(voltage_, terminals, time);
    table_.write(current_, current, time);
    table_.write(charge_demand_, amps > 0, time);
    table_.write(discharge_demand_, amps < 0, time);
    const bool no_charge = pack.over.tripped;
    const bool no_discharge = pack.under.tripped || (pack.blocks_discharge_too && pack.over.tripped);
    table_.write(charge_contact_, (pack.contact_works && no_charge) != pack.contact_inverted, time);
    table_.write(discharge_contact_, no_discharge, time);
    if (!pack.silent && now_ >= next_frame_) {
      table_.write(dut_voltage_, pack.battery + pack.reported_offset, time);
      table_.write(dut_temperature_, 25.0, time);
      table_.write(charge_allowed_, !no_charge, time);
      table_.write(discharge_allowed_, !no_discharge, time);
      table_.write(charge_voltage_limit_, pack.charge_voltage, time);
      table_.write(charge_limit_, no_charge && pack.limit_goes_zero ? 0.0 : pack.charge_limit, time);
      table_.write(discharge_limit_, no_discharge ? 0.0 : pack.discharge_limit, time);
      table_.write(over_flag_, no_charge && pack.flag_works, time);
      table_.write(under_flag_, pack.under.tripped, time);
      if (last_frame_ >= 0) {
        table_.write(period_, now_ - last_frame_, time);
      }
      last_frame_ = now_;
      next_frame_ += pack.can_period;
    }
    if (looks) {
      unseen_ = {};
      model_->step(tick, table_);
      model_->publish(tick, table_);
      judge_->observe(tick, table_);
      table_.clear_changed();  // what is written while nobody looks is seen at the next look
    }
    pack.battery += pack.volts_per_coulomb * current * dt;
    protect(pack.over, pack.battery > pack.over.threshold, pack.battery < pack.over.release, dt);
    protect(pack.under, pack.battery<pack.under.threshold, pack.battery> pack.under.release, dt);
    pack.charge_fet = !no_charge || !pack.fet_works;
    pack.discharge_fet = !no_discharge || !pack.fet_works;
    ++index_;
    now_ = static_cast<double>(index_) * dt;
  }

  Requirements requirements_;
  SignalTable table_;
  SignalId voltage_, current_, charge_demand_, discharge_demand_, charge_contact_, discharge_contact_, dut_voltage_,
      dut_temperature_, charge_allowed_, discharge_allowed_, charge_voltage_limit_, charge_limit_, discharge_limit_,
      over_flag_, under_flag_, period_;
  std::unique_ptr<ReferenceModel> model_;
  std::unique_ptr<Conformance> judge_;
  std::int64_t index_ = 0;
  Duration unseen_{};  // since the last look
  double now_ = 0, next_frame_ = 0.3, last_frame_ = -1;
};

}  // namespace rig::test

#pragma once
// A toy pack with every protection and alarm of the requirements, driven by currents, voltages and temperatures that a
// test sets. It knows nothing of the virtual bench; each rule can be given another number or be made wrong.
#include <functional>
#include <map>
#include <memory>

#include "rig/judge/conformance.hpp"
#include "rig/model/reference_model.hpp"
#include "rig/requirement/requirement.hpp"
#include "tests/profiled_requirements.hpp"

namespace rig::test {

// One rule of the toy: its numbers as the profile's nominal ones, and its own little state.
struct ToyRule {
  RequirementRow row;
  double threshold = 0, delay = 0, release = 0, release_delay = 0.5;
  int lock_after = 0;      // 0: never
  bool flag_works = true;  // wrongs
  bool acts = true;

  bool tripped = false;
  double beyond = 0, back = 0, since = 0;
  std::vector<double> trips;

  void step(double x, double reversed, double soc, double now, double dt) {
    const bool above = row.side == Side::above;
    beyond = (above ? x > threshold : x < threshold) ? beyond + dt : 0.0;
    if (!tripped) {
      if (beyond >= delay) {
        tripped = true;
        since = now;
        trips.push_back(now);
        back = 0;
      }
      return;
    }
    const bool locked = lock_after > 0 && static_cast<int>(trips.size()) >= lock_after;
    back = is_back(x, reversed, soc, now, locked) ? back + dt : 0.0;
    if (back >= release_delay) {
      tripped = false;
      beyond = 0;
      if (locked) {
        trips.clear();
      }
    }
  }

 private:
  [[nodiscard]] bool is_back(double x, double reversed, double soc, double now, bool locked) const {
    switch (row.release.front().policy) {
      case ReleasePolicy::time:
        return locked ? reversed > 1.0 : now - since >= release;
      case ReleasePolicy::soc:
        return row.input == RuleInput::time_since_full || row.side == Side::below ? soc >= release : soc <= release;
      default:
        return row.side == Side::above ? x < release : x > release;
    }
  }
};

// What acts on the pack.
struct ToyPackWorld {
  double battery = 52.0;      // V
  double temperature = 25.0;  // of all cells, degC
  double soc = 0.5;
  double since_full = 0.0;  // s
  double charge_derating = 50.0, discharge_derating = 60.0;
  bool volts_move = false;
};

class ToyRig {
 public:
  explicit ToyRig(const std::function<void(Requirements&)>& change = {}, double since_full = -1.0) {
    requirements_ = profiled_requirements();
    // No cells here: temperature and SOC move like no pack's, and its limits follow no table. Nor does it know faults.
    std::erase_if(requirements_.rows, [](const auto& row) {
      return row.latched || row.kind == RowKind::plant || row.kind == RowKind::derating || row.id == "GTX-SEN-04" ||
             (row.kind == RowKind::sensing && (row.signal == "dut.soc" || row.signal == "pack.soc_step"));
    });
    if (change) {
      change(requirements_);
    }
    declare();
    model_ = std::make_unique<ReferenceModel>(requirements_);
    model_->declare(table_);
    table_.seal();
    model_->bind(table_);
    ReferenceStart start{.cells_equalised = true};
    if (since_full >= 0) {
      start.since_full = since_full;
      world.since_full = since_full;
    }
    model_->restart(start);
    judge_ = std::make_unique<Conformance>(requirements_, table_, Conformance::Options{});
  }

  ToyPackWorld world;
  double can_period = 1.0;
  double wrong_shared = -1;  // 0 or 1: what dut.protection.over_temperature shows whatever happens
  bool limit_zero_when_blocked = true;
  bool speaks_directions = true;  // false: only the shared temperature flags are sent

  ToyRule& rule(const std::string& name) {
    for (auto& r : rules_) {
      if (r.row.rule == name) {
        return r;
      }
    }
    throw std::runtime_error("no rule " + name);
  }
  // `amps` > 0: a source of so much, < 0: a load; the current flows while the pack lets it.
  void run(double seconds, double amps) {
    for (const double end = now_ + seconds; now_ < end - 1e-9;) {
      step(amps);
    }
  }
  bool run_until(double seconds, double amps, const std::function<bool()>& condition) {
    for (const double end = now_ + seconds; now_ < end && !condition();) {
      step(amps);
    }
    return condition();
  }
  void ramp_temperature(double to, double kelvin_per_second, double amps = 0) {
    while (std::abs(world.temperature - to) > 1e-6) {
      const double by = kelvin_per_second * 0.01;
      world.temperature += std::clamp(to - world.temperature, -by, by);
      step(amps);
    }
  }
  [[nodiscard]] bool blocked(Direction direction) const {
    for (const auto& r : rules_) {
      if (r.row.kind == RowKind::protection && r.row.direction == direction && r.tripped && r.acts) {
        return true;
      }
    }
    return false;
  }
  [[nodiscard]] double value(const std::string& name) const { return table_[table_.require(name)].value; }
  [[nodiscard]] double now() const { return now_; }
  [[nodiscard]] double current() const { return current_; }
  [[nodiscard]] std::vector<Finding> findings() const { return judge_->findings(); }
  [[nodiscard]] std::string first() const { return findings().empty() ? "" : findings().front().rule; }
  [[nodiscard]] std::string sentence() const { return findings().empty() ? "" : findings().front().sentence; }
  [[nodiscard]] RuleResult result(const std::string& row) const {
    for (const auto& r : judge_->results()) {
      if (r.row == row) {
        return r;
      }
    }
    throw std::runtime_error("no row " + row);
  }

 private:
  SignalId measured(const std::string& name, Dimension d, Uncertainty u = {}) {
    return table_.declare({.name = name, .dimension = d, .source = "toy", .uncertainty = u});
  }
  void declare() {
    voltage_ = measured("pack.voltage", dimension::voltage, {0.01, 0});
    current_id_ = measured("pack.current", dimension::current, {0.05, 0});
    charge_demand_ = measured("pack.charge_demand", dimension::boolean);
    discharge_demand_ = measured("pack.discharge_demand", dimension::boolean);
    skin_ = measured("pack.skin_temperature", dimension::temperature, {0.5, 0});
    ambient_ = measured("ambient.temperature", dimension::temperature, {0.5, 0});
    dut_voltage_ = measured("dut.voltage", dimension::voltage, {0.005, 0});
    dut_temperature_ = measured("dut.temperature", dimension::temperature, {0.05, 0});
    dut_soc_ = measured("dut.soc", dimension::none, {0.005, 0});
    for (std::size_t d = 0; d < 2; ++d) {
      const std::string name = d == 0 ? "charge" : "discharge";
      contact_[d] = measured("io." + name + "_prohibited", dimension::boolean);
      allowed_[d] = measured("dut." + name + "_allowed", dimension::boolean);
      limit_[d] = measured("dut." + name + "_current_limit", dimension::current, {0.05, 0});
    }
    for (const auto& row : requirements_.rows) {
      if (row.kind != RowKind::protection && row.kind != RowKind::alarm && row.kind != RowKind::request) {
        continue;
      }
      rules_.push_back(nominal(row));
      for (const std::string& flag : {row.flag, row.shared_flag}) {
        if (!flag.empty() && !flags_.contains(flag)) {
          flags_[flag] = measured(flag, dimension::boolean);
        }
      }
    }
  }
  static ToyRule nominal(const RequirementRow& row) {
    ToyRule r;
    r.row = row;
    r.threshold = row.threshold->value();
    r.delay = row.delay->interval().middle();
    r.release = row.release.front().value.value();
    r.lock_after = row.lock ? row.lock->after : 0;
    return r;
  }

  [[nodiscard]] double input(RuleInput input) const {
    switch (input) {
      case RuleInput::highest_cell:
      case RuleInput::lowest_cell:
        return world.battery / 16;
      case RuleInput::charge_current:
        return current_;
      case RuleInput::discharge_current:
        return -current_;
      case RuleInput::highest_temperature:
      case RuleInput::lowest_temperature:
      case RuleInput::cell_temperature:
        return world.temperature;
      case RuleInput::reported_soc:
        return world.soc;
      case RuleInput::time_since_full:
        return world.since_full;
      case RuleInput::battery_voltage:
        break;
    }
    return world.battery;
  }
  [[nodiscard]] bool shows(const std::string& flag, bool shared) const {
    if (shared && wrong_shared >= 0 && flag == "dut.protection.over_temperature") {
      return wrong_shared > 0;
    }
    return std::any_of(rules_.begin(), rules_.end(), [&](const ToyRule& r) {
      return (shared ? r.row.shared_flag : r.row.flag) == flag && r.tripped && r.flag_works;
    });
  }
  void send_frames(TimePoint time) {
    table_.write(dut_voltage_, world.battery, time);
    table_.write(dut_temperature_, world.temperature, time);
    table_.write(dut_soc_, std::round(world.soc * 100) / 100, time);
    for (std::size_t d = 0; d < 2; ++d) {
      const bool stop = blocked(static_cast<Direction>(d));
      const double derated = d == 0 ? world.charge_derating : world.discharge_derating;
      table_.write(allowed_[d], !stop, time);
      table_.write(limit_[d], stop && limit_zero_when_blocked ? 0.0 : derated, time);
    }
    for (const auto& [flag, id] : flags_) {
      const bool shared =
          std::none_of(rules_.begin(), rules_.end(), [&](const ToyRule& r) { return r.row.flag == flag; });
      const bool directional = flag.ends_with("_ot") || flag.ends_with("_ut");
      if (speaks_directions || !directional) {
        table_.write(id, shows(flag, shared), time);
      }
    }
  }
  void step(double amps) {
    const double dt = 0.01;
    const Tick tick{index_, TimePoint{from_seconds(now_)}, from_seconds(dt)};
    const auto time = tick.start;
    table_.clear_changed();
    const bool no_charge = fet_open_[0];
    const bool no_discharge = fet_open_[1];
    const double set = 57.0;
    current_ = amps > 0 ? (no_charge ? 0.0 : amps) : amps < 0 ? (no_discharge ? 0.0 : amps) : 0.0;
    const double path = 3e-3;
    double terminals = world.battery + current_ * path;
    if (amps > 0 && no_charge) {
      terminals = set;
    } else if (amps < 0) {
      terminals = no_discharge ? 0.0 : terminals - (no_charge ? 0.7 : 0.0);
    } else if (amps > 0 && no_discharge) {
      terminals += 0.7;
    }
    table_.write(voltage_, terminals, time);
    table_.write(current_id_, current_, time);
    table_.write(charge_demand_, amps > 0, time);
    table_.write(discharge_demand_, amps < 0, time);
    if (index_ % 10 == 0) {
      table_.write(skin_, world.temperature, time);
      table_.write(ambient_, world.temperature, time);
    }
    table_.write(contact_[0], blocked(Direction::charge), time);
    table_.write(contact_[1], blocked(Direction::discharge), time);
    if (now_ >= next_frame_) {
      send_frames(time);
      next_frame_ += can_period;
    }
    model_->step(tick, table_);
    model_->publish(tick, table_);
    judge_->observe(tick, table_);
    if (world.volts_move) {
      world.battery += 1.2e-3 * current_ * dt;
    }
    world.since_full = world.soc >= 0.97 ? 0.0 : world.since_full + dt;
    for (auto& r : rules_) {
      const double reversed = r.row.direction == Direction::charge ? -current_ : current_;
      r.step(input(r.row.input), reversed, world.soc, now_, dt);
    }
    fet_open_ = {blocked(Direction::charge), blocked(Direction::discharge)};
    ++index_;
    now_ = static_cast<double>(index_) * dt;
  }

  Requirements requirements_;
  SignalTable table_;
  SignalId voltage_, current_id_, charge_demand_, discharge_demand_, skin_, ambient_, dut_voltage_, dut_temperature_,
      dut_soc_;
  std::array<SignalId, 2> contact_, allowed_, limit_;
  std::map<std::string, SignalId> flags_;
  std::vector<ToyRule> rules_;
  std::unique_ptr<ReferenceModel> model_;
  std::unique_ptr<Conformance> judge_;
  std::array<bool, 2> fet_open_{};
  std::int64_t index_ = 0;
  double now_ = 0, next_frame_ = 0.3, current_ = 0;
};

inline std::string told(const ToyRig& rig) {
  std::string all;
  for (const auto& f : rig.findings()) {
    all += std::to_string(to_seconds(f.time)) + " s " + f.rule + " " + f.sentence + "\n";
  }
  return all;
}

}  // namespace rig::test

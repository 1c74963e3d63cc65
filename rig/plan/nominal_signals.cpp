#include "rig/plan/nominal_signals.hpp"

#include <algorithm>

namespace rig {

NominalSignals::NominalSignals(const ForecastInput& input, const PackPlan& pack)
    : in_(input), pack_(pack), commands_(input.commands), table_(input.signals) {
  table_.reset();
  for (std::uint32_t i = 0; i < input.commands.size(); ++i) {
    if (const auto signal = table_.find(input.commands.specs()[i].name)) {
      read_back_.emplace_back(*signal, CommandId{i});
    }
  }
  add_terminals();
  add_pack();
}

void NominalSignals::add(const char* name, std::function<double()> value) {
  if (const auto signal = table_.find(name)) {
    values_.emplace_back(*signal, std::move(value));
  }
}

void NominalSignals::add_terminals() {
  for (const char* name : {"pack.voltage", "meter.voltage", "supply.voltage", "load.voltage"}) {
    add(name, [this] { return pack_.voltage; });
  }
  add("pack.current", [this] { return pack_.current; });
  add("pack.battery_voltage", [this] { return pack_.battery_voltage; });
  add("supply.current", [this] { return demand_.supply ? std::max(pack_.current, 0.0) : 0.0; });
  add("load.current", [this] { return demand_.load ? std::max(-pack_.current, 0.0) : 0.0; });
  add("pack.charge_demand", [this] { return demand_.supply; });
  add("pack.discharge_demand", [this] { return demand_.load; });
  add("pack.charge_refused", [this] { return demand_.supply && pack_.charge_blocked; });
  add("pack.discharge_refused", [this] { return demand_.load && pack_.discharge_blocked; });
  for (const char* name : {"pack.skin_temperature", "thermometer.temperature", "dut.temperature"}) {
    add(name, [this] { return pack_.temperature; });
  }
  for (const char* name : {"ambient.temperature", "chamber.temperature"}) {
    add(name, [this] { return pack_.air; });
  }
  add("pack.charge_in", [this] { return pack_.charge_in; });
  add("pack.charge_out", [this] { return pack_.charge_out; });
  add("pack.energy_in", [this] { return pack_.energy_in; });
  add("pack.energy_out", [this] { return pack_.energy_out; });
  add("script.time", [this] { return elapsed_; });
}

void NominalSignals::add_pack() {
  add("dut.voltage", [this] { return pack_.battery_voltage; });
  add("dut.current", [this] { return pack_.current; });
  add("dut.soc", [this] { return pack_.reported_soc; });
  add("dut.charge_allowed", [this] { return !pack_.charge_blocked; });
  add("dut.discharge_allowed", [this] { return !pack_.discharge_blocked; });
  add("dut.charge_current_limit", [this] { return pack_.charge_limit(); });
  add("dut.discharge_current_limit", [this] { return pack_.discharge_limit(); });
  add("io.charge_prohibited", [this] { return pack_.charge_blocked; });
  add("io.discharge_prohibited", [this] { return pack_.discharge_blocked; });
  for (const RequirementRow& row : in_.requirements.rows) {
    for (const std::string* flag : {&row.flag, &row.shared_flag}) {
      if (pack_.knows(*flag)) {
        add(flag->c_str(), [this, flag] { return pack_.flag(*flag); });
      }
    }
  }
}

// By what the pack asked for a moment ago. The plan counts no months: where the case says when the pack was last full,
// a full charge is taken as asked for and its window as open, so that no charge is missing in the plan.
bool NominalSignals::pcs_charges(const PcsCode& pcs) const {
  if (!pcs.force_charge.valid() || in_.start.since_full) {
    return true;
  }
  return table_[pcs.force_charge].good() && table_[pcs.force_charge].value != 0;
}

PlanDemand NominalSignals::demand(const CommandRow& asked) const {
  const auto at = [&](CommandId id, double otherwise) { return id.valid() ? asked[id] : otherwise; };
  PlanDemand d;
  d.supply = at(commands_.supply_output, 0) != 0;
  d.supply_voltage = at(commands_.supply_voltage, 0);
  d.supply_current = at(commands_.supply_current, 0);
  d.supply_power = at(commands_.supply_power, infinity);
  d.load = at(commands_.load_input, 0) != 0;
  d.load_mode = static_cast<int>(at(commands_.load_mode, 0));
  d.load_current = at(commands_.load_current, 0);
  d.load_power = at(commands_.load_power, 0);
  d.load_voltage = at(commands_.load_voltage, 0);
  d.load_rating = commands_.load_current.valid() ? in_.commands.spec(commands_.load_current).range.hi : 0;
  d.chamber = at(commands_.chamber_run, 0) != 0;
  d.chamber_temperature = at(commands_.chamber_temperature, 25);
  d.rates = in_.chamber;
  d.button = at(commands_.button, 0) != 0;
  if (in_.program.pcs) {
    d.supply = d.supply && pcs_charges(*in_.program.pcs);
    d.supply_current = std::min(d.supply_current, pack_.charge_limit());
    d.supply_voltage = std::min(d.supply_voltage, in_.requirements.ratings.highest_voltage.value());
    d.supply = d.supply && !pack_.charge_blocked;
    d.load_current = std::min(d.load_current, pack_.discharge_limit());
    d.load_power = std::min(d.load_power, pack_.discharge_limit() * pack_.voltage);
    d.load = d.load && !pack_.discharge_blocked;
  }
  return d;
}

void NominalSignals::write(const CommandRow& asked, const PlanDemand& demand, double elapsed) {
  demand_ = demand;
  elapsed_ = elapsed;
  const TimePoint any{};
  for (const auto& [signal, command] : read_back_) {
    table_.write(signal, asked[command], any);
  }
  for (const auto& [signal, value] : values_) {
    table_.write(signal, value(), any);
  }
}

void NominalSignals::keep(const KeepCode& keep) {
  const Evaluation now = keep.value.evaluate(table_);
  if (now.quality == Quality::good) {
    table_.write(keep.signal, now.value, TimePoint{});
  }
}

}  // namespace rig

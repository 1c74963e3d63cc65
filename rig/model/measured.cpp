#include "rig/model/measured.hpp"

#include <cmath>

namespace rig {
namespace {
SignalId optional_id(const SignalTable& table, const std::string& name) {
  return table.find(name).value_or(SignalId{});
}
}  // namespace

MeasuredReader::Number MeasuredReader::find(const SignalTable& table, const std::string& name) {
  Number number;
  number.id = optional_id(table, name);
  return number;
}

void MeasuredReader::bind(const SignalTable& table, const std::vector<std::string>& charge_flags,
                          const std::vector<std::string>& discharge_flags) {
  voltage_ = find(table, "pack.voltage");
  current_ = find(table, "pack.current");
  skin_temperature_ = find(table, "pack.skin_temperature");
  ambient_temperature_ = find(table, "ambient.temperature");
  reported_voltage_ = find(table, "dut.voltage");
  reported_current_ = find(table, "dut.current");
  reported_soc_ = find(table, "dut.soc");
  reported_temperature_ = find(table, "dut.temperature");
  charge_demand_ = optional_id(table, "pack.charge_demand");
  discharge_demand_ = optional_id(table, "pack.discharge_demand");
  charge_ = {optional_id(table, "dut.charge_allowed"),
             optional_id(table, "io.charge_prohibited"),
             find(table, "dut.charge_current_limit"),
             {}};
  discharge_ = {optional_id(table, "dut.discharge_allowed"),
                optional_id(table, "io.discharge_prohibited"),
                find(table, "dut.discharge_current_limit"),
                {}};
  for (const auto& flag : charge_flags) {
    charge_.flags.push_back(optional_id(table, flag));
  }
  for (const auto& flag : discharge_flags) {
    discharge_.flags.push_back(optional_id(table, flag));
  }
  measured_.charge.flags.resize(charge_flags.size());
  measured_.discharge.flags.resize(discharge_flags.size());
  restart();
}

void MeasuredReader::restart() noexcept {
  for (Number* number :
       {&voltage_, &current_, &skin_temperature_, &ambient_temperature_, &reported_voltage_, &reported_current_,
        &reported_soc_, &reported_temperature_, &charge_.limit, &discharge_.limit}) {
    number->has_last = false;
  }
}

void MeasuredReader::number(Number& source, const SignalTable& table, MeasuredValue& out) noexcept {
  if (!source.id.valid()) {
    return;
  }
  const Sample& sample = table[source.id];
  if (!sample.good()) {
    out = {};
    source.has_last = false;
    return;
  }
  const Uncertainty& u = table.spec(source.id).uncertainty;
  const double now = sample.value;
  out.fresh = !source.has_last || sample.time != source.last_time;
  if (out.fresh || !out.good) {
    // Between two samples the value has been anywhere between them.
    const double before = source.has_last ? source.last_value : now;
    out.latest = Interval::around(now, u.at(now));
    out.value = hull(out.latest, Interval::around(before, u.at(before)));
    out.time = to_seconds(sample.time);
    out.good = true;
    source.last_value = now;
    source.last_time = sample.time;
    source.has_last = true;
  }
}

void MeasuredReader::truth(SignalId id, const SignalTable& table, MeasuredTruth& out) noexcept {
  if (!id.valid() || !table[id].good()) {
    out.value = Truth::unknown;
    return;
  }
  out.value = table[id].value != 0.0 ? Truth::yes : Truth::no;
  out.time = to_seconds(table[id].time);
}

void MeasuredReader::read(const SignalTable& table) noexcept {
  number(voltage_, table, measured_.voltage);
  number(current_, table, measured_.current);
  number(skin_temperature_, table, measured_.skin_temperature);
  number(ambient_temperature_, table, measured_.ambient_temperature);
  number(reported_voltage_, table, measured_.reported_voltage);
  number(reported_current_, table, measured_.reported_current);
  number(reported_soc_, table, measured_.reported_soc);
  number(reported_temperature_, table, measured_.reported_temperature);
  truth(charge_demand_, table, measured_.charge_demand);
  truth(discharge_demand_, table, measured_.discharge_demand);
  const auto outputs = [&](Direction& source, Measured::Outputs& out) {
    truth(source.allowed, table, out.allowed);
    truth(source.prohibited, table, out.prohibited);
    number(source.limit, table, out.limit);
    for (std::size_t i = 0; i < source.flags.size(); ++i) {
      truth(source.flags[i], table, out.flags[i]);
    }
  };
  outputs(charge_, measured_.charge);
  outputs(discharge_, measured_.discharge);
}

}  // namespace rig

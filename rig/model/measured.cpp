#include "rig/model/measured.hpp"

#include <cmath>
#include <utility>

namespace rig {
namespace {
SignalId optional_id(const SignalTable& table, const std::string& name) {
  return table.find(name).value_or(SignalId{});
}
}  // namespace

Interval Measured::current_now() const noexcept {
  Interval now = current.value;
  const auto switched = [this](const MeasuredTruth& demand) { return current.good && demand.time > current.time; };
  if (switched(charge_demand)) {
    now.hi = charge_demand.value == Truth::no ? now.hi : infinity;
    now.lo = std::min(now.lo, 0.0);
  }
  if (switched(discharge_demand)) {
    now.lo = discharge_demand.value == Truth::no ? now.lo : -infinity;
    now.hi = std::max(now.hi, 0.0);
  }
  return now;
}

MeasuredReader::Number MeasuredReader::find(const SignalTable& table, const std::string& name) {
  Number number;
  number.id = optional_id(table, name);
  return number;
}

void MeasuredReader::bind(const SignalTable& table, const std::vector<std::string>& charge_flags,
                          const std::vector<std::string>& discharge_flags, const std::vector<std::string>& flags) {
  voltage_ = find(table, "pack.voltage");
  current_ = find(table, "pack.current");
  skin_temperature_ = find(table, "pack.skin_temperature");
  ambient_temperature_ = find(table, "ambient.temperature");
  reported_voltage_ = find(table, "dut.voltage");
  reported_current_ = find(table, "dut.current");
  reported_soc_ = find(table, "dut.soc");
  reported_temperature_ = find(table, "dut.temperature");
  reported_remaining_ = find(table, "dut.remaining_capacity");
  reported_soh_ = find(table, "dut.soh");
  highest_cell_ = find(table, "dut.cells.highest");
  lowest_cell_ = find(table, "dut.cells.lowest");
  cell_sum_ = find(table, "dut.cells.sum");
  over_voltage_ = optional_id(table, "dut.protection.over_voltage");
  under_voltage_ = optional_id(table, "dut.protection.under_voltage");
  charge_demand_ = optional_id(table, "pack.charge_demand");
  discharge_demand_ = optional_id(table, "pack.discharge_demand");
  button_ = optional_id(table, "io.button");
  life_.bind(table);
  const auto direction = [&](const std::string& name, const std::vector<std::string>& names, Measured::Outputs& out) {
    Direction source{optional_id(table, "dut." + name + "_allowed"),
                     optional_id(table, "io." + name + "_prohibited"),
                     find(table, "dut." + name + "_current_limit"),
                     {}};
    for (const auto& flag : names) {
      source.flags.push_back(optional_id(table, flag));
    }
    out.flags.resize(names.size());
    return source;
  };
  charge_ = direction("charge", charge_flags, measured_.charge);
  discharge_ = direction("discharge", discharge_flags, measured_.discharge);
  flags_.clear();
  for (const auto& flag : flags) {
    flags_.push_back(optional_id(table, flag));
  }
  measured_.flags.resize(flags.size());
  bind_groups();
  restart();
}

void MeasuredReader::bind_groups() {
  electrical_ = slow_ = outputs_ = alarms_ = {};
  for (const SignalId id : {voltage_.id, current_.id, charge_demand_, discharge_demand_}) {
    electrical_.add(id);
  }
  for (const SignalId id : {skin_temperature_.id, ambient_temperature_.id, reported_voltage_.id, reported_current_.id,
                            reported_soc_.id, reported_temperature_.id, reported_remaining_.id, reported_soh_.id,
                            highest_cell_.id, lowest_cell_.id, cell_sum_.id, over_voltage_, under_voltage_, button_}) {
    slow_.add(id);
  }
  life_.add_to(slow_);
  for (const Direction* direction : {&charge_, &discharge_}) {
    for (const SignalId id : {direction->allowed, direction->limit.id}) {
      outputs_.add(id);
    }
    for (const SignalId id : direction->flags) {
      outputs_.add(id);
    }
  }
  for (const SignalId id : flags_) {
    alarms_.add(id);
  }
}

void MeasuredReader::restart() noexcept {
  for (Number* number :
       {&voltage_, &current_, &skin_temperature_, &ambient_temperature_, &reported_voltage_, &reported_current_,
        &reported_soc_, &reported_temperature_, &reported_remaining_, &reported_soh_, &highest_cell_, &lowest_cell_,
        &cell_sum_, &charge_.limit, &discharge_.limit}) {
    number->has_last = false;
  }
  everything_ = true;
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
  const Interval now = Interval::around(sample.value, u.at(sample.value));
  out.fresh = !source.has_last || sample.time != source.last_time;
  if (out.fresh || !out.good) {
    // Between two samples the value has been anywhere between them, and wherever it was seen on the way.
    out.latest = now;
    out.value = source.has_last ? hull(now, source.since) : now;
    out.time = to_seconds(sample.time);
    out.since = source.has_last ? to_seconds(source.last_time) : out.time;
    out.good = true;
    source.since = now;
    source.last_time = sample.time;
    source.has_last = true;
  } else if (sample.value != source.last_value) {
    // A sum of two boxes is as old as the older reading: the younger one has moved and is no sample yet.
    source.since = hull(source.since, now);
    out.value = hull(out.value, now);
  }
  source.last_value = sample.value;
}

void MeasuredReader::truth(SignalId id, const SignalTable& table, MeasuredTruth& out) noexcept {
  if (!id.valid() || !table[id].good()) {
    out.value = Truth::unknown;
    return;
  }
  out.value = table[id].value != 0.0 ? Truth::yes : Truth::no;
  out.time = to_seconds(table[id].time);
}

void MeasuredReader::read_electrical(const SignalTable& table) noexcept {
  number(voltage_, table, measured_.voltage);
  number(current_, table, measured_.current);
  truth(charge_demand_, table, measured_.charge_demand);
  truth(discharge_demand_, table, measured_.discharge_demand);
}

void MeasuredReader::read_slow(const SignalTable& table) noexcept {
  number(skin_temperature_, table, measured_.skin_temperature);
  number(ambient_temperature_, table, measured_.ambient_temperature);
  number(reported_voltage_, table, measured_.reported_voltage);
  number(reported_current_, table, measured_.reported_current);
  number(reported_soc_, table, measured_.reported_soc);
  number(reported_temperature_, table, measured_.reported_temperature);
  number(reported_remaining_, table, measured_.reported_remaining);
  number(reported_soh_, table, measured_.reported_soh);
  number(highest_cell_, table, measured_.highest_cell);
  number(lowest_cell_, table, measured_.lowest_cell);
  number(cell_sum_, table, measured_.cell_sum);
  truth(over_voltage_, table, measured_.over_voltage);
  truth(under_voltage_, table, measured_.under_voltage);
  truth(button_, table, measured_.button);
  life_.read(table, measured_.online);
}

void MeasuredReader::read_outputs(const SignalTable& table) noexcept {
  const auto outputs = [&](Direction& source, Measured::Outputs& out) {
    truth(source.allowed, table, out.allowed);
    number(source.limit, table, out.limit);
    for (std::size_t i = 0; i < source.flags.size(); ++i) {
      truth(source.flags[i], table, out.flags[i]);
    }
  };
  outputs(charge_, measured_.charge);
  outputs(discharge_, measured_.discharge);
}

// Sampled by the bench, perhaps in each tick: news only when they move.
void MeasuredReader::read_contacts(const SignalTable& table) noexcept {
  const auto contact = [&](SignalId id, MeasuredTruth& out) {
    const Truth before = out.value;
    truth(id, table, out);
    measured_.outputs_read = measured_.outputs_read || out.value != before;
  };
  contact(charge_.prohibited, measured_.charge.prohibited);
  contact(discharge_.prohibited, measured_.discharge.prohibited);
}

void MeasuredReader::age_electrical() noexcept { measured_.voltage.fresh = measured_.current.fresh = false; }

void MeasuredReader::age_slow() noexcept {
  for (MeasuredValue* value : {&measured_.skin_temperature, &measured_.ambient_temperature, &measured_.reported_voltage,
                               &measured_.reported_current, &measured_.reported_soc, &measured_.reported_temperature,
                               &measured_.reported_remaining, &measured_.reported_soh, &measured_.highest_cell,
                               &measured_.lowest_cell, &measured_.cell_sum}) {
    value->fresh = false;
  }
}

void MeasuredReader::age_outputs() noexcept { measured_.charge.limit.fresh = measured_.discharge.limit.fresh = false; }

void MeasuredReader::read(const SignalTable& table) noexcept {
  quiet_ = true;
  // What was not written again is as it was, and news no more.
  const auto follow = [&](const SignalGroup& group, bool& was_read, auto&& read_group, auto&& age_group) {
    if (everything_ || group.written(table)) {
      read_group();
      was_read = true;
      quiet_ = false;
    } else if (std::exchange(was_read, false)) {
      age_group();
    }
  };
  follow(
      electrical_, measured_.electrical_read, [&] { read_electrical(table); }, [&] { age_electrical(); });
  follow(
      slow_, measured_.reports_read, [&] { read_slow(table); }, [&] { age_slow(); });
  follow(
      outputs_, outputs_written_, [&] { read_outputs(table); }, [&] { age_outputs(); });
  measured_.outputs_read = outputs_written_;
  read_contacts(table);
  measured_.flags_read = everything_ || alarms_.written(table);
  if (measured_.flags_read) {
    for (std::size_t i = 0; i < flags_.size(); ++i) {
      truth(flags_[i], table, measured_.flags[i]);
    }
  }
  quiet_ = quiet_ && !measured_.outputs_read && !measured_.flags_read;
  everything_ = false;
}

}  // namespace rig

#include "rig/plan/row_sight.hpp"

#include <algorithm>
#include <cmath>

#include "rig/core/quantity.hpp"
#include "rig/signal/expression_bounds.hpp"

namespace rig {

std::string rough_text(double value, Dimension dimension) { return format_rounded(value, dimension, 3); }

bool RowSight::spoken(const std::string& name) const {
  const bool by_frame = name.starts_with("dut.protection.") || name.starts_with("dut.alarm.") ||
                        name == "dut.force_charge" || name == "dut.full_charge_request";
  if (bench_.dialect == Dialect::unknown || !by_frame) {
    return true;
  }
  const auto feeds = [&](Dialect dialect) {
    const auto rows = dialect_rows(dialect);
    return std::any_of(rows.begin(), rows.end(),
                       [&](const DialectRow& r) { return dut_signals()[static_cast<std::size_t>(r.to)].name == name; });
  };
  return feeds(bench_.dialect) || feeds(Dialect::unknown);
}

void RowSight::need(const std::string& name) {
  if (name.empty()) {
    return;
  }
  if (!bench_.signals.find(name)) {
    add("signal", Testability::unobservable, "the bench has no signal " + name, mend_of(name));
  } else if (!spoken(name)) {
    add("signal", Testability::unobservable,
        "the dialect " + std::string(dialect_name(bench_.dialect)) + " does not send " + name, "a service port");
  }
}

std::string RowSight::mend_of(const std::string& name) {
  const std::string instance = name.substr(0, name.find('.'));
  if (instance == "dut") {
    return "a CAN adapter";
  }
  return instance == "pack" ? "an instrument wired to " + name : "an instrument named '" + instance + "'";
}

void RowSight::signals() {
  // Where a dialect tells the directions not apart, the flag of both counts.
  const bool shared = !row_.shared_flag.empty() && !spoken(row_.flag);
  need(shared ? row_.shared_flag : row_.flag);
  need(row_.signal);
  need(row_.first);
  need(row_.then);
  if (row_.kind == RowKind::lights) {
    need("lights.panel");
  }
  if (row_.kind == RowKind::protection || row_.kind == RowKind::permission || row_.kind == RowKind::plant) {
    need("pack.voltage");
    need("pack.current");
  }
  if (row_.kind == RowKind::sensing) {
    need(tells_voltage() ? "pack.voltage" : "pack.current");
  }
  if (row_.kind == RowKind::permission || row_.kind == RowKind::zero_limit || row_.kind == RowKind::contact) {
    actuator("signal", row_.direction);
  }
}

void RowSight::actuator(const char* field, Direction direction) {
  const bool charge = direction == Direction::charge;
  if (!bench_.commands.find(charge ? "supply.output" : "load.input")) {
    add(field, Testability::unreachable, charge ? "nothing charges the pack" : "nothing discharges the pack",
        charge ? "an instrument named 'supply'" : "an instrument named 'load'");
  }
}

double RowSight::uncertainty(const char* name, double at) const {
  const auto id = bench_.signals.find(name);
  return id ? bench_.signals.spec(*id).uncertainty.at(at) : 0.0;
}

const BenchLimit* RowSight::tripped_at(const char* signal, double value) const {
  for (const BenchLimit& limit : bench_.limits) {
    const auto bounds = [&](SignalId id) {
      return bench_.signals.spec(id).name == signal ? Interval::point(value) : Interval{};
    };
    if (surely_true(expression_bounds(limit.never, bounds))) {
      return &limit;
    }
  }
  return nullptr;
}

// `value` has to be set by this command and stand at this signal without a trip.
bool RowSight::reach(const char* command, const char* signal, double value, double at_signal, Dimension kind) {
  const auto id = bench_.commands.find(command);
  if (!id) {
    add("threshold", Testability::unreachable, std::string("the bench has no set-point ") + command,
        "an instrument named '" + std::string(command).substr(0, std::string(command).find('.')) + "'");
    return false;
  }
  const Interval range = bench_.commands.spec(*id).range;
  if (!range.contains(value)) {
    add("threshold", Testability::unreachable,
        std::string(command) + " goes from " + rough_text(range.lo, kind) + " to " + rough_text(range.hi, kind) + ", " +
            rough_text(value, kind) + " is needed",
        "instrument and fixture for " + rough_text(value, kind));
    return false;
  }
  if (const BenchLimit* limit = tripped_at(signal, at_signal)) {
    add("threshold", Testability::unreachable,
        "the bench's limit '" + limit->name + "' trips before " + rough_text(at_signal, kind),
        "a bench that stands more");
    return false;
  }
  return true;
}

bool RowSight::reachable() {
  const bool above = row_.side == Side::above;
  const Interval allowed = row_.tolerance ? allowed_threshold(row_) : Interval::point(row_.threshold->value());
  const double end = above ? allowed.hi : allowed.lo;
  const double value = std::isfinite(end) ? end : row_.threshold->value();
  if (is(dimension::temperature)) {
    return reach("chamber.temperature_set", "pack.skin_temperature", value, value, dimension::temperature);
  }
  if (is(dimension::current)) {
    const bool charge = row_.direction == Direction::charge;
    return reach(charge ? "supply.current_set" : "load.current_set", "pack.current", value, charge ? value : -value,
                 dimension::current);
  }
  if (of_cells() && !bench_.cells_can_be_set && !bench_.signals.find("dut.cells.highest")) {
    add("threshold", Testability::unreachable, "a sealed balanced pack masks the limits of its single cells",
        "a service port, or a pack whose cells can be set");
    return false;
  }
  if (is(dimension::voltage) && above && !of_cells()) {
    return reach("supply.voltage_set", "pack.voltage", value, value, dimension::voltage);
  }
  if (is(dimension::voltage)) {
    const std::size_t before = result_.fields.size();
    actuator("threshold", above ? Direction::charge : Direction::discharge);
    return result_.fields.size() == before;
  }
  return true;  // charge and time are moved by what the bench has
}

}  // namespace rig

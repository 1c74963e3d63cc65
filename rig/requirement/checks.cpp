#include "rig/requirement/checks.hpp"

namespace rig {
namespace {

// A width of a temperature is told in K.
Dimension width_of(Dimension d) { return d == dimension::temperature ? dimension::temperature_difference : d; }

const SourceMark& mark_of(const OriginNumber& number) { return number.mark; }
const SourceMark& mark_of(const OriginInterval& range) { return range.mark; }
Dimension dimension_of(const OriginNumber& number) { return number.quantity.dimension; }
Dimension dimension_of(const OriginInterval& range) { return range.ends.front().dimension; }

class RowCheck {
 public:
  RowCheck(const RequirementRow& row, Diagnostics& diagnostics) : row_(row), diagnostics_(diagnostics) {}

  template <class Field>
  void dimension(const std::optional<Field>& field, Dimension wanted, const char* what) {
    if (field && dimension_of(*field) != wanted) {
      diagnostics_.error(mark_of(*field), row_.id + ": " + what + " is " + describe(dimension_of(*field)),
                         "it has to be " + describe(wanted));
    }
  }
  // A tolerance or a time below zero turns a band inside out: everything fails, or nothing does.
  void width(const std::optional<OriginNumber>& number, const char* what) {
    if (number && number->value() < 0) {
      diagnostics_.error(number->mark, row_.id + ": " + what + " is negative", "it is a width, 0 or more");
    }
  }
  void time(const std::optional<OriginInterval>& range, const char* what) {
    dimension(range, rig::dimension::time, what);
    if (range && range->interval().lo < 0) {
      diagnostics_.error(range->mark, row_.id + ": " + what + " begins below zero", "nothing is seen before its cause");
    }
  }
  void needs(bool present, const char* key) {
    if (!present) {
      diagnostics_.error(row_.mark, row_.id + " lacks '" + key + "', which its kind needs");
    }
  }
  void error(const SourceMark& mark, const std::string& what, const std::string& hint) {
    diagnostics_.error(mark, row_.id + ": " + what, hint);
  }

 private:
  const RequirementRow& row_;
  Diagnostics& diagnostics_;
};

void check_release(const RequirementRow& row, RowCheck& check) {
  for (const auto& way : row.release) {
    const Dimension wanted = dimension_of(way.policy);
    check.dimension(std::optional(way.value), wanted, "release value");
    check.dimension(way.tolerance, width_of(wanted), "release tolerance");
    check.width(way.tolerance, "release tolerance");
    const bool of_input = way.policy == ReleasePolicy::voltage || way.policy == ReleasePolicy::temperature;
    if (of_input && dimension_of(row.input) != wanted) {
      check.error(way.value.mark,
                  "the release policy looks at " + describe(wanted) + ", the rule at its " +
                      std::string(rule_input_name(row.input)),
                  "a rule of current lets go by time or current");
    }
  }
  if (row.lock) {
    check.dimension(std::optional(row.lock->within), dimension::time, "the time of the lock");
  }
}

// The band in which a pack may act must not reach into the ratings further than its tolerance: inside them it is
// silent.
void check_silence(const RequirementRow& row, const Ratings& ratings, RowCheck& check) {
  if (!row.threshold || !row.characterise || row.kind != RowKind::protection) {
    return;
  }
  const bool charging = row.direction == Direction::charge;
  double rating = 0.0;
  switch (row.input) {
    case RuleInput::charge_current:
      rating = ratings.charge_current.value();
      break;
    case RuleInput::discharge_current:
      rating = ratings.discharge_current.value();
      break;
    case RuleInput::highest_temperature:
      rating = (charging ? ratings.highest_charge_temperature : ratings.highest_discharge_temperature).value();
      break;
    case RuleInput::lowest_temperature:
      rating = (charging ? ratings.lowest_charge_temperature : ratings.lowest_discharge_temperature).value();
      break;
    default:
      return;  // of voltages the manual's own figure stands inside its ratings (56.0 V and 56.16 V)
  }
  const double width = row.tolerance ? row.tolerance->value() : 0.0;
  const Interval may = row.characterise->interval();
  const bool inside = row.side == Side::above ? may.lo < rating - width : may.hi > rating + width;
  if (inside) {
    check.error(row.characterise->mark, "characterise reaches into the ratings of the manual",
                "inside " + format_quantity(rating, dimension_of(row.input)) + " a pack must not act");
  }
}

void check_rule(const RequirementRow& row, RowCheck& check) {
  const Dimension input = dimension_of(row.input);
  check.dimension(row.threshold, input, "threshold");
  check.dimension(row.tolerance, width_of(input), "tolerance");
  check.dimension(row.characterise, input, "characterise");
  check.needs(row.threshold.has_value(), "threshold");
  check.needs(row.tolerance.has_value(), "tolerance");
  check.needs(row.delay.has_value(), "delay");
  check.needs(row.latched || !row.release.empty(), "release");
  check.needs(row.latched || row.release_delay.has_value(), "release_delay");
  check.needs(!row.flag.empty(), "flag");
  check.needs(!is_cell_input(row.input) || row.reachable.has_value(), "reachable");
  check.needs(row.input != RuleInput::time_since_full || row.full.has_value(), "full");
  check_release(row, check);
}

void check_derating(const RequirementRow& row, RowCheck& check) {
  check.needs(row.table.has_value(), "table");
  check.needs(row.tolerance.has_value(), "tolerance");
  check.needs(!row.signal.empty(), "signal");
  check.dimension(row.tolerance, dimension::current, "tolerance");
  check.dimension(row.slope, dimension::current_rate, "slope");
  check.dimension(row.range, width_of(dimension_of(row.input)), "range");
  if (!row.table || row.table->points.empty() || row.table->points.front().size() != 2) {
    return;
  }
  const Dimension input = row.table->points.front()[0].dimension;
  const Dimension limit = row.table->points.front()[1].dimension;
  if (input != dimension_of(row.input)) {
    check.error(
        row.table->mark,
        "the table is over " + describe(input) + ", the input is the " + std::string(rule_input_name(row.input)),
        "its first column has to be " + describe(dimension_of(row.input)));
  } else if (limit != dimension::current) {
    check.error(row.table->mark, "the table gives " + describe(limit), "a limit is " + describe(dimension::current));
  }
}

// The fields that more than one kind has.
void check_fields(const RequirementRow& row, RowCheck& check) {
  check.time(row.delay, "delay");
  check.time(row.release_delay, "release_delay");
  check.dimension(row.reachable, dimension::voltage, "reachable");
  check.dimension(row.full, dimension::none, "full");
  check.width(row.tolerance, "tolerance");
  if (row.latched && (row.kind != RowKind::protection || !row.release.empty() || row.release_delay || row.lock)) {
    check.error(row.mark, "only a protection latches, and then nothing lets it go",
                "take away 'latched', or release, release_delay and lock");
  }
  if (row.lock && row.kind != RowKind::protection) {
    check.error(row.lock->mark, "a lock belongs to a protection", "take it away, or make the row a protection");
  }
}

// What a plant row's range is about: the resistance of healthy cells, or what the reference's observer found.
void check_period(const RequirementRow& row, RowCheck& check) {
  check.dimension(row.range, dimension::time, "range");
  check.dimension(row.jitter, dimension::time, "jitter");
  check.dimension(row.gaps, dimension::none, "gaps");
  check.width(row.jitter, "jitter");
  check.width(row.gaps, "gaps");
  check.needs(row.signal.starts_with("dut.period."), "signal: dut.period.FRAME");
  check.needs(row.range.has_value(), "range");
}

// A pattern with the times of its flash, or the level over SOC.
void check_lights(const RequirementRow& row, RowCheck& check) {
  check.dimension(row.on, dimension::time, "on");
  check.dimension(row.off, dimension::time, "off");
  check.width(row.on, "on");
  check.width(row.off, "off");
  check.dimension(row.range, dimension::current, "range");
  check.dimension(row.tolerance, dimension::none, "tolerance");
  check.needs(row.panel.has_value() || row.table.has_value(), "panel (or table, when the row is about the level)");
  check.needs(row.on.has_value() == row.off.has_value(), row.on ? "off" : "on");
  check.needs(!row.on || row.tolerance.has_value(), "tolerance");
  if (row.panel || !row.table) {
    return;
  }
  check.needs(row.tolerance.has_value(), "tolerance");
  for (const auto& point : row.table->points) {
    if (point.size() != 2 || point[0].dimension != dimension::none || point[1].dimension != dimension::none) {
      check.error(row.table->mark, "the table is not of SOC and a number of lights", "write [17 %, 1]");
      return;
    }
  }
}

Dimension plant_dimension(const std::string& signal) {
  return signal == "model.observer.bias"                                           ? dimension::voltage
         : signal == "model.observer.correction" || signal == "model.observer.nis" ? dimension::none
                                                                                   : dimension::resistance;
}

// Ageing takes capacity and adds resistance, and no pack of an age has none of it left.
void check_age(const Age& age, Diagnostics& diagnostics) {
  const auto check = [&](const OriginInterval& range, double least, double most, const char* what) {
    if (range.ends.size() != 2) {
      return;  // the reader has said so
    }
    if (range.ends.front().dimension != dimension::none) {
      diagnostics.error(range.mark, age.name.text + ": " + what + " is " + describe(range.ends.front().dimension),
                        "it is a share of what a new pack has, such as [95 %, 100 %]");
    } else if (!(range.interval().lo >= least && range.interval().hi <= most)) {
      diagnostics.error(range.mark, age.name.text + ": no pack ages so that its " + what + " gets so",
                        std::string(what) + " lies between " + format_rounded(least, dimension::none) + " and " +
                            format_rounded(most, dimension::none));
    }
  };
  check(age.capacity, 0.05, 1.0, "capacity");
  check(age.resistance, 1.0, 20.0, "resistance");
}

}  // namespace

void check_row(const RequirementRow& row, const Ratings& ratings, Diagnostics& diagnostics) {
  RowCheck check(row, diagnostics);
  check_fields(row, check);
  if ((!row.outside.empty() || !row.policy.empty()) && row.kind != RowKind::informative) {
    diagnostics.error(row.mark, row.id + ": 'outside' and 'policy' are for rows that nothing judges",
                      "write kind: informative, or leave them out");
  }
  switch (row.kind) {
    case RowKind::protection:
      check_rule(row, check);
      check.needs(row.characterise.has_value(), "characterise");
      check_silence(row, ratings, check);
      break;
    case RowKind::alarm:
    case RowKind::request:
      check_rule(row, check);
      break;
    case RowKind::derating:
      check_derating(row, check);
      break;
    case RowKind::period:
      check_period(row, check);
      break;
    case RowKind::sent_range:
    case RowKind::sensing:
      check.needs(!row.signal.empty(), "signal");
      check.needs(row.range.has_value(), "range");
      break;
    case RowKind::contact:
    case RowKind::zero_limit:
      check.needs(!row.signal.empty(), "signal");
      break;
    case RowKind::plant:
      check.dimension(row.range, plant_dimension(row.signal), "range");
      break;
    case RowKind::lights:
      check_lights(row, check);
      break;
    case RowKind::order:
      check.needs(!row.first.empty(), "first");
      check.needs(!row.then.empty(), "then");
      check.time(row.range, "range");
      break;
    default:
      break;
  }
}

void check_common(const Requirements& requirements, Diagnostics& diagnostics) {
  const auto check = [&](const OriginInterval& range, Dimension wanted, const std::string& what) {
    if (range.ends.size() != 2) {
      return;
    }
    if (range.ends.front().dimension != wanted) {
      diagnostics.error(range.mark, what + " is " + describe(range.ends.front().dimension),
                        "it has to be " + describe(wanted));
    } else if (range.interval().lo < 0) {
      diagnostics.error(range.mark, what + " begins below zero", "nothing is seen before its cause");
    }
  };
  check(requirements.path_resistance, dimension::resistance, "path_resistance");
  check(requirements.latency.path, dimension::time, "the latency of the path");
  check(requirements.latency.flag, dimension::time, "the latency of the flag");
  check(requirements.latency.limit, dimension::time, "the latency of the limit");
  check(requirements.latency.contact, dimension::time, "the latency of the contact");
  check(requirements.latency.permission, dimension::time, "the latency of the permission");
  if (requirements.capacity) {
    check(*requirements.capacity, dimension::charge, "capacity");
  }
  for (const Age& age : requirements.ageing) {
    check_age(age, diagnostics);
  }
  if (requirements.thermal) {
    check_thermal(*requirements.thermal, diagnostics);
  }
}

}  // namespace rig

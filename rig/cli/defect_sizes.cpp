#include "rig/cli/defect_sizes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace rig::cli {
namespace {

constexpr double cell_voltage = 10.0;  // V: what is above is a voltage of the pack
constexpr double sent_step = 0.1;      // A, in which a limit is sent

bool has_field(const RequirementRow& row) {
  return row.kind == RowKind::protection || row.kind == RowKind::alarm || row.kind == RowKind::request;
}

std::string number_text(double value, Dimension dimension) {
  dimension.point = false;  // sizes of temperatures are differences
  return format_rounded(value, dimension, 3);
}

std::string first_word(const std::string& name) { return name.substr(0, name.find('.')); }
std::string behind_first(const std::string& name) {
  const auto dot = name.find('.');
  return dot == std::string::npos ? "" : name.substr(dot + 1);
}

double own_number(const std::string& text) {
  const auto parsed = parse_quantity(text);
  const auto* quantity = std::get_if<QuantityValue>(&parsed);
  return quantity == nullptr ? 0.0 : quantity->value;
}

// The steepest piece of a derating table beside the points that have this limit, or lie at this input.
double steepness(const RequirementRow& row, double value, bool limit) {
  double steepest = 0.0;
  const auto& points = row.table->points;
  for (std::size_t i = 1; i < points.size(); ++i) {
    const auto& from = points[i - 1];
    const auto& to = points[i];
    const double width = to[0].value - from[0].value;
    const std::size_t column = limit ? 1 : 0;
    const bool beside = std::abs(from[column].value - value) < 1e-9 || std::abs(to[column].value - value) < 1e-9;
    if (beside && width > 0) {
      steepest = std::max(steepest, std::abs(to[1].value - from[1].value) / width);
    }
  }
  return steepest;
}

}  // namespace

const RequirementRow* DefectSizes::rule_of(const std::string& name) const {
  const auto found = std::find_if(requirements_.rows.begin(), requirements_.rows.end(), [&](const RequirementRow& row) {
    return row.rule == name && (has_field(row) || row.kind == RowKind::derating);
  });
  return found == requirements_.rows.end() ? nullptr : &*found;
}

std::string DefectSizes::unseen(const std::string& row, std::string_view field) const {
  for (const RowTestability& one : rows_) {
    for (const FieldTestability& of : one.fields) {
      const bool cannot = of.state == Testability::unreachable || of.state == Testability::unobservable ||
                          of.state == Testability::characterise;
      if (one.id == row && of.field == field && cannot) {
        return of.why;
      }
    }
  }
  return {};
}

// What the rig knows of a row's input at its threshold. Cells are inside: their temperature follows the skin's with the
// spread of the sensors, their voltage is bounded by the sum alone, which the plan's sizes say.
double DefectSizes::uncertainty(const RequirementRow& row) const {
  const double value = row.threshold ? row.threshold->value() : 0.0;
  const auto of = [&](const char* name) {
    const auto id = sight_.signals.find(name);
    return id ? sight_.signals.spec(*id).uncertainty.at(value) : 0.0;
  };
  if (is_temperature_input(row.input)) {
    return of("pack.skin_temperature") + (requirements_.thermal ? requirements_.thermal->spread.value() : 0.0);
  }
  if (is_current_input(row.input)) {
    return of("pack.current");
  }
  return row.input == RuleInput::battery_voltage && value > cell_voltage ? of("pack.voltage") : 0.0;
}

// A tick and one reading of the slowest instrument.
double DefectSizes::sampling() const { return to_seconds(sight_.tick) + 0.02; }

DefectSize DefectSizes::threshold(const RequirementRow& row) const {
  const double tolerance = row.tolerance ? row.tolerance->value() : 0.0;
  const double u = uncertainty(row);
  const Dimension dimension = row.threshold->quantity.dimension;
  return {.low = tolerance + u,
          .high = tolerance + u,
          .tolerance = tolerance,
          .basis = "tolerance " + number_text(tolerance, dimension) + " + U " + number_text(u, dimension)};
}

std::optional<DefectSize> DefectSizes::delay(const RequirementRow& row, const OriginInterval& allowed,
                                             double nominal) const {
  const Interval latency =
      row.kind == RowKind::protection ? requirements_.latency.path.interval() : requirements_.latency.flag.interval();
  const double open = latency.width() + sampling();
  const Interval range = allowed.interval();
  return DefectSize{
      .low = nominal - range.lo + open,
      .high = range.hi - nominal + open,
      .tolerance = std::min(nominal - range.lo, range.hi - nominal),
      .basis = fmt::format("allowed {} to {}, latency and reading {}", number_text(range.lo, dimension::time),
                           number_text(range.hi, dimension::time), number_text(open, dimension::time))};
}

std::optional<DefectSize> DefectSizes::release(const RequirementRow& row, bool by_time) const {
  for (const ReleaseWay& way : row.release) {
    const Dimension dimension = way.value.quantity.dimension;
    const bool time = dimension == dimension::time;
    if (time != by_time || (!time && dimension != row.threshold->quantity.dimension)) {
      continue;
    }
    const double tolerance = way.tolerance ? way.tolerance->value() : 0.0;
    const double late = row.release_delay ? row.release_delay->interval().hi : 0.0;
    const double u = time ? late + requirements_.latency.path.interval().width() + sampling() : uncertainty(row);
    return DefectSize{.low = tolerance + u,
                      .high = tolerance + u,
                      .tolerance = tolerance,
                      .basis = "tolerance " + number_text(tolerance, dimension) + " + U " + number_text(u, dimension)};
  }
  return std::nullopt;
}

// A point of a derating table: the limit may be off by the tolerance, the step in which it is sent and what the input
// is uncertain by; the input by its own uncertainty and what moves the limit by its tolerance. The steeper side counts.
std::optional<DefectSize> DefectSizes::of_point(const RequirementRow& row, const FirmwareValue& value) const {
  if (!row.table || !row.tolerance) {
    return std::nullopt;
  }
  const bool limit = value.name.ends_with(".limit");
  const double steep = steepness(row, value.quantity.value, limit);
  const double tolerance = row.tolerance->value();
  const double input =
      (row.range ? row.range->interval().hi : 0.0) + (is_temperature_input(row.input) ? uncertainty(row) : 0.0);
  DefectSize size{.rows = {row.id}, .field = "table"};
  size.tolerance = limit ? tolerance : input;
  const double u = limit ? sent_step + steep * input : steep > 0 ? (tolerance + sent_step) / steep : 0.0;
  size.low = size.high = size.tolerance + u;
  const Dimension dimension = limit ? dimension::current : row.table->points.front()[0].dimension;
  size.basis = (limit ? "tolerance " : "input known to ") + number_text(size.tolerance, dimension) + " + U " +
               number_text(u, dimension);
  return size;
}

std::optional<DefectSize> DefectSizes::of_row(const RequirementRow& row, std::string_view field,
                                              const FirmwareValue& value) const {
  std::optional<DefectSize> size;
  if (row.kind == RowKind::derating) {
    return of_point(row, value);
  }
  if (!row.threshold) {
    return std::nullopt;
  }
  if (field == "threshold") {
    size = threshold(row);
  } else if (field == "delay" && row.delay) {
    size = delay(row, *row.delay, value.quantity.value);
  } else if (field == "release" || field == "release_time") {
    size = release(row, field == "release_time");
  } else if (field == "release_delay" && row.release_delay) {
    size = delay(row, *row.release_delay, value.quantity.value);
  }
  if (size) {
    size->rows = {row.id};
    size->field = field == "release_time" ? "release" : std::string(field);
    size->unseen = unseen(row.id, field == "release_delay" ? "delay" : size->field);
  }
  return size;
}

std::optional<DefectSize> DefectSizes::of(const FirmwareValue& value) const {
  if (const MutantSize* own = plan_.size_of(value.name)) {
    if (own->size || own->low || own->high) {
      const std::string both = own->size.value_or("");
      DefectSize size{.low = own_number(own->low.value_or(both)),
                      .high = own_number(own->high.value_or(both)),
                      .rows = own->rows,
                      .basis = own->why};
      return size;
    }
    const RequirementRow* row = own->rows.empty() ? nullptr : requirements_.find(own->rows.front());
    return row == nullptr || own->field.empty() ? std::nullopt : of_row(*row, own->field, value);
  }
  const std::string rest = behind_first(value.name);
  if (const RequirementRow* row = rule_of(first_word(value.name))) {
    return of_row(*row, rest, value);
  }
  const RequirementRow* row = rule_of(first_word(rest));  // derating.charge_by_cell.p1.at
  return row != nullptr && row->kind == RowKind::derating ? of_point(*row, value) : std::nullopt;
}

std::vector<std::string> DefectSizes::rows_of(const FirmwareValue& value) const {
  if (const MutantSize* own = plan_.size_of(value.name)) {
    return own->rows;
  }
  const RequirementRow* row = rule_of(first_word(value.name));
  row = row == nullptr ? rule_of(first_word(behind_first(value.name))) : row;
  return row == nullptr ? std::vector<std::string>{} : std::vector<std::string>{row->id};
}

}  // namespace rig::cli

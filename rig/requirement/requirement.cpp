#include "rig/requirement/requirement.hpp"

#include <algorithm>
#include <set>

#include "rig/core/files.hpp"

namespace rig {

template <>
struct Codec<QuantityValue> {
  static bool read(const Node& node, QuantityValue& out, Diagnostics& diagnostics) {
    if (!detail::expect_kind(node, Node::Kind::scalar, diagnostics)) {
      return false;
    }
    const auto parsed = parse_quantity(node.scalar);
    if (const auto* error = std::get_if<QuantityError>(&parsed)) {
      diagnostics.error(node.mark.shifted(static_cast<int>(error->offset)), error->message,
                        "write a number with its unit, such as 56.0 V");
      return false;
    }
    out = std::get<QuantityValue>(parsed);
    return true;
  }
  static nlohmann::json schema() { return {{"type", {"string", "number"}}}; }
  static void list(const std::string& path, const QuantityValue& v, std::vector<ListedValue>& out,
                   const FieldOptions& o) {
    out.push_back({path, format_quantity(v.value, v.dimension), std::string(base_unit(v.dimension)), o.help, o.origin});
  }
};

template <>
struct Choices<NumberOrigin> {
  static std::vector<std::pair<std::string, NumberOrigin>> names() {
    return {{"manual", NumberOrigin::manual},
            {"derived", NumberOrigin::derived},
            {"default", NumberOrigin::engineering_default},
            {"measured", NumberOrigin::measured}};
  }
};
template <>
struct Choices<RowKind> {
  static std::vector<std::pair<std::string, RowKind>> names() {
    return {
        {"protection", RowKind::protection}, {"permission", RowKind::permission},  {"contact", RowKind::contact},
        {"zero_limit", RowKind::zero_limit}, {"sent_range", RowKind::sent_range},  {"sent_power", RowKind::sent_power},
        {"period", RowKind::period},         {"sensing", RowKind::sensing},        {"plant", RowKind::plant},
        {"chatter", RowKind::chatter},       {"informative", RowKind::informative}};
  }
};
template <>
struct Choices<Direction> {
  static std::vector<std::pair<std::string, Direction>> names() {
    return {{"charge", Direction::charge}, {"discharge", Direction::discharge}};
  }
};
template <>
struct Choices<Side> {
  static std::vector<std::pair<std::string, Side>> names() { return {{"above", Side::above}, {"below", Side::below}}; }
};
template <>
struct Choices<RuleInput> {
  static std::vector<std::pair<std::string, RuleInput>> names() {
    return {{"battery_voltage", RuleInput::battery_voltage},
            {"highest_cell", RuleInput::highest_cell},
            {"lowest_cell", RuleInput::lowest_cell}};
  }
};
template <>
struct Choices<ReleasePolicy> {
  static std::vector<std::pair<std::string, ReleasePolicy>> names() {
    return {{"voltage", ReleasePolicy::voltage}, {"current", ReleasePolicy::current}, {"soc", ReleasePolicy::soc}};
  }
};

template <>
struct Fields<OriginNumber> {
  static void declare(Mapping<OriginNumber>& m) {
    m.mark(&OriginNumber::mark);
    m.required("value", &OriginNumber::quantity, "the number with its unit");
    m.required("origin", &OriginNumber::origin, "manual, derived, default or measured; a default fails nothing");
    m.optional("source", &OriginNumber::source, "section, data sheet or measurement");
  }
};
template <>
struct Fields<OriginInterval> {
  static void declare(Mapping<OriginInterval>& m) {
    m.mark(&OriginInterval::mark);
    m.required("range", &OriginInterval::ends, "[lowest, highest], both with units");
    m.required("origin", &OriginInterval::origin, "manual, derived, default or measured; a default fails nothing");
    m.optional("source", &OriginInterval::source, "section, data sheet or measurement");
    m.check([](const Node& node, const OriginInterval& v, Diagnostics& d) {
      if (v.ends.size() != 2) {
        d.error(node.mark, "a range has two ends", "write range: [1.5 s, 2.5 s]");
      } else if (v.ends[0].dimension != v.ends[1].dimension) {
        d.error(node.mark, "the ends of the range differ in dimension: " + describe(v.ends[0].dimension) + " and " +
                               describe(v.ends[1].dimension));
      } else if (v.ends[0].value > v.ends[1].value) {
        d.error(node.mark, "the range is upside down", "write the lower end first");
      }
    });
  }
};
template <>
struct Fields<ReleaseWay> {
  static void declare(Mapping<ReleaseWay>& m) {
    m.required("policy", &ReleaseWay::policy, "voltage, current (reversed) or soc");
    m.required("value", &ReleaseWay::value, "where it lets go");
    m.optional("tolerance", &ReleaseWay::tolerance, "how far the pack may be off");
  }
};
template <>
struct Fields<RequirementRow> {
  static void declare(Mapping<RequirementRow>& m) {
    m.mark(&RequirementRow::mark);
    m.required("id", &RequirementRow::id, "requirement id, GTX-OV-01");
    m.required("rule", &RequirementRow::rule, "rule name that firmware, flags and reports share, pack_ov");
    m.required("statement", &RequirementRow::statement, "one sentence");
    m.required("manual", &RequirementRow::manual, "section of the manual, 9.1-2d; '-' when there is none");
    m.required("kind", &RequirementRow::kind, "how the row is judged");
    m.optional("direction", &RequirementRow::direction, "the direction that is blocked or concerned");
    m.optional("side", &RequirementRow::side, "acts above or below the threshold");
    m.optional("input", &RequirementRow::input, "what the threshold is compared with");
    m.optional("threshold", &RequirementRow::threshold, "nominal threshold");
    m.optional("tolerance", &RequirementRow::tolerance, "how far the pack's threshold may be off");
    m.optional("delay", &RequirementRow::delay, "from crossing to decision");
    m.optional("characterise", &RequirementRow::characterise, "where an unknown pack's threshold may lie");
    m.optional("reachable", &RequirementRow::reachable,
               "battery voltages at which one cell can be beyond the threshold");
    m.optional("release", &RequirementRow::release, "alternatives, of which a pack has one");
    m.optional("release_delay", &RequirementRow::release_delay, "from the release condition to the release");
    m.optional("flag", &RequirementRow::flag, "flag signal that must follow");
    m.optional("signal", &RequirementRow::signal, "the signal that this row judges");
    m.optional("range", &RequirementRow::range, "what the signal may be; for sensing the allowed difference");
  }
};
template <>
struct Fields<Ratings> {
  static void declare(Mapping<Ratings>& m) {
    m.required("lowest_voltage", &Ratings::lowest_voltage, "discharge ends here");
    m.required("highest_voltage", &Ratings::highest_voltage, "charge ends here");
    m.required("charge_current", &Ratings::charge_current, "maximum charge current");
    m.required("discharge_current", &Ratings::discharge_current, "maximum discharge current");
    m.required("discharge_power", &Ratings::discharge_power, "maximum output power");
  }
};
template <>
struct Fields<Latencies> {
  static void declare(Mapping<Latencies>& m) {
    m.required("path", &Latencies::path, "until the current stops or may flow");
    m.required("flag", &Latencies::flag, "until the flag is seen on CAN");
    m.required("limit", &Latencies::limit, "until the current limit on CAN is zero");
    m.required("contact", &Latencies::contact, "until the dry contact follows");
    m.required("permission", &Latencies::permission, "until the enable bit follows");
  }
};
template <>
struct Fields<Requirements> {
  static void declare(Mapping<Requirements>& m) {
    m.title("Requirements of a product");
    m.required("requirements", &Requirements::product, "product name");
    m.optional("title", &Requirements::title, "for reports");
    m.optional("cells", &Requirements::cells, FieldOptions{.help = "cells in series", .minimum = 1, .maximum = 64});
    m.required("ratings", &Requirements::ratings, "inside them the pack must not act");
    m.required("path_resistance", &Requirements::path_resistance, "from B+/B- to P+/P-");
    m.required("latency", &Requirements::latency, "from decision to each output");
    m.required("rows", &Requirements::rows, "the requirement rows");
  }
};
template <>
struct Fields<ProfileRow> {
  static void declare(Mapping<ProfileRow>& m) {
    m.mark(&ProfileRow::mark);
    m.required("row", &ProfileRow::row, "requirement id");
    m.optional("threshold", &ProfileRow::threshold, "measured threshold");
    m.optional("tolerance", &ProfileRow::tolerance, "how far a pack of this type may be off");
    m.optional("delay", &ProfileRow::delay, "measured delay");
    m.optional("release", &ProfileRow::release, "the one policy that this pack has");
    m.optional("release_delay", &ProfileRow::release_delay, "measured release delay");
    m.optional("range", &ProfileRow::range, "measured range");
  }
};
template <>
struct Fields<PackProfile> {
  static void declare(Mapping<PackProfile>& m) {
    m.title("Profile of a pack type with one firmware");
    m.required("pack", &PackProfile::pack, "name of the pack type");
    m.optional("title", &PackProfile::title, "for reports");
    m.required("firmware", &PackProfile::firmware, "firmware version that this profile is about");
    m.optional("dialect", &PackProfile::dialect, "CAN dialect");
    m.optional("over_voltage_policy", &PackProfile::over_voltage_policy, "manual_literal or full_first");
    m.optional("path_resistance", &PackProfile::path_resistance, "measured path resistance");
    m.optional("latency_path", &PackProfile::latency_path, "measured latency of the current path");
    m.optional("latency_flag", &PackProfile::latency_flag, "measured latency of the flags");
    m.optional("latency_limit", &PackProfile::latency_limit, "measured latency of the limits");
    m.optional("latency_contact", &PackProfile::latency_contact, "measured latency of the dry contacts");
    m.optional("latency_permission", &PackProfile::latency_permission, "measured latency of the enable bits");
    m.required("rows", &PackProfile::rows, "measured values by requirement");
  }
};

namespace {

void check_dimension(const std::optional<OriginNumber>& number, Dimension wanted, const char* what,
                     const RequirementRow& row, Diagnostics& diagnostics) {
  if (number && number->quantity.dimension != wanted) {
    diagnostics.error(number->mark, row.id + ": " + what + " is " + describe(number->quantity.dimension),
                      "it has to be " + describe(wanted));
  }
}

void check_dimension(const std::optional<OriginInterval>& range, Dimension wanted, const char* what,
                     const RequirementRow& row, Diagnostics& diagnostics) {
  if (range && range->ends.front().dimension != wanted) {
    diagnostics.error(range->mark, row.id + ": " + what + " is " + describe(range->ends.front().dimension),
                      "it has to be " + describe(wanted));
  }
}

// A tolerance or a time below zero turns a band inside out: everything fails, or nothing does.
void check_positive(const std::optional<OriginNumber>& number, const char* what, const RequirementRow& row,
                    Diagnostics& diagnostics) {
  if (number && number->value() < 0) {
    diagnostics.error(number->mark, row.id + ": " + what + " is negative", "it is a width, 0 or more");
  }
}

void check_positive(const std::optional<OriginInterval>& range, const std::string& what, Diagnostics& diagnostics) {
  if (range && range->interval().lo < 0) {
    diagnostics.error(range->mark, what + " begins below zero", "nothing is seen before its cause");
  }
}

// What belongs to no row.
void check_common(const Requirements& requirements, Diagnostics& diagnostics) {
  const auto check = [&](const OriginInterval& range, Dimension wanted, const std::string& what) {
    if (range.ends.size() == 2 && range.ends.front().dimension != wanted) {
      diagnostics.error(range.mark, what + " is " + describe(range.ends.front().dimension),
                        "it has to be " + describe(wanted));
    } else {
      check_positive(range, what, diagnostics);
    }
  };
  check(requirements.path_resistance, dimension::resistance, "path_resistance");
  check(requirements.latency.path, dimension::time, "the latency of the path");
  check(requirements.latency.flag, dimension::time, "the latency of the flag");
  check(requirements.latency.limit, dimension::time, "the latency of the limit");
  check(requirements.latency.contact, dimension::time, "the latency of the contact");
  check(requirements.latency.permission, dimension::time, "the latency of the permission");
}

Dimension dimension_of(ReleasePolicy policy) {
  switch (policy) {
    case ReleasePolicy::voltage:
      return dimension::voltage;
    case ReleasePolicy::current:
      return dimension::current;
    case ReleasePolicy::soc:
      break;
  }
  return dimension::none;
}

void check_row(const RequirementRow& row, Diagnostics& diagnostics) {
  check_dimension(row.threshold, dimension::voltage, "threshold", row, diagnostics);
  check_dimension(row.tolerance, dimension::voltage, "tolerance", row, diagnostics);
  check_dimension(row.delay, dimension::time, "delay", row, diagnostics);
  check_dimension(row.release_delay, dimension::time, "release_delay", row, diagnostics);
  check_dimension(row.characterise, dimension::voltage, "characterise", row, diagnostics);
  check_dimension(row.reachable, dimension::voltage, "reachable", row, diagnostics);
  for (const auto& way : row.release) {
    check_dimension(way.value, dimension_of(way.policy), "release value", row, diagnostics);
    check_dimension(way.tolerance, dimension_of(way.policy), "release tolerance", row, diagnostics);
    check_positive(way.tolerance, "release tolerance", row, diagnostics);
  }
  check_positive(row.tolerance, "tolerance", row, diagnostics);
  check_positive(row.delay, row.id + ": delay", diagnostics);
  check_positive(row.release_delay, row.id + ": release_delay", diagnostics);
  if (row.kind == RowKind::period) {
    check_dimension(row.range, dimension::time, "range", row, diagnostics);
  } else if (row.kind == RowKind::plant) {
    check_dimension(row.range, dimension::resistance, "range", row, diagnostics);
  }
  const auto needs = [&](bool present, const char* key) {
    if (!present) {
      diagnostics.error(row.mark, row.id + " lacks '" + key + "', which its kind needs");
    }
  };
  if (row.kind == RowKind::protection) {
    needs(row.threshold.has_value(), "threshold");
    needs(row.tolerance.has_value(), "tolerance");
    needs(row.delay.has_value(), "delay");
    needs(!row.release.empty(), "release");
    needs(row.release_delay.has_value(), "release_delay");
    needs(!row.flag.empty(), "flag");
    needs(row.characterise.has_value(), "characterise");
    needs(row.input == RuleInput::battery_voltage || row.reachable.has_value(), "reachable");
  } else if (row.kind == RowKind::contact || row.kind == RowKind::zero_limit) {
    needs(!row.signal.empty(), "signal");
  } else if (row.kind == RowKind::sent_range || row.kind == RowKind::period || row.kind == RowKind::sensing) {
    needs(!row.signal.empty(), "signal");
    needs(row.range.has_value(), "range");
  }
}

}  // namespace

std::string_view number_origin_name(NumberOrigin origin) {
  switch (origin) {
    case NumberOrigin::manual:
      return "manual";
    case NumberOrigin::derived:
      return "derived";
    case NumberOrigin::engineering_default:
      return "default";
    case NumberOrigin::measured:
      return "measured";
  }
  return "default";
}

bool threshold_is_known(const RequirementRow& row) {
  return present(row.threshold, row).can_fail() && present(row.tolerance, row).can_fail();
}

Interval allowed_threshold(const RequirementRow& row) {
  return threshold_is_known(row)
             ? Interval::around(present(row.threshold, row).value(), present(row.tolerance, row).value())
             : present(row.characterise, row).interval();
}

const RequirementRow* Requirements::find(std::string_view id) const {
  const auto it = std::find_if(rows.begin(), rows.end(), [&](const auto& row) { return row.id == id; });
  return it == rows.end() ? nullptr : &*it;
}

Requirements parse_requirements(std::shared_ptr<const SourceText> source, Diagnostics& diagnostics) {
  Requirements result;
  const std::size_t before = diagnostics.error_count();
  const Node root = parse_yaml(source, diagnostics);
  if (diagnostics.error_count() != before || !read(root, result, diagnostics)) {
    return result;
  }
  std::set<std::string> seen;
  for (const auto& row : result.rows) {
    if (!seen.insert(row.id).second) {
      diagnostics.error(row.mark, "requirement " + row.id + " stands twice");
    }
    check_row(row, diagnostics);
  }
  check_common(result, diagnostics);
  result.text = source->text;
  result.path = source->name;
  return result;
}

PackProfile parse_profile(std::shared_ptr<const SourceText> source, Diagnostics& diagnostics) {
  PackProfile result;
  const std::size_t before = diagnostics.error_count();
  const Node root = parse_yaml(source, diagnostics);
  if (diagnostics.error_count() == before) {
    read(root, result, diagnostics);
  }
  result.text = source->text;
  result.path = source->name;
  return result;
}

Requirements read_requirements(const std::string& path, Diagnostics& diagnostics) {
  return parse_requirements(read_text(path), diagnostics);
}
PackProfile read_profile(const std::string& path, Diagnostics& diagnostics) {
  return parse_profile(read_text(path), diagnostics);
}

nlohmann::json requirements_schema() {
  auto schema = schema_of<Requirements>();
  schema["$schema"] = "https://json-schema.org/draft/2020-12/schema";
  return schema;
}
nlohmann::json profile_schema() {
  auto schema = schema_of<PackProfile>();
  schema["$schema"] = "https://json-schema.org/draft/2020-12/schema";
  return schema;
}

Requirements apply_profile(Requirements requirements, const PackProfile& profile, Diagnostics& diagnostics) {
  const auto take = [](auto& into, const auto& measured) {
    if (measured) {
      into = *measured;
    }
  };
  take(requirements.path_resistance, profile.path_resistance);
  take(requirements.latency.path, profile.latency_path);
  take(requirements.latency.flag, profile.latency_flag);
  take(requirements.latency.limit, profile.latency_limit);
  take(requirements.latency.contact, profile.latency_contact);
  take(requirements.latency.permission, profile.latency_permission);
  std::set<std::string> seen;
  for (const auto& measured : profile.rows) {
    if (!seen.insert(measured.row).second) {
      diagnostics.error(measured.mark, "the row '" + measured.row + "' stands here a second time");
      continue;
    }
    const auto row = std::find_if(requirements.rows.begin(), requirements.rows.end(),
                                  [&](const auto& r) { return r.id == measured.row; });
    if (row == requirements.rows.end()) {
      std::vector<std::string> ids;
      for (const auto& r : requirements.rows) {
        ids.push_back(r.id);
      }
      diagnostics.error(measured.mark, "the requirements have no row '" + measured.row + "'",
                        suggestion(measured.row, ids));
      continue;
    }
    take(row->threshold, measured.threshold);
    take(row->tolerance, measured.tolerance);
    take(row->delay, measured.delay);
    take(row->release_delay, measured.release_delay);
    take(row->range, measured.range);
    if (!measured.release.empty()) {
      row->release = measured.release;
    }
    RequirementRow merged = *row;
    merged.mark = measured.mark;  // what is wrong now is wrong in the profile
    check_row(merged, diagnostics);
  }
  check_common(requirements, diagnostics);
  return requirements;
}

}  // namespace rig

#include "rig/requirement/origin.hpp"

#include <nlohmann/json.hpp>

#include "rig/requirement/keys.hpp"

namespace rig {

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

bool Codec<QuantityValue>::read(const Node& node, QuantityValue& out, Diagnostics& diagnostics) {
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

Schema Codec<QuantityValue>::schema() { return nlohmann::json{{"type", {"string", "number"}}}; }

void Codec<QuantityValue>::list(const std::string& path, const QuantityValue& v, std::vector<ListedValue>& out,
                                const FieldOptions& o) {
  out.push_back({path, format_quantity(v.value, v.dimension), std::string(base_unit(v.dimension)), o.help, o.origin});
}

std::vector<std::pair<std::string, NumberOrigin>> Choices<NumberOrigin>::names() {
  return {{"manual", NumberOrigin::manual},
          {"derived", NumberOrigin::derived},
          {"default", NumberOrigin::engineering_default},
          {"measured", NumberOrigin::measured}};
}

namespace {

constexpr const char* origin_help = "manual, derived, default or measured; a default fails nothing";
constexpr const char* source_help = "section, data sheet or measurement";

void check_interval(const Node& node, const OriginInterval& v, Diagnostics& d) {
  if (v.ends.size() != 2) {
    d.error(node.mark, "a range has two ends", "write range: [1.5 s, 2.5 s]");
  } else if (v.ends[0].dimension != v.ends[1].dimension) {
    d.error(node.mark, "the ends of the range differ in dimension: " + describe(v.ends[0].dimension) + " and " +
                           describe(v.ends[1].dimension));
  } else if (v.ends[0].value > v.ends[1].value) {
    d.error(node.mark, "the range is upside down", "write the lower end first");
  }
}

void check_table(const Node& node, const OriginTable& v, Diagnostics& d) {
  const char* const example = "write points: [[3.40 V, 50 A], [3.55 V, 0 A]]";
  if (v.points.size() < 2) {
    d.error(node.mark, "a table has at least two points", example);
    return;
  }
  for (std::size_t i = 0; i < v.points.size(); ++i) {
    const std::string place = "point " + std::to_string(i + 1) + " of the table ";
    if (v.points[i].size() != 2) {
      d.error(node.mark, place + "has " + std::to_string(v.points[i].size()) + " values, not an input and a limit",
              example);
      return;
    }
    if (v.points[i][0].dimension != v.points[0][0].dimension || v.points[i][1].dimension != v.points[0][1].dimension) {
      d.error(node.mark, place + "is of another kind than the first", example);
    } else if (i > 0 && v.points[i][0].value < v.points[i - 1][0].value) {
      d.error(node.mark, place + "lies before the one ahead of it", "sort the points by their input");
    }
  }
}

}  // namespace

void Fields<OriginNumber>::declare(Mapping<OriginNumber>& m) {
  m.mark(&OriginNumber::mark);
  m.required("value", &OriginNumber::quantity, "the number with its unit");
  m.required("origin", &OriginNumber::origin, origin_help);
  m.optional("source", &OriginNumber::source, source_help);
}

void Fields<OriginInterval>::declare(Mapping<OriginInterval>& m) {
  m.mark(&OriginInterval::mark);
  m.required("range", &OriginInterval::ends, "[lowest, highest], both with units");
  m.required("origin", &OriginInterval::origin, origin_help);
  m.optional("source", &OriginInterval::source, source_help);
  m.check(check_interval);
}

void Fields<OriginTable>::declare(Mapping<OriginTable>& m) {
  m.mark(&OriginTable::mark);
  m.required("points", &OriginTable::points, "[[input, limit], ...] by rising input, straight between two points");
  m.required("origin", &OriginTable::origin, origin_help);
  m.optional("source", &OriginTable::source, source_help);
  m.check(check_table);
}

}  // namespace rig

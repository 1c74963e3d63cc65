#include "rig/cli/healthy_packs.hpp"

#include <algorithm>
#include <cmath>

#include "rig/core/files.hpp"

namespace rig::cli {
namespace {

constexpr std::size_t corner_every = 4;

// A number of the same dimension as the value it belongs to; a width of temperatures is in K.
double number_of(const std::string& text, Dimension dimension, bool width, const SourceMark& mark,
                 Diagnostics& diagnostics) {
  dimension.point = dimension.point && !width;
  const auto parsed = parse_quantity(text);
  const auto* quantity = std::get_if<QuantityValue>(&parsed);
  if (quantity == nullptr || quantity->dimension != dimension) {
    diagnostics.error(mark, "'" + text + "' is no " + describe(dimension), "units that fit: " + units_of(dimension));
    return 0.0;
  }
  return quantity->value;
}

}  // namespace

HealthyPlan read_healthy_plan(const std::string& path, Diagnostics& diagnostics) {
  HealthyPlan plan;
  const std::size_t errors_before = diagnostics.error_count();
  const Node root = parse_yaml(read_text(path), diagnostics);
  if (diagnostics.error_count() == errors_before) {
    read(root, plan, diagnostics);
  }
  return plan;
}

HealthyPacks::HealthyPacks(const HealthyPlan& plan, const std::vector<FirmwareValue>& values, TrialPack nominal,
                           Diagnostics& diagnostics)
    : nominal_(std::move(nominal)) {
  for (const Draw& draw : plan.draw) {
    const std::size_t before = numbers_.size();
    for (const FirmwareValue& value : values) {
      const std::string path = "dut.firmware." + value.name;
      const bool taken = std::any_of(numbers_.begin(), numbers_.end(), [&](const Number& n) { return n.path == path; });
      if (!taken && value.kind == FirmwareValue::Kind::number && matches(draw.parameter.text, value.name)) {
        add(draw, value, diagnostics);
      }
    }
    if (numbers_.size() == before) {
      diagnostics.error(draw.parameter.mark, "no number of the firmware is called '" + draw.parameter.text + "'",
                        "`gtxrig list firmware` has them all; an earlier line may have taken it");
    }
  }
}

void HealthyPacks::add(const Draw& draw, const FirmwareValue& value, Diagnostics& diagnostics) {
  const SourceMark& mark = draw.parameter.mark;
  Number number{.path = "dut.firmware." + value.name, .dimension = value.quantity.dimension};
  const double nominal = value.quantity.value;
  if (draw.sensor) {
    number.high = nominal;
    number.sensor = true;
  } else if (draw.range.size() == 2) {
    number.low = number_of(draw.range[0], number.dimension, false, mark, diagnostics);
    number.high = number_of(draw.range[1], number.dimension, false, mark, diagnostics);
  } else if (draw.within || draw.share) {
    const double half = draw.share
                            ? number_of(*draw.share, dimension::none, true, mark, diagnostics) * std::abs(nominal)
                            : number_of(*draw.within, number.dimension, true, mark, diagnostics);
    number.low = nominal - half;
    number.high = nominal + half;
  } else {
    diagnostics.error(mark, "says not how far '" + draw.parameter.text + "' goes",
                      "one of: range, within, share, sensor");
  }
  if (draw.sensors) {
    number.sensors = number_of(*draw.sensors, number.dimension, true, mark, diagnostics);
  }
  numbers_.push_back(number);
}

HealthyPack HealthyPacks::at(std::size_t index) const {
  Random random(nominal_.seed, "healthy pack " + std::to_string(index));
  HealthyPack healthy{.pack = nominal_, .corner = index % corner_every == corner_every - 1};
  healthy.pack.seed = nominal_.seed + index;
  const auto draw = [&] {
    const double u = random.uniform();
    return healthy.corner ? std::round(u) : u;
  };
  const double wrong_sensors = draw();
  for (const Number& number : numbers_) {
    const double in = std::min(wrong_sensors * number.sensors, (number.high - number.low) / 2);
    const double low = number.low + in;
    const double value = number.sensor ? wrong_sensors * number.high : low + draw() * (number.high - in - low);
    healthy.pack.overrides.push_back(number.path + "=" + value_text(value, number.dimension));
  }
  return healthy;
}

}  // namespace rig::cli

#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "rig/core/fields.hpp"
#include "rig/core/math.hpp"

namespace rig {

// Where a number comes from. Only manual, derived and measured numbers can fail a pack; an engineering default
// characterises: what is found is reported and nothing fails.
enum class NumberOrigin { manual, derived, engineering_default, measured };
std::string_view number_origin_name(NumberOrigin origin);

// A number with its origin, in base units of its dimension.
struct OriginNumber {
  QuantityValue quantity;
  NumberOrigin origin = NumberOrigin::engineering_default;
  std::string source;  // "9.1-2d", "SEP", ...
  SourceMark mark{};
  [[nodiscard]] double value() const noexcept { return quantity.value; }
  [[nodiscard]] bool can_fail() const noexcept { return origin != NumberOrigin::engineering_default; }
};

struct OriginInterval {
  std::vector<QuantityValue> ends;  // two of them, in order
  NumberOrigin origin = NumberOrigin::engineering_default;
  std::string source;
  SourceMark mark{};
  [[nodiscard]] Interval interval() const noexcept {
    return ends.size() == 2 ? Interval{ends[0].value, ends[1].value} : Interval{};
  }
  [[nodiscard]] bool can_fail() const noexcept { return origin != NumberOrigin::engineering_default; }
};

// A curve through points (input, limit): straight between two points, level beyond the first and the last. Two points
// at one input are a step there.
struct OriginTable {
  std::vector<std::vector<QuantityValue>> points;  // pairs, inputs not falling
  NumberOrigin origin = NumberOrigin::engineering_default;
  std::string source;
  SourceMark mark{};
  [[nodiscard]] bool can_fail() const noexcept { return origin != NumberOrigin::engineering_default; }
};

}  // namespace rig

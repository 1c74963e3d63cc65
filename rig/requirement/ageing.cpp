// What the requirements say of a pack that has lived.
#include <algorithm>
#include <charconv>

#include "rig/requirement/requirement.hpp"

namespace rig {
namespace {

// "2000 cycles"
std::optional<std::int64_t> cycles_of(std::string_view text) {
  std::int64_t cycles = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), cycles);
  const std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
  return error == std::errc{} && cycles >= 0 && unit == " cycles" ? std::optional(cycles) : std::nullopt;
}

}  // namespace

std::optional<Age> Requirements::age_of(std::string_view wanted) const {
  const auto named =
      std::find_if(ageing.begin(), ageing.end(), [&](const Age& age) { return age.name.text == wanted; });
  if (named != ageing.end()) {
    return *named;
  }
  const auto cycles = cycles_of(wanted);
  const Age* younger = nullptr;
  const Age* older = nullptr;
  for (const Age& age : ageing) {
    if (cycles && age.cycles <= *cycles && (younger == nullptr || age.cycles > younger->cycles)) {
      younger = &age;
    }
    if (cycles && age.cycles >= *cycles && (older == nullptr || age.cycles < older->cycles)) {
      older = &age;
    }
  }
  if (younger == nullptr || older == nullptr) {
    return std::nullopt;
  }
  // Nothing is promised on the way but that no pack gets better: what it has to have later it has now, and what it may
  // have had before it may have kept.
  Age between = *older;
  between.name.text = wanted;
  between.cycles = *cycles;
  between.capacity.ends.back() = younger->capacity.ends.back();
  between.resistance.ends.front() = younger->resistance.ends.front();
  return between;
}

Requirements at_age(Requirements requirements, const Age& age) {
  if (requirements.each) {
    requirements.each = std::make_shared<const Requirements>(at_age(*requirements.each, age));
  }
  const auto scale = [](OriginInterval& range, double least, double most) {
    if (range.ends.size() == 2) {
      range.ends.front().value *= least;
      range.ends.back().value *= most;
    }
  };
  if (requirements.capacity) {
    scale(*requirements.capacity, age.capacity.interval().lo, age.capacity.interval().hi);
  }
  if (requirements.thermal) {
    const double grown = age.resistance.interval().hi;
    scale(requirements.thermal->resistance, 1.0, grown);
    requirements.thermal->cold_resistance.quantity.value *= grown;
  }
  for (RequirementRow& row : requirements.rows) {
    if (row.kind == RowKind::plant && row.range) {
      row.range->origin = NumberOrigin::engineering_default;
    }
  }
  return requirements;
}

}  // namespace rig

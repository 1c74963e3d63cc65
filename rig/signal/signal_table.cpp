#include "rig/signal/signal_table.hpp"

#include <algorithm>
#include <cctype>

#include "rig/core/diagnostic.hpp"
#include "rig/core/error.hpp"

namespace rig {
namespace {
// instance(.part)+ : at least two parts of lower-case letters, digits and underscores.
bool is_signal_name(std::string_view name) {
  bool dot = false;
  bool part_empty = true;
  for (const char c : name) {
    if (c == '.') {
      if (part_empty) {
        return false;
      }
      dot = true;
      part_empty = true;
    } else if (std::islower(static_cast<unsigned char>(c)) != 0 || std::isdigit(static_cast<unsigned char>(c)) != 0 ||
               c == '_') {
      part_empty = false;
    } else {
      return false;
    }
  }
  return dot && !part_empty;
}
}  // namespace

std::string_view origin_name(Origin origin) {
  switch (origin) {
    case Origin::measured:
      return "measured";
    case Origin::commanded:
      return "commanded";
    case Origin::script:
      return "script";
    case Origin::model:
      return "model";
    case Origin::judge:
      return "judge";
  }
  return "unknown";
}

SignalId SignalTable::declare(SignalSpec spec) {
  spec.name = names_of_.name(spec.name);
  if (sealed_) {
    throw RigError("signal '" + spec.name + "' is declared after the table was sealed");
  }
  if (!is_signal_name(spec.name)) {
    throw RigError("'" + spec.name + "' is no signal name", spec.source, "names look like supply.voltage");
  }
  const auto index = static_cast<std::uint32_t>(specs_.size());
  const auto [existing, inserted] = by_name_.try_emplace(spec.name, index);
  if (!inserted) {
    throw RigError("signal '" + spec.name + "' has two writers: " + specs_[existing->second].source + " and " +
                   spec.source);
  }
  specs_.push_back(std::move(spec));
  return {index};
}

void SignalTable::seal() {
  row_.resize(specs_.size());
  changed_.assign((specs_.size() + 63) / 64, 0);
  lifetime_.assign(specs_.size(), ageless);
  for (std::uint32_t i = 0; i < specs_.size(); ++i) {
    if (specs_[i].max_age > Duration::zero()) {
      ageing_.push_back(i);
      lifetime_[i] = specs_[i].max_age;
    }
  }
  sealed_ = true;
}

std::optional<SignalId> SignalTable::find(std::string_view name) const {
  const auto it = by_name_.find(names_of_.name(name));
  if (it == by_name_.end()) {
    return std::nullopt;
  }
  return SignalId{it->second};
}

SignalId SignalTable::require(std::string_view name) const {
  if (const auto id = find(name)) {
    return *id;
  }
  const auto known = names();
  throw RigError("the bench has no signal '" + std::string(name) + "'", {}, suggestion(name, known));
}

std::vector<std::string> SignalTable::names() const {
  std::vector<std::string> result;
  result.reserve(specs_.size());
  for (const auto& spec : specs_) {
    result.push_back(spec.name);
  }
  return result;
}

void SignalTable::set_quality(SignalId id, Quality quality) noexcept {
  if (row_[id.index].quality != quality) {
    row_[id.index].quality = quality;
    next_age_ = std::min(next_age_, row_[id.index].time + lifetime_[id.index]);
    changed_[id.index >> 6] |= std::uint64_t{1} << (id.index & 63);
  }
}

void SignalTable::age_all(TimePoint now) noexcept {
  next_age_ = TimePoint::max();
  for (const std::uint32_t index : ageing_) {
    const Sample& sample = row_[index];
    if (sample.quality != Quality::good) {
      continue;
    }
    const TimePoint expires = sample.time + lifetime_[index];
    if (now > expires) {
      set_quality({index}, Quality::stale);
    } else {
      next_age_ = std::min(next_age_, expires);
    }
  }
}

void SignalTable::reset() noexcept {
  std::fill(row_.begin(), row_.end(), Sample{});
  next_age_ = TimePoint::max();
  clear_changed();
}

void SignalTable::clear_changed() noexcept { std::fill(changed_.begin(), changed_.end(), 0); }

}  // namespace rig

#include "rig/dut/dbc.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "rig/core/files.hpp"

namespace rig {
namespace {
constexpr double largest_exact = 9007199254740992.0;  // 2^53: integers up to here are exact doubles

// value = result / divisor exactly as the decimal text meant it.
std::optional<double> as_integer_over(double value, double divisor) noexcept {
  const double scaled = std::nearbyint(value * divisor);
  if (std::abs(scaled) < largest_exact && scaled / divisor == value) {
    return scaled;
  }
  return std::nullopt;
}

std::uint64_t mask(unsigned length) noexcept {
  return length >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << length) - 1;
}
}  // namespace

std::bitset<512> BitField::occupied() const noexcept {
  std::bitset<512> bits;
  const unsigned first = motorola ? network_start() : start;
  for (unsigned i = first; i < first + length && i < bits.size(); ++i) {
    bits.set(motorola ? (i & ~7u) + (7u - (i & 7u)) : i);
  }
  return bits;
}

LinearScale LinearScale::of(double factor, double offset) noexcept {
  double divisor = 1.0;
  for (int digits = 0; digits < 15; ++digits, divisor *= 10.0) {
    const auto multiplier = as_integer_over(factor, divisor);
    const auto addend = as_integer_over(offset, divisor);
    if (multiplier && addend) {
      return {*multiplier, *addend, divisor};
    }
  }
  return {factor, offset, 1.0};
}

LinearScale LinearScale::in_units_of(double factor) const noexcept {
  if (factor < 1.0) {
    const double inverse = std::nearbyint(1.0 / factor);
    if (1.0 / inverse == factor) {
      return {multiplier, addend, divisor * inverse};
    }
  }
  return {multiplier * factor, addend * factor, divisor};
}

double LinearScale::step() const noexcept { return std::abs(multiplier / divisor); }

const DbcSignal* DbcMessage::find(std::string_view signal) const noexcept {
  const auto it = std::find_if(signals.begin(), signals.end(), [&](const DbcSignal& s) { return s.name == signal; });
  return it == signals.end() ? nullptr : &*it;
}

bool DbcMessage::is_multiplexed() const noexcept {
  return std::any_of(signals.begin(), signals.end(), [](const DbcSignal& s) { return s.selection.has_value(); });
}

const DbcMessage* Dbc::find(std::uint32_t id, bool extended) const noexcept {
  const auto it = std::find_if(messages.begin(), messages.end(),
                               [&](const DbcMessage& m) { return m.id == id && m.extended == extended; });
  return it == messages.end() ? nullptr : &*it;
}

const DbcMessage* Dbc::find(std::string_view name) const noexcept {
  const auto it = std::find_if(messages.begin(), messages.end(), [&](const DbcMessage& m) { return m.name == name; });
  return it == messages.end() ? nullptr : &*it;
}

Dbc read_dbc(const std::string& path) {
  Diagnostics diagnostics;
  Dbc dbc = parse_dbc(read_raw_text(path), diagnostics);
  diagnostics.throw_if_errors();
  return dbc;
}

// A field of up to 64 bits lies in up to 9 bytes: 8 of them make a word, the ninth is added by itself.
std::optional<std::uint64_t> raw_bits(const BitField& field, std::span<const std::uint8_t> data) noexcept {
  const unsigned end = field.bytes_needed();
  if (end > data.size()) {
    return std::nullopt;
  }
  const unsigned first_bit = field.motorola ? field.network_start() : field.start;
  const unsigned first = first_bit / 8;
  const unsigned in_word = std::min(end - first, 8u);
  std::uint64_t word = 0;
  for (unsigned i = 0; i < in_word; ++i) {
    word = field.motorola ? (word << 8) | data[first + i] : word | (std::uint64_t{data[first + i]} << (8 * i));
  }
  const bool has_ninth = end - first > 8;
  if (field.motorola) {
    const unsigned behind =
        8 * (end - first) - (first_bit % 8) - field.length;  // bits of the last byte that are others'
    word = has_ninth ? (word << (8 - behind)) | (std::uint64_t{data[end - 1]} >> behind) : word >> behind;
  } else {
    word = (word >> (first_bit % 8)) | (has_ninth ? std::uint64_t{data[end - 1]} << (64 - first_bit % 8) : 0);
  }
  return word & mask(field.length);
}

double number_of(const BitField& field, DbcNumber number, std::uint64_t bits) noexcept {
  if (number == DbcNumber::float32) {
    return static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(bits)));
  }
  if (number == DbcNumber::float64) {
    return std::bit_cast<double>(bits);
  }
  if (!field.is_signed) {
    return static_cast<double>(bits);
  }
  const unsigned unused = 64u - field.length;
  return static_cast<double>(static_cast<std::int64_t>(bits << unused) >> unused);
}

std::optional<double> raw_number(const BitField& field, DbcNumber number, std::span<const std::uint8_t> data) noexcept {
  const auto bits = raw_bits(field, data);
  return bits ? std::optional(number_of(field, number, *bits)) : std::nullopt;
}

bool decode_is_selected(const DbcMessage& message, const DbcSignal& signal,
                        std::span<const std::uint8_t> data) noexcept {
  const DbcSignal* each = &signal;
  // check_dbc() has made sure that no chain of selectors is longer than the message has signals.
  for (std::size_t stage = 0; each->selection && stage <= message.signals.size(); ++stage) {
    const DbcSignal& selector = message.signals[each->selection->selector];
    const auto value = raw_bits(selector.field, data);
    const auto& ranges = each->selection->ranges;
    if (!value || std::none_of(ranges.begin(), ranges.end(),
                               [&](const auto& range) { return *value >= range.first && *value <= range.second; })) {
      return false;
    }
    each = &selector;
  }
  return true;
}

std::optional<double> decode(const DbcSignal& signal, std::span<const std::uint8_t> data) noexcept {
  const auto raw = raw_number(signal.field, signal.number, data);
  if (!raw) {
    return std::nullopt;
  }
  return signal.scale.apply(*raw);
}

std::optional<double> decode(const DbcMessage& message, const DbcSignal& signal,
                             std::span<const std::uint8_t> data) noexcept {
  return decode_is_selected(message, signal, data) ? decode(signal, data) : std::nullopt;
}

}  // namespace rig

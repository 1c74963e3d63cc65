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

std::uint64_t BitField::occupied() const noexcept {
  if (!motorola) {
    return mask(length) << start;
  }
  std::uint64_t bits = 0;
  for (unsigned i = network_start(); i < network_start() + length; ++i) {
    bits |= std::uint64_t{1} << ((i & ~7u) + (7u - (i & 7u)));
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

const DbcSignal* DbcMessage::selector() const noexcept {
  const auto it = std::find_if(signals.begin(), signals.end(),
                               [](const DbcSignal& s) { return s.multiplex == DbcMultiplex::selector; });
  return it == signals.end() ? nullptr : &*it;
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
  Dbc dbc = parse_dbc(read_text(path), diagnostics);
  diagnostics.throw_if_errors();
  return dbc;
}

std::optional<std::uint64_t> raw_bits(const BitField& field, std::span<const std::uint8_t> data) noexcept {
  if (field.bytes_needed() > std::min<std::size_t>(data.size(), 8)) {
    return std::nullopt;
  }
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < std::min<std::size_t>(data.size(), 8); ++i) {
    word |= std::uint64_t{data[i]} << (field.motorola ? 56 - 8 * i : 8 * i);
  }
  const unsigned shift = field.motorola ? 64u - field.network_start() - field.length : field.start;
  return (word >> shift) & mask(field.length);
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
  if (signal.multiplex != DbcMultiplex::selected) {
    return true;
  }
  const DbcSignal* selector = message.selector();
  return selector != nullptr && raw_bits(selector->field, data) == signal.selected_by;
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

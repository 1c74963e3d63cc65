#include "rig/dut/dbc_encode.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "rig/core/diagnostic.hpp"
#include "rig/core/error.hpp"

namespace rig {
namespace {
std::uint64_t largest(unsigned length) noexcept {
  return length >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << length) - 1;
}

// 2^n as a double.
double power_of_two(unsigned n) noexcept { return std::ldexp(1.0, static_cast<int>(n)); }

std::optional<std::uint64_t> integer_bits(const BitField& field, double raw) noexcept {
  const double rounded = std::nearbyint(raw);
  const unsigned value_bits = field.is_signed ? field.length - 1u : field.length;
  const double lowest = field.is_signed ? -power_of_two(value_bits) : 0.0;
  if (!(rounded >= lowest) || !(rounded < power_of_two(value_bits))) {
    return std::nullopt;
  }
  const std::uint64_t bits = rounded < 0.0 ? static_cast<std::uint64_t>(static_cast<std::int64_t>(rounded))
                                           : static_cast<std::uint64_t>(rounded);
  return bits & largest(field.length);
}

std::size_t index_of(const DbcMessage& message, const std::string& name) {
  const DbcSignal* signal = message.find(name);
  if (signal == nullptr) {
    std::vector<std::string> names;
    for (const DbcSignal& each : message.signals) {
      names.push_back(each.name);
    }
    throw RigError("message " + message.name + " has no signal '" + name + "'", {}, suggestion(name, names));
  }
  return static_cast<std::size_t>(signal - message.signals.data());
}

bool holds(const DbcSelection& selection, std::uint64_t value) noexcept {
  return std::any_of(selection.ranges.begin(), selection.ranges.end(),
                     [value](const auto& range) { return value >= range.first && value <= range.second; });
}

// The bits of each signal of a frame in the making.
class Encoding {
 public:
  explicit Encoding(const DbcMessage& message) : message_(message), bits_(message.signals.size()) {}

  void give(const SignalValue& given) {
    const std::size_t index = index_of(message_, given.name);
    const DbcSignal& signal = message_.signals[index];
    const auto bits = bits_of(signal, given.value);
    if (!bits) {
      throw RigError(fmt::format("{} = {}{}{} does not fit into its {} bits ({})", given.name, given.value,
                                 signal.unit.empty() ? "" : " ", signal.unit, signal.field.length, range_text(signal)));
    }
    if (bits_[index]) {
      throw RigError("the signal '" + given.name + "' is given twice");
    }
    bits_[index] = *bits;
  }

  // The selectors of what is given have to hold a value that selects it.
  void select() {
    for (std::size_t i = 0; i < message_.signals.size(); ++i) {
      if (!bits_[i]) {
        continue;
      }
      for (const DbcSignal* each = &message_.signals[i]; each->selection;
           each = &message_.signals[each->selection->selector]) {
        auto& selector = bits_[each->selection->selector];
        selector = selector.value_or(each->selection->ranges.front().first);
        if (!holds(*each->selection, *selector)) {
          throw RigError(fmt::format("'{}' is not there while '{}' is {}", each->name,
                                     message_.signals[each->selection->selector].name, *selector));
        }
      }
    }
  }

  [[nodiscard]] std::vector<std::uint8_t> data() const {
    std::vector<std::uint8_t> bytes(message_.length, 0);
    const auto put = [&](bool given) {
      for (std::size_t i = 0; i < message_.signals.size(); ++i) {
        const DbcSignal& signal = message_.signals[i];
        const auto start = signal.start_raw ? integer_bits(signal.field, *signal.start_raw) : std::nullopt;
        if (given && bits_[i]) {
          put_bits(signal.field, *bits_[i], bytes);
        } else if (!given && !bits_[i] && !signal.selection && start) {
          put_bits(signal.field, *start, bytes);
        }
      }
    };
    put(false);
    put(true);
    return bytes;
  }

 private:
  static std::string range_text(const DbcSignal& signal) {
    const unsigned bits = signal.field.is_signed ? signal.field.length - 1u : signal.field.length;
    const double low = signal.scale.apply(signal.field.is_signed ? -power_of_two(bits) : 0.0);
    const double high = signal.scale.apply(power_of_two(bits) - 1.0);
    return fmt::format("{} to {}", std::min(low, high), std::max(low, high));
  }

  const DbcMessage& message_;
  std::vector<std::optional<std::uint64_t>> bits_;
};
}  // namespace

void put_bits(const BitField& field, std::uint64_t bits, std::span<std::uint8_t> data) noexcept {
  const unsigned first = field.motorola ? field.network_start() : field.start;
  for (unsigned i = 0; i < field.length; ++i) {
    const unsigned place = first + i;
    const unsigned weight = field.motorola ? field.length - 1u - i : i;
    const unsigned in_byte = field.motorola ? 7u - place % 8u : place % 8u;
    if (place / 8 >= data.size()) {
      return;
    }
    auto& byte = data[place / 8];
    const auto mask = static_cast<std::uint8_t>(1u << in_byte);
    byte = static_cast<std::uint8_t>(((bits >> weight) & 1u) != 0 ? byte | mask : byte & ~mask);
  }
}

std::optional<std::uint64_t> bits_of(const DbcSignal& signal, double value) noexcept {
  const LinearScale& scale = signal.scale;
  const double raw = (value * scale.divisor - scale.addend) / scale.multiplier;
  if (!std::isfinite(raw)) {
    return std::nullopt;
  }
  switch (signal.number) {
    case DbcNumber::float32: {
      const auto narrow = static_cast<float>(raw);
      return std::isfinite(narrow) ? std::optional<std::uint64_t>(std::bit_cast<std::uint32_t>(narrow)) : std::nullopt;
    }
    case DbcNumber::float64:
      return std::bit_cast<std::uint64_t>(raw);
    case DbcNumber::integer:
      break;
  }
  return integer_bits(signal.field, raw);
}

std::vector<std::uint8_t> encode(const DbcMessage& message, std::span<const SignalValue> values) {
  Encoding encoding(message);
  for (const SignalValue& value : values) {
    encoding.give(value);
  }
  encoding.select();
  return encoding.data();
}

}  // namespace rig

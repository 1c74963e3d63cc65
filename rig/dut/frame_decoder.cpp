#include "rig/dut/frame_decoder.hpp"

#include <algorithm>

#include "rig/dut/dialect_fields.hpp"

namespace rig {
namespace {
struct PlainUnit {
  std::string_view from;
  std::string_view to;
  double factor = 1.0;
};
// Prefixes are taken out; a charge stays in Ah and a ratio in %, which is how a battery's engineer reads them.
constexpr PlainUnit plain_units[] = {{"mV", "V", 0.001},  {"kV", "V", 1000.0},   {"mA", "A", 0.001},
                                     {"kW", "W", 1000.0}, {"mAh", "Ah", 0.001},  {"kWh", "Wh", 1000.0},
                                     {"ms", "s", 0.001},  {"mOhm", "Ohm", 0.001}};

constexpr std::uint32_t limits_frame = 0x351;
constexpr std::uint32_t soc_frame = 0x355;
constexpr std::uint32_t measurement_frame = 0x356;

bool is_in_doubt(DialectDoubt doubt, std::uint32_t frame, std::string_view signal) {
  switch (doubt) {
    case DialectDoubt::voltage_scale:
    case DialectDoubt::voltage:
      return frame == measurement_frame && signal == "Voltage";
    case DialectDoubt::limit_scale:
      return frame == limits_frame && signal.ends_with("VoltageLimit");
    case DialectDoubt::soc_scale:
      return frame == soc_frame;
    default:
      return false;
  }
}
}  // namespace

DecodeContext DecodeContext::of(const DialectSigns& signs, std::optional<Dialect> chosen) {
  DecodeContext context;
  context.dialect = chosen ? *chosen : signs.dialect();
  context.doubt = chosen ? DialectDoubt::none : signs.doubt();
  context.tenths_of_volts = context.dialect == Dialect::sofar_amass && signs.counts_tenths_of_volts();
  context.charge_voltage_limit = signs.charge_voltage_limit();
  context.discharge_voltage_limit = signs.discharge_voltage_limit();
  return context;
}

FrameDecoder::FrameDecoder(const Dbc& dbc, DecodeContext context) : context_(context) {
  standard_.fill(-1);
  for (const DbcMessage& message : dbc.messages) {
    add(message);
  }
}

void FrameDecoder::add(const DbcMessage& message) {
  const bool by_dialect = context_.dialect.has_value() && !message.extended;
  const Dialect dialect = context_.dialect.value_or(Dialect::unknown);
  Entry entry;
  entry.message = &message;
  entry.has_meaning = !by_dialect || has_meaning(dialect, message.id);
  entry.shortest = by_dialect ? shortest_form(dialect, message.id).value_or(message.length) : message.length;
  const bool order_in_doubt =
      by_dialect && context_.doubt == DialectDoubt::byte_order &&
      (message.id == limits_frame || message.id == soc_frame || message.id == measurement_frame);
  entry.has_meaning = entry.has_meaning && !order_in_doubt;
  for (const DbcSignal& signal : message.signals) {
    if (!entry.has_meaning || (by_dialect && !has_meaning(dialect, message.id, signal.name))) {
      continue;
    }
    Field field{&signal, signal.scale, signal.unit};
    for (const PlainUnit& unit : plain_units) {
      if (signal.unit == unit.from) {
        field.scale = signal.scale.in_units_of(unit.factor);
        field.unit = unit.to;
      }
    }
    const bool is_voltage = by_dialect && message.id == measurement_frame && signal.name == "Voltage";
    if (is_voltage && context_.tenths_of_volts) {
      field.scale = field.scale.in_units_of(10.0);
    }
    field.is_withheld = by_dialect && is_in_doubt(context_.doubt, message.id, signal.name);
    field.is_marked = by_dialect && marks_unsupported(dialect) && is_dialect_frame(message.id) &&
                      signal.field.length == 16 && signal.number == DbcNumber::integer;
    entry.fields.push_back(field);
  }
  entry.quick = quick_fields(message, entry.fields);
  const std::size_t index = entries_.size();
  entries_.push_back(std::move(entry));
  if (message.extended) {
    extended_.try_emplace(message.id, index);
  } else if (message.id < standard_.size() && standard_[message.id] < 0) {
    standard_[message.id] = static_cast<std::int32_t>(index);
  }
}

std::vector<FrameDecoder::Quick> FrameDecoder::quick_fields(const DbcMessage& message,
                                                            const std::vector<Field>& fields) {
  std::vector<Quick> quick;
  for (const Field& field : fields) {
    const BitField& bits = field.signal->field;
    if (field.is_marked || field.is_withheld || field.signal->selection || bits.bytes_needed() > 8 ||
        field.signal->number != DbcNumber::integer || message.length > 8) {
      return {};
    }
    const unsigned above = bits.motorola ? bits.network_start() : 64u - bits.start - bits.length;
    const bool plain = field.scale.multiplier == 1.0 && field.scale.addend == 0.0 && field.scale.divisor == 1.0;
    quick.push_back({static_cast<std::uint8_t>(above), static_cast<std::uint8_t>(64u - bits.length), bits.motorola,
                     bits.is_signed, plain, field.scale});
  }
  return quick;
}

std::size_t FrameDecoder::decode_numbers(std::uint32_t id, bool extended, std::span<const std::uint8_t> data,
                                         std::span<double> values) const noexcept {
  const Entry* entry = find(id, extended);
  if (entry == nullptr || data.size() != 8 || entry->quick.size() > values.size()) {
    return 0;
  }
  std::uint64_t low_first = 0;
  std::uint64_t high_first = 0;
  for (unsigned i = 0; i < 8; ++i) {  // compilers make a load and a swap of it
    low_first |= std::uint64_t{data[i]} << (8 * i);
    high_first |= std::uint64_t{data[i]} << (56 - 8 * i);
  }
  double* into = values.data();
  for (const Quick& field : entry->quick) {
    const std::uint64_t top = (field.motorola ? high_first : low_first) << field.up;
    const double raw = field.is_signed ? static_cast<double>(static_cast<std::int64_t>(top) >> field.down)
                                       : static_cast<double>(top >> field.down);
    *into++ = field.is_plain ? raw : field.scale.apply(raw);
  }
  return entry->quick.size();
}

const FrameDecoder::Entry* FrameDecoder::find(std::uint32_t id, bool extended) const noexcept {
  if (extended) {
    const auto found = extended_.find(id);
    return found == extended_.end() ? nullptr : &entries_[found->second];
  }
  return id < standard_.size() && standard_[id] >= 0 ? &entries_[static_cast<std::size_t>(standard_[id])] : nullptr;
}

void FrameDecoder::decode(std::uint32_t id, bool extended, std::span<const std::uint8_t> data,
                          DecodedFrame& into) const {
  into.message = nullptr;
  into.has_meaning = into.is_short = false;
  into.signals.clear();
  into.implausible.clear();
  const Entry* entry = find(id, extended);
  if (entry == nullptr) {
    return;
  }
  into.message = entry->message;
  into.has_meaning = entry->has_meaning;
  into.is_short = data.size() < entry->shortest;
  for (const Field& field : entry->fields) {
    const DbcSignal& signal = *field.signal;
    if (signal.selection && !decode_is_selected(*entry->message, signal, data)) {
      continue;
    }
    DecodedSignal& decoded = into.signals.emplace_back(DecodedSignal{&signal, field.unit, std::nullopt});
    const auto bits = raw_bits(signal.field, data);
    const bool marked = bits && field.is_marked && *bits == (signal.field.is_signed ? 0x8000u : 0xFFFFu);
    if (bits && !marked && !field.is_withheld) {
      decoded.value = field.scale.apply(number_of(signal.field, signal.number, *bits));
    }
  }
  find_implausible(context_, into);
}

}  // namespace rig

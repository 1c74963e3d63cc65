#include <algorithm>

#include "rig/dut/dialect_signs.hpp"

// Do the numbers of the common frames make sense, by themselves and beside each other? Where they do so only when they
// are read otherwise, a set of frames is not what it looks like.
namespace rig {
namespace {
using Bytes = std::span<const std::uint8_t>;

constexpr std::array<std::string_view, static_cast<std::size_t>(DialectDoubt::count)> doubt_texts{
    "none",
    "the frames come with 29-bit identifiers",
    "the high byte comes first",
    "0x356 counts in 0.1 V",
    "the voltage of 0x356 contradicts the limits of 0x351",
    "the limits of 0x351 are ten times too high for the voltage of 0x356",
    "the state of charge of 0x355 is not in per cent",
    "the limits are those of a high-voltage stack",
    "0x35E says the names of two dialects",
};

// Above this no low-voltage pack asks to be charged (SELV ends at 60 V DC; 16 cells of 3.65 V are 58.4 V).
constexpr double low_voltage_ends = 100.0;
constexpr double highest_limit = 1000.0;    // V; 1500 V is the end of low-voltage directives, home storage ends at 1000
constexpr double highest_current = 2000.0;  // A; the captured stack of six allows 480 A
// A pack's voltage against its charge voltage limit, from cells that were forgotten (1.4 V) to one above its limit.
constexpr double lowest_part = 0.4;
constexpr double highest_part = 1.25;
constexpr double usual_charge_limit = 56.0;  // 16 cells, while no 0x351 was heard

constexpr unsigned unsigned_at(Bytes data, std::size_t byte, bool high_first) noexcept {
  const unsigned low = data[high_first ? byte + 1 : byte];
  const unsigned high = data[high_first ? byte : byte + 1];
  return low | (high << 8);
}
constexpr int signed_at(Bytes data, std::size_t byte, bool high_first) noexcept {
  const unsigned raw = unsigned_at(data, byte, high_first);
  return raw < 0x8000u ? static_cast<int>(raw) : static_cast<int>(raw) - 0x10000;
}

bool limits_make_sense(Bytes data, bool high_first) noexcept {
  const double charge = unsigned_at(data, 0, high_first) / 10.0;
  const double in = signed_at(data, 2, high_first) / 10.0;
  const double out = signed_at(data, 4, high_first) / 10.0;
  const double discharge = data.size() >= 8 ? unsigned_at(data, 6, high_first) / 10.0 : 0.0;
  return charge >= 10.0 && charge <= highest_limit && in >= 0.0 && in <= highest_current && out >= 0.0 &&
         out <= highest_current && discharge < charge && (discharge == 0.0 || discharge > 0.4 * charge);
}

bool soc_makes_sense(Bytes data, bool high_first) noexcept {
  return unsigned_at(data, 0, high_first) <= 110 && unsigned_at(data, 2, high_first) <= 130;
}

bool fits(double volts, double charge_limit) noexcept {
  return volts >= lowest_part * charge_limit && volts <= highest_part * charge_limit;
}
}  // namespace

std::string_view dialect_doubt_text(DialectDoubt doubt) noexcept {
  return doubt_texts[static_cast<std::size_t>(doubt)];
}

void DialectSigns::hear_limits(Bytes data) noexcept {
  if (data.size() < 6) {
    return;
  }
  const bool usual = limits_make_sense(data, false);
  limits_order_.count(usual, limits_make_sense(data, true));
  if (usual) {
    charge_limit_ = unsigned_at(data, 0, false) / 10.0;
    const double discharge = data.size() >= 8 ? unsigned_at(data, 6, false) / 10.0 : 0.0;
    discharge_limit_ = discharge > 0.0 ? std::optional(discharge) : std::nullopt;
    compare_voltages();
  }
}

void DialectSigns::hear_soc(Bytes data) noexcept {
  set(DialectSign::short_soc, data.size() == 4);
  set(DialectSign::full_soc, data.size() == 8);
  if (data.size() >= 4 && unsigned_at(data, 0, false) != 0xFFFFu) {  // that is SMA's mark of "not supported"
    soc_order_.count(soc_makes_sense(data, false), soc_makes_sense(data, true));
  }
}

void DialectSigns::hear_measurement(Bytes data) noexcept {
  set(DialectSign::short_measurement, data.size() == 6);
  set(DialectSign::full_measurement, data.size() == 8);
  if (data.size() >= 2) {
    raw_voltage_ = signed_at(data, 0, false);
    if (charge_limit_) {
      compare_voltages();
    }
  }
}

void DialectSigns::compare_voltages() noexcept {
  if (!raw_voltage_ || !charge_limit_ || *raw_voltage_ == 0) {
    return;
  }
  const auto raw = static_cast<unsigned>(*raw_voltage_) & 0xFFFFu;
  const double swapped = static_cast<double>(((raw & 0xFFu) << 8) | (raw >> 8)) / 100.0;
  const bool usual = fits(*raw_voltage_ / 100.0, *charge_limit_);
  const bool tenths = fits(*raw_voltage_ / 10.0, *charge_limit_);
  voltage_scale_.count(usual, tenths);
  voltage_order_.count(usual || tenths, fits(swapped, *charge_limit_));
}

bool DialectSigns::cells_fit() const noexcept {
  if (cells_in_series_ == 0 || !charge_limit_) {
    return true;  // nothing is known that could contradict
  }
  const double cell = *charge_limit_ / cells_in_series_;
  return cell >= 2.5 && cell <= 4.5;
}

bool DialectSigns::is_48_volts() const noexcept {
  return raw_voltage_ && fits(*raw_voltage_ / 100.0, usual_charge_limit);
}

// In turn, not once: a single frame may be garbled or left from another pack.
bool DialectSigns::has_two_names() const noexcept {
  const std::uint64_t rarer = std::min(named_sofar_, named_pylon_);
  return rarer >= 2 && rarer * 4 >= std::max(named_sofar_, named_pylon_);
}

// 53.20 V with limits of 561 V may be a pack of 48 V that counts its limits otherwise, or a stack of 532 V: then only
// the count of cells tells.
bool DialectSigns::counts_tenths_of_volts() const noexcept {
  return by_frames_ == Dialect::sofar_amass && charge_limit_ && *charge_limit_ > low_voltage_ends && cells_fit() &&
         (cells_in_series_ > 0 || !is_48_volts()) && voltage_scale_.speaks_against();
}

DialectDoubt DialectSigns::doubt() const noexcept {
  std::uint64_t standard = 0;
  for (const FrameCount& f : frames_) {
    standard += f.count;
  }
  if (extended_frames_ > standard) {
    return DialectDoubt::extended_ids;
  }
  if (has_two_names()) {
    return DialectDoubt::two_names;
  }
  if (limits_order_.speaks_against() || soc_order_.speaks_against() || voltage_order_.speaks_against()) {
    return DialectDoubt::byte_order;
  }
  if (soc_order_.neither > soc_order_.usual) {
    return DialectDoubt::soc_scale;
  }
  return counts_tenths_of_volts() ? DialectDoubt::none : voltage_doubt();
}

DialectDoubt DialectSigns::voltage_doubt() const noexcept {
  if (!charge_limit_) {
    const bool tenths = raw_voltage_ && !is_48_volts() && fits(*raw_voltage_ / 10.0, usual_charge_limit);
    return tenths ? DialectDoubt::voltage_scale : DialectDoubt::none;
  }
  const bool high = *charge_limit_ > low_voltage_ends;
  if (voltage_scale_.speaks_against()) {
    return high && is_48_volts() ? DialectDoubt::limit_scale : DialectDoubt::voltage_scale;
  }
  if (voltage_scale_.neither > voltage_scale_.usual) {
    return DialectDoubt::voltage;
  }
  return high && by_frames_ == Dialect::pylon_v12 ? DialectDoubt::high_voltage : DialectDoubt::none;
}

}  // namespace rig

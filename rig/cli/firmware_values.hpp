#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "rig/bench/bench_config.hpp"
#include "rig/core/quantity.hpp"

namespace rig::cli {

// One number, switch or word of the virtual pack's firmware, as `gtxrig list firmware` shows it.
struct FirmwareValue {
  enum class Kind : std::uint8_t { number, whole, truth, word };
  std::string name;  // "pack_ov.threshold"; a bench file has it below dut.firmware
  Kind kind = Kind::number;
  std::string text;                // "56 V", as it stands now
  QuantityValue quantity;          // of number and whole
  std::vector<std::string> words;  // that a word can be
  std::string help;
};

// All of the bench's pack, in the order of the list. Mistakes go to `diagnostics`.
std::vector<FirmwareValue> firmware_values(const BenchConfig& bench, Diagnostics& diagnostics);

// "--set" without its option: "dut.firmware.pack_ov.threshold=56.3 V".
std::string firmware_override(const std::string& name, const std::string& value);
// The value as text that reads back: seven digits, so that a sum shows no rounding of doubles.
std::string value_text(double value, Dimension dimension);

// `*` stands for any text, also none: "alarm_*.threshold".
bool matches(std::string_view pattern, std::string_view text);

}  // namespace rig::cli

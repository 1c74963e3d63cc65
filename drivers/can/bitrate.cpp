#include "drivers/can/bitrate.hpp"

#include <charconv>
#include <nlohmann/json.hpp>

namespace rig {
namespace can {

std::string bitrate_text(std::uint32_t value) {
  constexpr std::uint32_t mega = 1'000'000, kilo = 1'000;
  if (value >= mega && value % mega == 0) {
    return std::to_string(value / mega) + "M";
  }
  return value >= kilo && value % kilo == 0 ? std::to_string(value / kilo) + "k" : std::to_string(value);
}

}  // namespace can

bool Codec<can::Bitrate>::read(const Node& node, can::Bitrate& out, Diagnostics& diagnostics) {
  std::string text;
  if (!detail::read_string(node, text, diagnostics)) {
    return false;
  }
  std::uint64_t value = 0;
  const char* const stop = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), stop, value);
  const std::string unit(end, stop);
  const std::uint64_t factor = unit.empty() ? 1 : unit == "k" ? 1'000 : unit == "M" ? 1'000'000 : 0;
  constexpr std::uint64_t lowest = 10'000, highest = 8'000'000;
  if (error != std::errc{} || factor == 0 || value > highest || value * factor < lowest || value * factor > highest) {
    diagnostics.error(node.mark,
                      "expected a bit rate from 10k to 1M (8M for the data of FD frames), found '" + text + "'",
                      "write 500k, 1M or 83333, in bit/s");
    return false;
  }
  out.value = static_cast<std::uint32_t>(value * factor);
  return true;
}

Schema Codec<can::Bitrate>::schema() {
  return nlohmann::json{{"type", {"integer", "string"}}, {"pattern", "^[0-9]+[kM]?$"}};
}

void Codec<can::Bitrate>::list(const std::string& path, const can::Bitrate& value, std::vector<ListedValue>& out,
                               const FieldOptions& options) {
  out.push_back({path, can::bitrate_text(value.value), "bit/s", options.help, options.origin});
}

}  // namespace rig

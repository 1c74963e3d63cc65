#include "drivers/sim/wire_faults.hpp"

#include <algorithm>
#include <array>

#include "rig/core/error.hpp"
#include "rig/core/quantity.hpp"

namespace rig::sim {
namespace {

struct Name {
  const char* text;
  LinkFault kind;
  bool takes_delay;
  Duration usual;
};
constexpr std::array names{
    Name{"clear", LinkFault::none, false, {}},
    Name{"silence", LinkFault::silence, false, {}},
    Name{"half", LinkFault::half, false, {}},
    Name{"garbage", LinkFault::garbage, false, {}},
    Name{"slow", LinkFault::slow, true, std::chrono::milliseconds(500)},
    Name{"split", LinkFault::split, true, std::chrono::milliseconds(20)},
    Name{"merge", LinkFault::merge, false, {}},
    Name{"nul", LinkFault::nul, false, {}},
    Name{"wrong_unit", LinkFault::wrong_unit, false, {}},
    Name{"closed", LinkFault::closed, false, {}},
    Name{"refuse", LinkFault::refuse, false, {}},
};

Duration delay_of(const std::string& text) {
  const auto value = parse_quantity(text);
  const auto* time = std::get_if<QuantityValue>(&value);
  if (time == nullptr || time->dimension != dimension::time || time->value < 0 || time->value > 3600) {
    throw RigError("'" + text + "' is no delay", "", "write it like \"200 ms\"");
  }
  return from_seconds(time->value);
}

}  // namespace

std::optional<LinkFaults> link_fault(const std::string& kind, const std::vector<std::string>& arguments) {
  const auto* const name = std::find_if(names.begin(), names.end(), [&](const Name& n) { return kind == n.text; });
  if (name == names.end()) {
    return std::nullopt;
  }
  LinkFaults faults{name->kind, name->usual};
  if (name->takes_delay && !arguments.empty()) {
    std::string text;
    for (const std::string& part : arguments) {
      text += (text.empty() ? "" : " ") + part;
    }
    faults.delay = delay_of(text);
  }
  return faults;
}

std::vector<std::string> link_fault_names() {
  std::vector<std::string> out;
  for (const Name& name : names) {
    out.emplace_back(name.text);
  }
  return out;
}

std::string spoilt(LinkFault fault, const std::string& answer) {
  std::string out = answer;
  if (fault == LinkFault::half) {
    out.resize(answer.size() / 2);
  } else if (fault == LinkFault::nul && !answer.empty()) {
    out.append(3, '\0');
  } else if (fault == LinkFault::garbage && !answer.empty()) {
    // Seven bits, so that a text protocol reads it as text; the end stays, so that it is taken for an answer at all.
    const std::size_t kept = answer.ends_with("\r\n") ? 2 : 1;
    for (std::size_t i = 0; i + kept < out.size(); ++i) {
      out[i] = static_cast<char>(0x21 + (std::size_t{static_cast<unsigned char>(out[i])} * 37 + i * 11 + 5) % 90);
    }
  }
  return out;
}

}  // namespace rig::sim

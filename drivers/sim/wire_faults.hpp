#pragma once
#include <optional>
#include <string>
#include <vector>

#include "rig/core/time.hpp"

namespace rig::sim {

// What a cable, a switch or a crashed firmware does to the bytes of a link, whatever is spoken over it.
enum class LinkFault : std::uint8_t {
  none,
  silence,     // the box hears nothing and says nothing; the link stays up
  half,        // the first half of each answer and no more
  garbage,     // as many bytes, but not these
  slow,        // each answer comes later by `delay`
  split,       // each answer in two pieces, `delay` apart
  merge,       // an answer is held back and comes together with the next one
  nul,         // NUL bytes behind each answer
  wrong_unit,  // right number, wrong unit; with Modbus another unit id
  closed,      // connections are closed, new ones too
  refuse       // nobody listens
};

struct LinkFaults {
  LinkFault kind = LinkFault::none;
  Duration delay{};
};

// "slow 200 ms" as kind and arguments; nothing when it is no fault of a link. Throws RigError for a bad delay.
std::optional<LinkFaults> link_fault(const std::string& kind, const std::vector<std::string>& arguments);
// All that link_fault() knows, and `clear`.
std::vector<std::string> link_fault_names();
// What comes out of the cable instead of `answer`.
std::string spoilt(LinkFault fault, const std::string& answer);

}  // namespace rig::sim

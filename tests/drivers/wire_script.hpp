#pragma once
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "rig/instrument/transport.hpp"

namespace rig::testing {

// What goes over a link in hexadecimal, request and answer. The answers "timeout" and "closed" stand for themselves; an
// empty request continues the answer of the entry before.
using Dialogue = std::vector<std::pair<std::string, std::string>>;

inline std::string transcript(const Dialogue& dialogue) {
  std::string out;
  for (const auto& [sent, answered] : dialogue) {
    out += sent.empty() ? "" : "> " + sent + "\n";
    const bool is_silence = answered == "timeout" || answered == "closed";
    out += answered.empty() ? "" : (is_silence ? "! " : "< ") + answered + "\n";
  }
  return out;
}

// What kind of LinkError `act` throws, and its words.
template <class Act>
std::pair<LinkTrouble, std::string> trouble_of(const Act& act) {
  try {
    act();
  } catch (const LinkError& error) {
    return {error.trouble(), error.what()};
  }
  ADD_FAILURE() << "nothing was thrown";
  return {LinkTrouble::unreachable, ""};
}

}  // namespace rig::testing

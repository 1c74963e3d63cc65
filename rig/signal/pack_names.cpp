#include "rig/signal/pack_names.hpp"

#include <cctype>

namespace rig {
namespace {

bool of_each(std::string_view instance) { return instance == "pack" || instance == "dut" || instance == "model"; }
// The first pack's have no number.
bool of_later(std::string_view instance) { return instance == "io" || instance == "lights"; }

bool is_part_of_name(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.'; }

}  // namespace

std::string PackNames::name(std::string_view signal) const {
  const std::size_t dot = signal.find('.');
  const std::string_view instance = signal.substr(0, dot);
  const bool numbered =
      dot != std::string_view::npos && ((position_ > 0 && of_each(instance)) || (position_ > 1 && of_later(instance)));
  std::string result(signal);
  return numbered ? result.insert(dot, std::to_string(position_)) : result;
}

std::string PackNames::text(std::string_view sentence) const {
  std::string result;
  std::size_t i = 0;
  while (i < sentence.size()) {
    std::size_t end = i;
    while (end < sentence.size() && is_part_of_name(sentence[end])) {
      ++end;
    }
    // A full stop behind a word is no part of a name.
    while (end > i && sentence[end - 1] == '.') {
      --end;
    }
    if (end == i) {
      result += sentence[end++];
    } else {
      result += name(sentence.substr(i, end - i));
    }
    i = end;
  }
  return result;
}

}  // namespace rig

#include "rig/core/diagnostic.hpp"

#include <algorithm>
#include <utility>

#include "rig/core/files.hpp"

namespace rig {
namespace {

constexpr std::size_t widest = 120;  // longer lines are cut around the caret

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xC0u) == 0x80u; }

std::string_view line_of(std::string_view text, int line) {
  for (int i = 1; i < line; ++i) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) {
      return {};
    }
    text.remove_prefix(end + 1);
  }
  text = text.substr(0, text.find('\n'));
  return text.ends_with('\r') ? text.substr(0, text.size() - 1) : text;
}

// What a terminal would obey, and what is no UTF-8, is shown as '?', one for each byte.
std::string printable(std::string text) {
  while (true) {
    const auto fault = text_fault(text);
    if (!fault.has_value()) {
      return text;
    }
    text[static_cast<std::size_t>(fault->column - 1)] = '?';
  }
}

// The line and a caret below it; a tab is repeated in the caret's line so that both are shown alike.
std::string excerpt(const SourceMark& mark) {
  const std::string_view line = line_of(mark.source->text, mark.line);
  const std::size_t caret = std::min(static_cast<std::size_t>(std::max(mark.column - 1, 0)), line.size());
  std::size_t begin = 0;
  std::size_t end = line.size();
  if (line.size() > widest) {
    begin = caret > widest / 2 ? std::min(caret - widest / 2, line.size() - widest) : 0;
    end = begin + widest;
    while (begin > 0 && continues_character(line[begin])) {
      --begin;
    }
    while (end < line.size() && continues_character(line[end])) {
      ++end;
    }
  }
  const std::string_view before = begin > 0 ? "..." : "";
  std::string shown = "    " + std::string(before) + printable(std::string(line.substr(begin, end - begin)));
  shown += end < line.size() ? "...\n" : "\n";
  std::string pointer = "    " + std::string(before.size(), ' ');
  for (std::size_t i = begin; i < caret; ++i) {
    if (!continues_character(line[i])) {
      pointer.push_back(line[i] == '\t' ? '\t' : ' ');
    }
  }
  return shown + pointer + "^\n";
}

char folded(char c) {
  if (c >= 'A' && c <= 'Z') {
    return static_cast<char>(c - 'A' + 'a');
  }
  return c == '-' || c == ' ' ? '_' : c;
}

std::string folded(std::string_view word) {
  std::string result;
  for (const char c : word) {
    result.push_back(folded(c));
  }
  return result;
}

// Damerau-Levenshtein (optimal string alignment): one each for a missing, added, wrong or two swapped letters.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) {
    row[j] = j;
  }
  for (std::size_t i = 1; i <= a.size(); ++i) {
    before_last.swap(last);
    last.swap(row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before_last[j - 2] + 1);
      }
    }
  }
  return row[b.size()];
}

std::size_t slips_allowed(std::size_t length) { return length <= 2 ? 0 : length <= 5 ? 1 : length <= 8 ? 2 : 3; }

}  // namespace

std::string SourceMark::where() const {
  const std::string name = source ? source->name : std::string();
  return line > 0 ? name + ":" + std::to_string(line) + ":" + std::to_string(column) : name;
}

void Diagnostics::error(SourceMark mark, std::string message, std::string hint) {
  ++errors_;  // also when it is known: who counts wants to hear that it failed
  if (told_.insert(mark.where() + ": " + message).second) {
    list_.push_back({Severity::error, std::move(mark), std::move(message), std::move(hint)});
  }
}

void Diagnostics::warning(SourceMark mark, std::string message, std::string hint) {
  list_.push_back({Severity::warning, std::move(mark), std::move(message), std::move(hint)});
}

std::string Diagnostics::render() const {
  std::string result;
  for (const Diagnostic& diagnostic : list_) {
    result += rig::render(diagnostic);
  }
  return result;
}

void Diagnostics::throw_if_errors() const {
  if (has_errors()) {
    std::string text = render();
    text.pop_back();  // the last end of line: whoever prints the error adds one
    throw InputError(text, list_);
  }
}

std::string render(const Diagnostic& diagnostic) {
  const std::string where = diagnostic.mark.where();
  std::string result = where.empty() ? "" : where + ": ";
  result += diagnostic.severity == Severity::error ? "error: " : "warning: ";
  result += diagnostic.message + (diagnostic.hint.empty() ? "" : "; " + diagnostic.hint) + "\n";
  if (diagnostic.mark.source && diagnostic.mark.line > 0) {
    result += excerpt(diagnostic.mark);
  }
  return result;
}

std::string nearest(std::string_view word, std::span<const std::string> candidates) {
  const std::string wanted = folded(word);
  const std::string* best = nullptr;
  std::pair<std::size_t, std::size_t> best_distance{};  // ignoring case and '-', then exact
  for (const std::string& candidate : candidates) {
    const std::size_t longer = std::max(word.size(), candidate.size());
    const std::size_t allowed = slips_allowed(longer);
    if (longer - std::min(word.size(), candidate.size()) > allowed) {
      continue;
    }
    const std::pair distance{edit_distance(wanted, folded(candidate)), edit_distance(word, candidate)};
    if (distance.first <= allowed && (best == nullptr || distance < best_distance)) {
      best = &candidate;
      best_distance = distance;
    }
  }
  return best == nullptr ? std::string() : *best;
}

std::string suggestion(std::string_view word, std::span<const std::string> candidates) {
  const std::string near = nearest(word, candidates);
  if (!near.empty()) {
    return "did you mean '" + near + "'?";
  }
  constexpr std::size_t most = 24;
  std::string result;
  for (std::size_t i = 0; i < std::min(candidates.size(), most); ++i) {
    result += (i == 0 ? "known: " : ", ") + candidates[i];
  }
  return candidates.size() > most ? result + ", ..." : result;
}

}  // namespace rig

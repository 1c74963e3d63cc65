#include "rig/core/document.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "rig/core/yaml_tree.hpp"

namespace rig {
namespace {

// One part of an override's path: "name" or "[3]".
struct PathStep {
  std::string text;
  bool index = false;
  SourceMark mark;
};

// Cuts "a.b[0].c" into its parts; false when it has no such form.
bool split_path(std::string_view path, const SourceMark& begin, std::vector<PathStep>& steps,
                Diagnostics& diagnostics) {
  constexpr std::string_view form = "a path looks like a.b[0].c";
  for (std::size_t at = 0; at <= path.size();) {
    const SourceMark here = begin.shifted(static_cast<int>(at));
    if (at < path.size() && path[at] == '[' && !steps.empty()) {
      const std::size_t end = path.find(']', at);
      if (end == std::string_view::npos) {
        diagnostics.error(here, "this '[' has no ']'", std::string(form));
        return false;
      }
      steps.push_back({std::string(path.substr(at + 1, end - at - 1)), true, here.shifted(1)});
      at = end + 1;
      if (at < path.size() && path[at] == '.') {
        ++at;
      } else if (at == path.size()) {
        return true;
      } else if (path[at] != '[') {
        diagnostics.error(begin.shifted(static_cast<int>(at)), "a '.' is missing here", std::string(form));
        return false;
      }
      continue;
    }
    const std::size_t end = std::min(path.find_first_of(".[", at), path.size());
    if (end == at) {
      diagnostics.error(here, "a name is missing here", std::string(form));
      return false;
    }
    steps.push_back({std::string(path.substr(at, end - at)), false, here});
    if (end == path.size()) {
      return true;
    }
    at = path[end] == '.' ? end + 1 : end;
  }
  return true;
}

// The item that a step names, or null after a diagnostic.
Node* item_of(Node& list, const PathStep& step, Diagnostics& diagnostics) {
  std::size_t index = 0;
  const char* const end = step.text.data() + step.text.size();
  const auto [stop, code] = std::from_chars(step.text.data(), end, index);
  if (code != std::errc{} || stop != end) {
    diagnostics.error(step.mark, "'" + step.text + "' names an item of a list", "items are counted from 0");
    return nullptr;
  }
  if (index >= list.items.size()) {
    diagnostics.error(step.mark, "the list has " + std::to_string(list.items.size()) + " items",
                      "they are counted from 0");
    return nullptr;
  }
  return &list.items[index];
}

// The value that one or more steps from `first` on name in a mapping; makes the key when there is none.
Node* member_of(Node& mapping, const std::vector<PathStep>& steps, std::size_t& first) {
  std::size_t names = first;
  while (names < steps.size() && !steps[names].index) {
    ++names;
  }
  for (std::size_t end = names; end > first; --end) {
    std::string key = steps[first].text;
    for (std::size_t i = first + 1; i < end; ++i) {
      key += "." + steps[i].text;
    }
    if (Node* found = mapping.find(key)) {
      first = end;
      return found;
    }
  }
  Node key;
  key.kind = Node::Kind::scalar;
  key.mark = steps[first].mark;
  key.scalar = steps[first].text;
  Node value;
  value.mark = key.mark;
  ++first;
  mapping.members.emplace_back(std::move(key), std::move(value));
  return &mapping.members.back().second;
}

Node* descend(Node& root, const std::vector<PathStep>& steps, Diagnostics& diagnostics) {
  Node* node = &root;
  for (std::size_t at = 0; at < steps.size();) {
    const PathStep& step = steps[at];
    if (node->is_null() && !step.index) {
      node->kind = Node::Kind::mapping;
    }
    if (node->is_mapping() && !step.index) {
      node = member_of(*node, steps, at);
    } else if (node->is_sequence()) {
      node = item_of(*node, step, diagnostics);
      ++at;
    } else {
      diagnostics.error(step.mark, "'" + step.text + "' leads nowhere: what stands before it is " +
                                       std::string(kind_name(node->kind)));
      return nullptr;
    }
    if (node == nullptr) {
      return nullptr;
    }
  }
  return node;
}

}  // namespace

std::string_view kind_name(Node::Kind kind) {
  switch (kind) {
    case Node::Kind::null:
      return "nothing";
    case Node::Kind::scalar:
      return "a single value";
    case Node::Kind::sequence:
      return "a list";
    case Node::Kind::mapping:
      return "a mapping";
  }
  return "";
}

Node* Node::find(std::string_view key) { return const_cast<Node*>(std::as_const(*this).find(key)); }

const Node* Node::find(std::string_view key) const {
  const auto found =
      std::find_if(members.begin(), members.end(), [&](const Member& m) { return m.first.scalar == key; });
  return found == members.end() ? nullptr : &found->second;
}

Node parse_yaml(std::shared_ptr<const SourceText> source, Diagnostics& diagnostics) {
  const std::size_t byte_order_mark = source->text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  Node root;
  if (parse_tree(source, byte_order_mark, root, diagnostics) && root.is_null()) {
    diagnostics.error({source, 0, 0}, "the file is empty");
  }
  return root;
}

bool has_unbalanced_parentheses(std::string_view text) {
  int open = 0;
  for (const char c : text) {
    open += c == '(' ? 1 : c == ')' ? -1 : 0;
    if (open < 0) {
      return true;
    }
  }
  return open != 0;
}

bool looks_split_at_comma(const Node& mapping) {
  return std::any_of(mapping.members.begin(), mapping.members.end(), [](const Node::Member& member) {
    return !member.first.quoted && has_unbalanced_parentheses(member.first.scalar);
  });
}

void set_path(Node& root, const std::string& assignment, const std::string& option, Diagnostics& diagnostics) {
  const std::size_t equals = assignment.find('=');
  const std::string path = assignment.substr(0, equals);
  const auto source = std::make_shared<const SourceText>(
      SourceText{option + " " + path + (equals == std::string::npos ? "" : "=..."), assignment});
  const SourceMark begin{source, 1, 1};
  if (equals == std::string::npos || assignment.find('\n') < equals) {
    diagnostics.error(begin, "an override is written path=value", "such as " + option + " dut.firmware.x=12.5 V");
    return;
  }
  std::vector<PathStep> steps;
  if (!split_path(path, begin, steps, diagnostics)) {
    return;
  }
  if (assignment.find_first_not_of(" \t\r\n", equals + 1) == std::string::npos) {
    diagnostics.error(begin.shifted(static_cast<int>(equals + 1)), "the value is missing",
                      "\"\" is an empty text, ~ is nothing");
    return;
  }
  constexpr std::size_t deepest = 64;
  if (steps.size() > deepest) {
    diagnostics.error(begin, "this path is longer than 64 names");
    return;
  }
  Node value;
  if (!parse_tree(source, equals + 1, value, diagnostics)) {
    return;
  }
  if (value.is_null()) {
    value.mark = begin.shifted(static_cast<int>(equals + 1));
  }
  if (Node* target = descend(root, steps, diagnostics)) {
    *target = std::move(value);
  }
}

}  // namespace rig

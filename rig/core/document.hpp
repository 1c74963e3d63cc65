#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rig/core/diagnostic.hpp"

namespace rig {

// A YAML document as a tree that keeps the place of everything. Aliases are expanded (a loop, more than 64 levels or
// more than 200,000 nodes is an error), duplicate keys and multiple documents are errors.
class Node {
 public:
  enum class Kind { null, scalar, sequence, mapping };
  struct Member;

  Kind kind = Kind::null;
  SourceMark mark;  // where the content begins: behind an opening quote, an anchor or a tag; of an empty value, its key
  std::string scalar;
  bool quoted = false;  // "57" is text, 57 is a number
  std::vector<Node> items;
  std::vector<Member> members;

  [[nodiscard]] bool is_null() const noexcept { return kind == Kind::null; }
  [[nodiscard]] bool is_scalar() const noexcept { return kind == Kind::scalar; }
  [[nodiscard]] bool is_sequence() const noexcept { return kind == Kind::sequence; }
  [[nodiscard]] bool is_mapping() const noexcept { return kind == Kind::mapping; }
  [[nodiscard]] const Node* find(std::string_view key) const;
  [[nodiscard]] Node* find(std::string_view key);
};

// Not a std::pair: a pair of an incomplete type inside Node is beyond what clang accepts.
struct Node::Member {
  Node first;   // key
  Node second;  // value
};

std::string_view kind_name(Node::Kind kind);

// Parses one document; mistakes go to `diagnostics` and the result is then a null node.
Node parse_yaml(std::shared_ptr<const SourceText> source, Diagnostics& diagnostics);

// A flow mapping such as `{ that: max(a, b) > 3 V }` ends the value at the comma and makes a key of "b) > 3 V". True
// when a key has unbalanced parentheses: the expression wants quotes.
bool looks_split_at_comma(const Node& mapping);
bool has_unbalanced_parentheses(std::string_view text);

// An override "a.b.c=value" from the command line: sets the value at the path, making mappings on the way. Items of
// a list are "list[0]" or "list.0". A key that holds dots itself ("supply.voltage_set") is found when it exists. Value
// is YAML text. The marks of what it sets point into the assignment, named after `option`, such as "--set".
void set_path(Node& root, const std::string& assignment, const std::string& option, Diagnostics& diagnostics);

}  // namespace rig

#include "rig/core/yaml_tree.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <sstream>

#include "rig/core/files.hpp"

namespace rig {
namespace {

constexpr std::size_t deepest = 64;
constexpr std::size_t most_nodes = 200'000;
constexpr std::size_t most_bytes = 16u << 20;  // of text once aliases are expanded

// Leaves the parser at once: what follows would only cost memory.
struct Refused {
  SourceMark mark;
  std::string message;
  std::string hint;
};

// Places in the text: yaml-cpp counts bytes from 0 and marks a node at its anchor, tag or quote.
class Places {
 public:
  Places(std::shared_ptr<const SourceText> source, std::size_t begin) : source_(std::move(source)), begin_(begin) {
    lines_.push_back(0);
    for (std::size_t i = 0; i < text().size(); ++i) {
      if (text()[i] == '\n') {
        lines_.push_back(i + 1);
      }
    }
  }

  [[nodiscard]] const std::string& text() const { return source_->text; }
  [[nodiscard]] std::size_t offset(const YAML::Mark& mark) const {
    if (mark.line < 0 || static_cast<std::size_t>(mark.line) >= lines_.size()) {
      return text().size();
    }
    const auto column = static_cast<std::size_t>(std::max(mark.column, 0)) + (mark.line == 0 ? begin_ : 0);
    return std::min(lines_[static_cast<std::size_t>(mark.line)] + column, text().size());
  }
  [[nodiscard]] SourceMark mark(std::size_t at) const {
    const auto line = std::upper_bound(lines_.begin(), lines_.end(), at) - 1;
    return {source_, static_cast<int>(line - lines_.begin()) + 1, static_cast<int>(at - *line) + 1};
  }
  [[nodiscard]] SourceMark whole() const { return {source_, 0, 0}; }

  // Behind anchors and tags.
  [[nodiscard]] std::size_t content(const YAML::Mark& mark) const {
    std::size_t at = offset(mark);
    while (at < text().size() && (text()[at] == '&' || text()[at] == '!')) {
      at = skip_space(std::min(text().find_first_of(" \t\r\n", at), text().size()));
    }
    return at;
  }
  // Behind the opening quote, or on the first line of a block of text.
  [[nodiscard]] std::size_t quoted_content(const YAML::Mark& mark) const {
    const std::size_t at = content(mark);
    if (at < text().size() && (text()[at] == '"' || text()[at] == '\'')) {
      return at + 1;
    }
    if (at < text().size() && (text()[at] == '|' || text()[at] == '>')) {
      const std::size_t first = text().find_first_not_of(" \t\r\n", std::min(text().find('\n', at), text().size()));
      return first == std::string::npos ? at : first;
    }
    return at;
  }
  // Whether the quote at `at` has an end; true where none begins.
  [[nodiscard]] bool closes_quote(std::size_t at) const {
    const char quote = at < text().size() ? text()[at] : ' ';
    if (quote != '"' && quote != '\'') {
      return true;
    }
    for (std::size_t i = at + 1; i < text().size(); ++i) {
      if (quote == '"' && text()[i] == '\\') {
        ++i;
      } else if (text()[i] == quote) {
        if (quote == '"' || i + 1 == text().size() || text()[i + 1] != quote) {
          return true;
        }
        ++i;  // '' is an apostrophe
      }
    }
    return false;
  }
  // An item left empty is marked at whatever follows it; go back to its dash or comma.
  [[nodiscard]] std::size_t empty_item(const YAML::Mark& mark) const {
    const std::size_t at = offset(mark);
    if (at < text().size() && (text()[at] == '~' || text()[at] == 'n' || text()[at] == 'N')) {
      return at;
    }
    const std::size_t last = at == 0 ? std::string::npos : text().find_last_not_of(" \t\r\n", at - 1);
    return last == std::string::npos ? at : last;
  }

 private:
  [[nodiscard]] std::size_t skip_space(std::size_t at) const {
    while (at < text().size() &&
           (text()[at] == ' ' || text()[at] == '\t' || text()[at] == '\r' || text()[at] == '\n' || text()[at] == '#')) {
      at = text()[at] == '#' ? std::min(text().find('\n', at), text().size()) : at + 1;
    }
    return at;
  }

  std::shared_ptr<const SourceText> source_;
  std::size_t begin_;
  std::vector<std::size_t> lines_;
};

// The document as it stands, aliases not yet expanded: no larger than its text.
struct Raw {
  Node::Kind kind = Node::Kind::null;
  SourceMark mark;
  std::string scalar;
  bool quoted = false;
  bool open = false;  // being expanded, so that an alias to it is a loop
  std::size_t alias_of = no_alias;
  std::vector<std::size_t> children;  // of a mapping: key, value, key, value ...
  static constexpr std::size_t no_alias = static_cast<std::size_t>(-1);
};

bool is_text_tag(const std::string& tag) { return tag == "!" || tag == "tag:yaml.org,2002:str"; }
bool is_known_tag(const std::string& tag) {
  constexpr std::array<std::string_view, 5> plain{"int", "float", "bool", "seq", "map"};
  constexpr std::string_view prefix = "tag:yaml.org,2002:";
  return tag.empty() || tag == "?" || is_text_tag(tag) ||
         (tag.starts_with(prefix) && std::find(plain.begin(), plain.end(), tag.substr(prefix.size())) != plain.end());
}

class TreeBuilder final : public YAML::EventHandler {
 public:
  TreeBuilder(const Places& places, Diagnostics& diagnostics) : places_(places), diagnostics_(diagnostics) {}

  [[nodiscard]] bool empty() const { return nodes_.empty() || nodes_.front().kind == Node::Kind::null; }
  Node tree() { return expand(0, 0); }
  // Only once all was parsed: yaml-cpp also makes a key of a list that has no end, and then fails on it.
  void report_odd_keys() {
    for (const SourceMark& mark : odd_keys_) {
      diagnostics_.error(mark, "a key must be a plain text", "quote it if it is meant as a text");
    }
  }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (!started_) {
      started_ = true;
      return;
    }
    const std::size_t at = places_.offset(mark);
    if (places_.text().compare(at, 3, "---") == 0) {
      throw Refused{places_.mark(at), "a second document begins here", "a file holds one document"};
    }
    throw Refused{places_.mark(at), "this does not belong to what stands before it", "check quotes and indentation"};
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Raw raw;
    raw.mark = places_.mark(places_.empty_item(mark));
    if (expects_value()) {
      raw.mark = nodes_[nodes_[frames_.back().node].children.back()].mark;
    }
    add(std::move(raw), anchor);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Raw raw;
    raw.mark = places_.mark(places_.offset(mark));
    const auto target = anchors_.find(anchor);
    if (target == anchors_.end()) {
      throw Refused{raw.mark, "this alias has no anchor", ""};
    }
    raw.alias_of = target->second;
    add(std::move(raw), 0);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    check_tag(mark, tag);
    Raw raw;
    raw.kind = Node::Kind::scalar;
    raw.quoted = is_text_tag(tag);
    raw.mark = places_.mark(raw.quoted ? places_.quoted_content(mark) : places_.content(mark));
    if (raw.quoted) {
      check_quoted(places_.content(mark), value, raw.mark);
    }
    raw.scalar = value;
    add(std::move(raw), anchor);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    begin(mark, tag, anchor, Node::Kind::sequence);
  }
  void OnSequenceEnd() override { frames_.pop_back(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    begin(mark, tag, anchor, Node::Kind::mapping);
  }
  void OnMapEnd() override { frames_.pop_back(); }

 private:
  struct Frame {
    std::size_t node;
    std::map<std::string, SourceMark> keys;
  };

  [[nodiscard]] bool in_mapping() const {
    return !frames_.empty() && nodes_[frames_.back().node].kind == Node::Kind::mapping;
  }
  [[nodiscard]] bool expects_key() const {
    return in_mapping() && nodes_[frames_.back().node].children.size() % 2 == 0;
  }
  [[nodiscard]] bool expects_value() const { return in_mapping() && !expects_key(); }

  // yaml-cpp takes the end of the file for a missing quote, and "\a" for a text; both would surprise far from here.
  void check_quoted(std::size_t at, const std::string& value, const SourceMark& mark) {
    if (!places_.closes_quote(at)) {
      throw Refused{places_.mark(at), "this text has no closing quote", "end it with the quote that it begins with"};
    }
    if (const auto fault = text_fault(value)) {
      diagnostics_.error(mark, fault->message, "leave it out");
    }
  }

  void begin(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, Node::Kind kind) {
    check_tag(mark, tag);
    Raw raw;
    raw.kind = kind;
    raw.mark = places_.mark(places_.content(mark));
    if (frames_.size() >= deepest) {
      throw Refused{raw.mark, "this is nested deeper than 64 levels", ""};
    }
    frames_.push_back({add(std::move(raw), anchor), {}});
  }

  std::size_t add(Raw raw, YAML::anchor_t anchor) {
    if (nodes_.size() >= most_nodes) {
      throw Refused{raw.mark, "this document has more than 200000 nodes", ""};
    }
    if (expects_key()) {
      check_key(raw);
    }
    const std::size_t index = nodes_.size();
    nodes_.push_back(std::move(raw));
    if (!frames_.empty()) {
      nodes_[frames_.back().node].children.push_back(index);
    }
    if (anchor != 0) {
      anchors_[anchor] = index;
    }
    return index;
  }

  void check_key(const Raw& key) {
    if (key.kind != Node::Kind::scalar) {
      odd_keys_.push_back(key.mark);
      return;
    }
    if (key.scalar == "<<" && !key.quoted) {
      diagnostics_.error(key.mark, "the merge key '<<' is not supported", "write the keys out");
      return;
    }
    const auto [first, is_new] = frames_.back().keys.emplace(key.scalar, key.mark);
    if (!is_new) {
      diagnostics_.error(key.mark, "the key '" + key.scalar.substr(0, 80) + "' stands here a second time",
                         "the first one is at " + first->second.where());
    }
  }

  void check_tag(const YAML::Mark& mark, const std::string& tag) {
    if (!is_known_tag(tag)) {
      diagnostics_.error(places_.mark(places_.offset(mark)), "the tag '" + tag.substr(0, 80) + "' is not supported",
                         "a text that begins with '!' wants quotes");
    }
  }

  // The tree with aliases replaced by what they name; counts, so that a small file cannot fill the memory.
  Node expand(std::size_t index, std::size_t depth) {
    if (nodes_[index].alias_of != Raw::no_alias) {
      const Raw& alias = nodes_[index];
      if (nodes_[alias.alias_of].open) {
        throw Refused{alias.mark, "this alias stands inside of what it names, which has no end", ""};
      }
      return expand(alias.alias_of, depth);
    }
    Raw& raw = nodes_[index];
    expanded_bytes_ += raw.scalar.size();
    if (depth > deepest) {
      throw Refused{raw.mark, "with its aliases this is nested deeper than 64 levels", ""};
    }
    if (++expanded_nodes_ > most_nodes || expanded_bytes_ > most_bytes) {
      throw Refused{raw.mark, "with its aliases this document has more than 200000 nodes or 16 MiB of text", ""};
    }
    Node node;
    node.kind = raw.kind;
    node.mark = raw.mark;
    node.scalar = raw.scalar;
    node.quoted = raw.quoted;
    raw.open = true;
    if (raw.kind == Node::Kind::sequence) {
      for (const std::size_t child : raw.children) {
        node.items.push_back(expand(child, depth + 1));
      }
    } else {
      for (std::size_t i = 0; i + 1 < raw.children.size(); i += 2) {
        Node key = expand(raw.children[i], depth + 1);
        node.members.emplace_back(std::move(key), expand(raw.children[i + 1], depth + 1));
      }
    }
    raw.open = false;
    return node;
  }

  const Places& places_;
  Diagnostics& diagnostics_;
  bool started_ = false;
  std::vector<Raw> nodes_;
  std::vector<Frame> frames_;
  std::map<YAML::anchor_t, std::size_t> anchors_;
  std::vector<SourceMark> odd_keys_;
  std::size_t expanded_nodes_ = 0;
  std::size_t expanded_bytes_ = 0;
};

// What usually lies behind yaml-cpp's words.
std::string syntax_hint(std::string_view message) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 7> hints{{
      {"illegal tab", "indent with blanks, not with tabs"},
      {"illegal map value", "a text that holds ': ' wants quotes"},
      {"illegal block entry", "check the indentation of the '-'"},
      {"unknown token", "a text that begins with %, @ or ` wants quotes"},
      {"end of map not found", "check the indentation of this line; it is made of blanks, not of tabs"},
      {"end of map flow", "a '{' has no '}'"},
      {"end of sequence flow", "a '[' has no ']'"},
  }};
  for (const auto& [begin, hint] : hints) {
    if (message.starts_with(begin)) {
      return std::string(hint);
    }
  }
  return {};
}

}  // namespace

bool parse_tree(const std::shared_ptr<const SourceText>& source, std::size_t begin, Node& out,
                Diagnostics& diagnostics) {
  const std::size_t errors_before = diagnostics.error_count();
  out = Node{};
  if (const auto fault = text_fault(source->text)) {
    diagnostics.error({source, fault->line, fault->column}, fault->message);
    return false;
  }
  const Places places(source, begin);
  out.mark = places.whole();
  TreeBuilder builder(places, diagnostics);
  try {
    std::istringstream stream(source->text.substr(begin));
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
    builder.report_odd_keys();
    if (diagnostics.error_count() == errors_before && !builder.empty()) {
      out = builder.tree();
    }
  } catch (const Refused& refused) {
    diagnostics.error(refused.mark, refused.message, refused.hint);
  } catch (const YAML::Exception& error) {
    diagnostics.error(error.mark.is_null() ? places.whole() : places.mark(places.offset(error.mark)),
                      "this is no YAML: " + error.msg, syntax_hint(error.msg));
  }
  return diagnostics.error_count() == errors_before;
}

}  // namespace rig

#include "rig/core/field.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "rig/core/codecs.hpp"

namespace rig {
namespace {

void unknown_key(const Node& key, const std::vector<std::string>& known, Diagnostics& diagnostics) {
  if (!key.quoted && has_unbalanced_parentheses(key.scalar)) {
    diagnostics.error(key.mark, "the comma before " + detail::shown(key.scalar) + " ended the value",
                      "quote the expression: { key: \"max(a, b) > 3 V\" }");
    return;
  }
  diagnostics.error(key.mark, "unknown key '" + key.scalar.substr(0, 60) + "'", suggestion(key.scalar, known));
}

}  // namespace

void detail::missing_key(const Node& mapping, const std::string& key, const std::string& help,
                         Diagnostics& diagnostics) {
  diagnostics.error(mapping.mark, "the key '" + key + "' is missing", help);
}

bool FieldList::read(const Node& node, void* object, Diagnostics& diagnostics) const {
  if (!detail::expect_kind(node, Node::Kind::mapping, diagnostics)) {
    return false;
  }
  const std::size_t errors_before = diagnostics.error_count();
  for (const auto& [key, value] : node.members) {
    const auto field = std::ranges::find_if(fields_, [&](const auto& f) { return f->key() == key.scalar; });
    if (field != fields_.end()) {
      (*field)->read(value, object, diagnostics);
      continue;
    }
    std::vector<std::string> names;
    for (const auto& known : fields_) {
      names.emplace_back(known->key());
    }
    unknown_key(key, names, diagnostics);
  }
  for (const auto& field : fields_) {
    if (field->required() && node.find(field->key()) == nullptr) {
      detail::missing_key(node, field->key(), field->options().help, diagnostics);
    }
  }
  return diagnostics.error_count() == errors_before;
}

Schema FieldList::schema() const {
  nlohmann::json properties = nlohmann::json::object();
  nlohmann::json required = nlohmann::json::array();
  for (const auto& field : fields_) {
    nlohmann::json property = field->schema().json();
    property["description"] = field->options().help;
    properties[field->key()] = std::move(property);
    if (field->required()) {
      required.push_back(field->key());
    }
  }
  nlohmann::json result = {{"type", "object"}, {"additionalProperties", false}, {"properties", properties}};
  if (!required.empty()) {
    result["required"] = required;
  }
  if (*title_ != '\0') {
    result["title"] = title_;
  }
  return result;
}

void FieldList::list(const std::string& path, const void* object, std::vector<ListedValue>& out) const {
  for (const auto& field : fields_) {
    field->list(path.empty() ? field->key() : path + "." + field->key(), object, out);
  }
}

}  // namespace rig

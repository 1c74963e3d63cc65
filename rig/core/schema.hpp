#pragma once
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace rig {

// A JSON Schema (draft 2020-12), or a part of one. It keeps its JSON behind a pointer: nearly every file declares keys
// or reads them, few look into their schema, and only those include <nlohmann/json.hpp>.
class Schema {
 public:
  Schema(nlohmann::json json);  // NOLINT(google-explicit-constructor): a schema is JSON
  [[nodiscard]] const nlohmann::json& json() const noexcept { return *json_; }

  static Schema anything();
  static Schema of_type(const char* type);  // "boolean", "integer", "string" ...
  static Schema any_scalar();               // a text, a number or a truth value
  static Schema one_of(const std::vector<std::string>& words);
  static Schema list_of(const Schema& item);
  static Schema map_of(const Schema& value);  // free keys

 private:
  std::shared_ptr<const nlohmann::json> json_;
};

}  // namespace rig

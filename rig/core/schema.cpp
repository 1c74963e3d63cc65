#include "rig/core/schema.hpp"

#include <nlohmann/json.hpp>
#include <utility>

namespace rig {

Schema::Schema(nlohmann::json json) : json_(std::make_shared<const nlohmann::json>(std::move(json))) {}

Schema Schema::anything() { return nlohmann::json::object(); }
Schema Schema::of_type(const char* type) { return nlohmann::json{{"type", type}}; }
Schema Schema::any_scalar() { return nlohmann::json{{"type", {"string", "number", "boolean"}}}; }
Schema Schema::one_of(const std::vector<std::string>& words) { return nlohmann::json{{"enum", words}}; }
Schema Schema::list_of(const Schema& item) { return nlohmann::json{{"type", "array"}, {"items", item.json()}}; }
Schema Schema::map_of(const Schema& value) {
  return nlohmann::json{{"type", "object"}, {"additionalProperties", value.json()}};
}

}  // namespace rig

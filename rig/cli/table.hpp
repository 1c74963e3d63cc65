#pragma once
#include <nlohmann/json_fwd.hpp>
#include <ostream>
#include <string>
#include <vector>

namespace rig::cli {

// Rows of texts with a headline: printed in columns, or as a JSON list of objects with the headline's words as keys.
class Table {
 public:
  explicit Table(std::vector<std::string> headline) : headline_(std::move(headline)) {}
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  void print(std::ostream& out) const;
  [[nodiscard]] nlohmann::ordered_json json() const;

 private:
  std::vector<std::string> headline_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace rig::cli

#include "rig/cli/table.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace rig::cli {

void Table::print(std::ostream& out) const {
  std::vector<std::size_t> widths(headline_.size());
  const auto measure = [&](const std::vector<std::string>& row) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], row[i].size());
    }
  };
  measure(headline_);
  std::for_each(rows_.begin(), rows_.end(), measure);
  const auto line = [&](const std::vector<std::string>& row) {
    std::string text;
    for (std::size_t i = 0; i < row.size(); ++i) {
      text += row[i] + std::string(i + 1 < row.size() ? widths[i] - row[i].size() + 2 : 0, ' ');
    }
    text.erase(text.find_last_not_of(' ') + 1);
    out << text << "\n";
  };
  line(headline_);
  std::for_each(rows_.begin(), rows_.end(), line);
}

nlohmann::ordered_json Table::json() const {
  auto list = nlohmann::ordered_json::array();
  for (const auto& row : rows_) {
    nlohmann::ordered_json object;
    for (std::size_t i = 0; i < headline_.size(); ++i) {
      object[headline_[i]] = row[i];
    }
    list.push_back(std::move(object));
  }
  return list;
}

}  // namespace rig::cli

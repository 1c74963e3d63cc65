#pragma once
#include <string>
#include <vector>

namespace rig::cli {

// A table for other programs: RFC 4180 with a headline, one line end per row, as pandas and spreadsheets read it.
class Csv {
 public:
  explicit Csv(const std::vector<std::string>& headline) { add(headline); }
  void add(const std::vector<std::string>& row) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      text_ += (i == 0 ? "" : ",") + quoted(row[i]);
    }
    text_ += "\n";
  }
  [[nodiscard]] const std::string& text() const noexcept { return text_; }

 private:
  static std::string quoted(const std::string& cell) {
    if (cell.find_first_of(",\"\n\r") == std::string::npos) {
      return cell;
    }
    std::string text = "\"";
    for (const char c : cell) {
      text += c == '"' ? std::string("\"\"") : std::string(1, c);
    }
    return text + "\"";
  }
  std::string text_;
};

}  // namespace rig::cli

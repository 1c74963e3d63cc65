#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace rig::sim {

// A text table: lines that begin with # are comments, the first other line names the columns, each further line has as
// many fields. Errors are RigErrors with file:line:column.
class CsvTable {
 public:
  CsvTable(std::string name, const std::string& text);
  [[nodiscard]] std::size_t rows() const noexcept { return rows_.size(); }
  // The place of a column; an error that lists the columns when there is none of this name.
  [[nodiscard]] std::size_t column(std::string_view name) const;
  [[nodiscard]] std::string_view word(std::size_t row, std::size_t column) const;
  [[nodiscard]] double number(std::size_t row, std::size_t column) const;
  [[noreturn]] void fail(std::size_t row, std::size_t column, const std::string& what, const std::string& hint) const;

 private:
  struct Field {
    std::string text;
    int column = 1;
  };
  struct Row {
    int line = 1;
    std::vector<Field> fields;
  };
  [[nodiscard]] static Row split(const std::string& line, int number);
  std::string name_;
  Row head_;
  std::vector<Row> rows_;
};

}  // namespace rig::sim

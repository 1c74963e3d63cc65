#include "drivers/sim/csv_table.hpp"

#include <charconv>
#include <cmath>
#include <sstream>

#include "rig/core/error.hpp"

namespace rig::sim {

CsvTable::Row CsvTable::split(const std::string& line, int number) {
  Row row{.line = number, .fields = {}};
  std::size_t at = 0;
  while (true) {
    const std::size_t comma = line.find(',', at);
    row.fields.push_back({line.substr(at, comma - at), static_cast<int>(at) + 1});
    if (comma == std::string::npos) {
      return row;
    }
    at = comma + 1;
  }
}

CsvTable::CsvTable(std::string name, const std::string& text) : name_(std::move(name)) {
  std::istringstream lines(text);
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number) {
    if (!line.empty() && line.back() == '\r') {
      line.pop_back();
    }
    if (line.empty() || line.front() == '#') {
      continue;
    }
    if (head_.fields.empty()) {
      head_ = split(line, number);
      continue;
    }
    rows_.push_back(split(line, number));
    const std::size_t fields = rows_.back().fields.size();
    if (fields != head_.fields.size()) {
      fail(rows_.size() - 1, fields - 1,
           "this line has " + std::to_string(fields) + " fields, the head names " + std::to_string(head_.fields.size()),
           "give one field for each column, empty ones too");
    }
  }
  if (rows_.empty()) {
    throw RigError("a table needs a line of column names and at least one line of numbers", name_);
  }
}

std::size_t CsvTable::column(std::string_view name) const {
  std::string names;
  for (std::size_t i = 0; i < head_.fields.size(); ++i) {
    if (head_.fields[i].text == name) {
      return i;
    }
    names += (i == 0 ? "" : ", ") + head_.fields[i].text;
  }
  throw RigError("there is no column '" + std::string(name) + "'", name_ + ":" + std::to_string(head_.line) + ":1",
                 "the columns are " + names);
}

std::string_view CsvTable::word(std::size_t row, std::size_t column) const { return rows_[row].fields[column].text; }

double CsvTable::number(std::size_t row, std::size_t column) const {
  const std::string_view text = word(row, column);
  double value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) {
    fail(row, column, "'" + std::string(text) + "' is no number", "write it like 3.2995");
  }
  return value;
}

void CsvTable::fail(std::size_t row, std::size_t column, const std::string& what, const std::string& hint) const {
  const Row& place = rows_[row];
  throw RigError(what, name_ + ":" + std::to_string(place.line) + ":" + std::to_string(place.fields[column].column),
                 hint);
}

}  // namespace rig::sim

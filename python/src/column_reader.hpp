#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "python/src/arrays.hpp"
#include "rig/record/reader.hpp"

namespace rig::python {

// All kept samples of a column as the arrays that Python gets.
struct Samples {
  explicit Samples(std::size_t most) : ticks(most), times(most), values(most), qualities(most) {}
  Buffer<std::int64_t> ticks;  // of arrival
  Buffer<double> times;        // own time, s
  Buffer<double> values;       // base unit
  Buffer<std::uint8_t> qualities;
};

// Reads columns with as many threads as the machine has and the record is worth, each with a connection of its own.
class ColumnReader {
 public:
  explicit ColumnReader(RunReader& reader) : reader_(reader) {}
  Samples read(std::size_t column);
  // What could not be read so far, each sentence once.
  [[nodiscard]] std::vector<std::string> damage() const;

 private:
  RunReader& reader_;
  std::vector<std::unique_ptr<RunReader>> others_;  // of the second thread and so on, opened when they are first needed
};

}  // namespace rig::python

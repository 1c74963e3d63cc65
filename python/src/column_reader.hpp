#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "python/src/arrays.hpp"
#include "rig/record/reader.hpp"

namespace rig::python {

// What belongs to each kept sample of a column but its value, as the arrays that Python gets.
struct Moments {
  explicit Moments(std::size_t most) : ticks(most), times(most), qualities(most) {}
  Buffer<std::int64_t> ticks;  // of arrival
  Buffer<double> times;        // own time, s
  Buffer<std::uint8_t> qualities;
};

// Reads columns with as many threads as the machine has and the record is worth, each with a connection of its own,
// straight into the arrays. Values alone cost a fraction of the rest: of the rows they need the checksum only.
class ColumnReader {
 public:
  explicit ColumnReader(RunReader& reader) : reader_(reader) {}
  Buffer<double> values(std::size_t column);  // base unit
  Moments moments(std::size_t column);
  // What could not be read so far, each sentence once.
  [[nodiscard]] std::vector<std::string> damage() const;

 private:
  std::vector<RunReader*> readers();
  RunReader& reader_;
  std::vector<std::unique_ptr<RunReader>> others_;  // of the second thread and so on, opened when they are first needed
};

}  // namespace rig::python

#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "rig/record/row_block.hpp"
#include "rig/record/words.hpp"

namespace rig {

// A column of a block as format version 1 wrote it, where values, ages and qualities were compressed together:
//   flag byte: 1 = written in every row
//   else the number of writes, then one bit per row
//   for value bits, ages, qualities each:
//     number of changes; unless there is one per write, the rows of the changes (words); the words
// open(), then values, ages and qualities in this order, where any may be left out, also at the end.
class FirstColumnDecoder {
 public:
  // How many samples there are. `bytes` has to stay until the last part is read.
  std::size_t open(std::span<const std::uint8_t> bytes, std::size_t rows);
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  // `out` is as long as size().
  void rows(std::span<std::uint16_t> out) const;
  void value_bits(std::span<std::uint64_t> out);
  void values(std::span<double> out);      // the same as numbers
  void ages(std::span<std::int64_t> out);  // row's start - own time, ns
  void qualities(std::span<Quality> out);
  void skip_values() { skip_series(); }
  // Behind the last part: nothing may be left.
  void close() const;

 private:
  template <class T, class F>
  void series(std::span<T> out, F convert);
  void skip_series();
  void mark_changes();

  ByteReader in_{std::span<const std::uint8_t>{}};
  std::size_t rows_ = 0;
  std::size_t size_ = 0;
  std::array<std::uint64_t, RowBlock::row_words> written_{};  // a bit for each row
  std::array<std::uint64_t, RowBlock::row_words> changed_{};  // in which the series took another value
  std::vector<std::uint64_t> change_rows_, words_;
};

}  // namespace rig

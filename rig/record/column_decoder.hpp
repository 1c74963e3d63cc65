#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "rig/record/row_block.hpp"
#include "rig/record/words.hpp"

namespace rig {

// Reads a column of a block into memory of the caller, and of it only what is wanted: open(), then values, ages and
// qualities in this order, where any may be left out, also at the end. Keeps its scratch memory from block to block.
// Everything throws DamagedBlock for bytes that ColumnEncoder did not write.
class ColumnDecoder {
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

#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "rig/record/first_column_decoder.hpp"
#include "rig/record/row_block.hpp"
#include "rig/record/series.hpp"

namespace rig {

// Reads a column of a block into memory of the caller, and of it only what is wanted: open(), then any of the rest, of
// which ages come before qualities. Values and moments are compressed apart: who does not ask for one of them does not
// pay for it. Keeps its scratch memory from block to block. Everything throws DamagedBlock for bytes that ColumnEncoder
// did not write.
class ColumnDecoder {
 public:
  // How many samples there are; decompresses nothing. `bytes`, from column_bytes(), have to stay until the last part
  // is read.
  std::size_t open(std::span<const std::uint8_t> bytes, std::size_t rows);
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  // `out` is as long as size().
  void rows(std::span<std::uint16_t> out);
  void value_bits(std::span<std::uint64_t> out);
  void values(std::span<double> out);      // the same as numbers
  void ages(std::span<std::int64_t> out);  // row's start - own time, ns
  void qualities(std::span<Quality> out);

 private:
  template <class T>
  void decode_values(std::span<T> out);
  ByteReader& moments();  // opened when they are first asked for

  bool first_format_ = false;
  FirstColumnDecoder first_;
  bool first_values_passed_ = false;

  std::size_t rows_ = 0;
  std::size_t size_ = 0;
  std::size_t first_row_ = 0, stride_ = 0;  // 0: a bitmap says in which rows
  std::span<const std::uint8_t> packed_values_, packed_moments_, bitmap_;
  bool moments_are_open_ = false;
  ByteReader moments_{std::span<const std::uint8_t>{}};
  std::vector<std::uint8_t> values_scratch_, moments_scratch_;
  SeriesDecoder series_;
};

// What open() takes of a stored blob: as it is, but decompressed where the first format had compressed it as a whole,
// so that who opens it again does not pay for that twice.
void column_bytes(std::span<const std::uint8_t> blob, std::vector<std::uint8_t>& out);

}  // namespace rig

#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "rig/record/row_block.hpp"
#include "rig/record/words.hpp"

namespace rig {

// The first byte of a column that was written in every row; else it is 0.
inline constexpr std::uint8_t column_in_every_row = 1;

// The samples of one column in one block, by row of the block.
struct DecodedColumn {
  std::vector<std::uint16_t> rows;
  std::vector<std::uint64_t> value_bits;
  std::vector<std::int64_t> ages;  // row's start - own time, ns
  std::vector<Quality> qualities;
};

// The rows of one block and what the clock reported during it.
struct DecodedRows {
  std::vector<std::int64_t> indexes;
  std::vector<std::int64_t> steps;  // ns
  std::vector<ClockEvent> clock_events;
};

// A block's columns, rows, frames and clock events as bytes and back, before compression (words.hpp). Each decode
// throws DamagedBlock for bytes that encode did not write.
class ColumnEncoder {
 public:
  void begin(const RowBlock& block);
  // False when the column was not written in the block: nothing is stored for it.
  bool encode(const RowBlock& block, std::size_t column, std::vector<std::uint8_t>& out);

 private:
  void encode_series(const RowBlock::Series& series, std::size_t writes, ByteWriter& out);
  std::vector<std::uint64_t> written_;
  std::vector<std::uint64_t> scratch_;
};
DecodedColumn decode_column(std::span<const std::uint8_t> bytes, std::size_t rows);

void encode_rows(const RowBlock& block, std::vector<std::uint8_t>& out);
DecodedRows decode_rows(std::span<const std::uint8_t> bytes, std::size_t rows);

void encode_frames(std::span<const RecordedFrame> frames, std::vector<std::uint8_t>& out);
std::vector<RecordedFrame> decode_frames(std::span<const std::uint8_t> bytes);

}  // namespace rig

#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "rig/record/row_block.hpp"
#include "rig/record/series.hpp"
#include "rig/record/words.hpp"

namespace rig {

// The first byte of a column's blob. Those of format version 1 are what pack() makes of a whole column.
inline constexpr std::uint8_t column_of_first_format = 0;
inline constexpr std::uint8_t column_of_first_format_packed = 1;
inline constexpr std::uint8_t column_in_every_row = 2;
inline constexpr std::uint8_t column_in_strides = 3;
inline constexpr std::uint8_t column_in_marked_rows = 4;

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

// A block's columns as bytes, compressed.
class ColumnEncoder {
 public:
  explicit ColumnEncoder(Compressor& compressor) : compressor_(compressor) {}
  void begin(const RowBlock& block);
  // False when the column was not written in the block: nothing is stored for it.
  bool encode(const RowBlock& block, std::size_t column, std::vector<std::uint8_t>& out);

 private:
  // In which rows a column was written.
  struct Rows {
    const std::uint64_t* bits = nullptr;
    std::size_t writes = 0, first = 0, stride = 0;  // stride 0: in no regular ones
  };
  [[nodiscard]] Rows rows_of(const RowBlock& block, std::size_t column) const;
  bool encode_series(const RowBlock::Series& series, ByteWriter& out);
  void find_samples(std::span<const std::uint16_t> rows);

  Compressor& compressor_;
  std::vector<std::uint64_t> written_;
  Rows rows_;
  std::array<std::uint16_t, RowBlock::row_words> before_{};  // samples before each word of rows_
  std::vector<std::uint16_t> samples_;
  std::vector<std::uint8_t> raw_, packed_;
  SeriesEncoder series_;
};

// And back; from column_bytes(). Like all that decodes it throws DamagedBlock for bytes that encode did not write.
DecodedColumn decode_column(std::span<const std::uint8_t> bytes, std::size_t rows);

// Rows, frames and clock events, before compression (words.hpp).
void encode_rows(const RowBlock& block, std::vector<std::uint8_t>& out);
DecodedRows decode_rows(std::span<const std::uint8_t> bytes, std::size_t rows);

void encode_frames(std::span<const RecordedFrame> frames, std::vector<std::uint8_t>& out);
std::vector<RecordedFrame> decode_frames(std::span<const std::uint8_t> bytes);

}  // namespace rig

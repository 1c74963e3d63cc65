#include "rig/record/column_codec.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <numeric>

#include "rig/record/column_decoder.hpp"

// A column in a block:
//   form byte: written in every row, in strides, or in rows that a bitmap marks
//   unless in every row, the number of writes; of strides the first row and the stride
//   size of the values; the values (series.hpp), packed (words.hpp)
//   packed together: one bit per row if marked, ages, qualities
namespace rig {
namespace {
std::size_t bitmap_bytes(std::size_t rows) { return (rows + 7) / 8; }

// What compression has to save: a block is written once and read many times, and codes without zstd several times
// faster.
std::size_t least_gain(std::size_t size, bool codes) { return codes ? size / 3 : size / 8; }

// Whether all writes are `stride` rows apart.
bool is_regular(const std::uint64_t* bits, std::size_t first, std::size_t stride, std::size_t writes) {
  std::size_t row = first;
  for (std::size_t i = 0; i < writes; ++i, row += stride) {
    if (row >= RowBlock::row_capacity || (bits[row / 64] >> (row % 64) & 1u) == 0) {
      return false;
    }
  }
  return true;
}
}  // namespace

void ColumnEncoder::begin(const RowBlock& block) {
  block.transpose_written(written_);
  rows_ = {};
}

ColumnEncoder::Rows ColumnEncoder::rows_of(const RowBlock& block, std::size_t column) const {
  const std::uint64_t* bits = written_.data() + column * RowBlock::row_words;
  // Those of one instrument are mostly written together.
  if (rows_.bits != nullptr && std::memcmp(bits, rows_.bits, RowBlock::row_words * sizeof *bits) == 0) {
    return rows_;
  }
  Rows rows{.bits = bits};
  std::size_t second = 0, last = 0;
  for (std::size_t w = 0; w < RowBlock::row_words; ++w) {
    if (bits[w] == 0) {
      continue;
    }
    const auto begin = w * 64;
    if (rows.writes == 0) {
      rows.first = begin + static_cast<std::size_t>(std::countr_zero(bits[w]));
    }
    const std::uint64_t others = rows.writes == 0 ? bits[w] & (bits[w] - 1) : bits[w];
    if (second == 0 && others != 0) {
      second = begin + static_cast<std::size_t>(std::countr_zero(others));
    }
    last = begin + 63 - static_cast<std::size_t>(std::countl_zero(bits[w]));
    rows.writes += static_cast<std::size_t>(std::popcount(bits[w]));
  }
  if (rows.writes == 1) {
    rows.stride = 1;
  } else if (rows.writes > 1) {
    const std::size_t stride = second - rows.first;
    const bool regular =
        rows.first + (rows.writes - 1) * stride == last && is_regular(bits, rows.first, stride, rows.writes);
    rows.stride = regular && rows.writes <= block.rows() ? stride : 0;
  }
  return rows;
}

// Which of the column's samples stands in each of these rows.
void ColumnEncoder::find_samples(std::span<const std::uint16_t> rows) {
  samples_.resize(rows.size());
  if (rows_.stride != 0) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      samples_[i] = static_cast<std::uint16_t>((rows[i] - rows_.first) / rows_.stride);
    }
    return;
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::uint64_t below = (std::uint64_t{1} << (rows[i] % 64)) - 1;
    samples_[i] = static_cast<std::uint16_t>(before_[rows[i] / 64] + std::popcount(rows_.bits[rows[i] / 64] & below));
  }
}

bool ColumnEncoder::encode_series(const RowBlock::Series& series, ByteWriter& out) {
  if (series.rows.size() < rows_.writes) {
    find_samples(series.rows);
  }
  return series_.encode(samples_, series.words, rows_.writes, out);
}

bool ColumnEncoder::encode(const RowBlock& block, std::size_t column, std::vector<std::uint8_t>& out) {
  out.clear();
  const std::uint64_t* const seen = rows_.bits;
  rows_ = rows_of(block, column);
  if (rows_.writes == 0) {
    return false;
  }
  if (rows_.stride == 0 && rows_.bits != seen) {
    std::size_t before = 0;
    for (std::size_t w = 0; w < RowBlock::row_words; ++w) {
      before_[w] = static_cast<std::uint16_t>(before);
      before += static_cast<std::size_t>(std::popcount(rows_.bits[w]));
    }
  }
  ByteWriter writer(out);
  if (rows_.writes == block.rows()) {
    writer.byte(column_in_every_row);
  } else {
    writer.byte(rows_.stride != 0 ? column_in_strides : column_in_marked_rows);
    writer.varint(rows_.writes);
    if (rows_.stride != 0) {
      writer.varint(rows_.first);
      writer.varint(rows_.stride);
    }
  }
  raw_.clear();
  ByteWriter raw(raw_);
  const bool codes = encode_series(block.series(column, RowBlock::values), raw);
  packed_.clear();
  compressor_.append(raw_, packed_, least_gain(raw_.size(), codes));
  writer.varint(packed_.size());
  writer.bytes(packed_);

  raw_.clear();
  for (std::size_t i = 0; rows_.stride == 0 && i < bitmap_bytes(block.rows()); ++i) {
    raw.byte(static_cast<std::uint8_t>(rows_.bits[i / 8] >> (8 * (i % 8))));
  }
  encode_series(block.series(column, RowBlock::ages), raw);
  encode_series(block.series(column, RowBlock::qualities), raw);
  compressor_.append(raw_, out, least_gain(raw_.size(), false));
  return true;
}

DecodedColumn decode_column(std::span<const std::uint8_t> bytes, std::size_t rows) {
  thread_local ColumnDecoder decoder;
  DecodedColumn column;
  const std::size_t size = decoder.open(bytes, rows);
  column.rows.resize(size);
  decoder.rows(column.rows);
  column.value_bits.resize(size);
  decoder.value_bits(column.value_bits);
  column.ages.resize(size);
  decoder.ages(column.ages);
  column.qualities.resize(size);
  decoder.qualities(column.qualities);
  return column;
}

void encode_rows(const RowBlock& block, std::vector<std::uint8_t>& out) {
  out.clear();
  ByteWriter writer(out);
  std::vector<std::uint64_t> words;
  std::int64_t previous = 0;
  for (const std::int64_t index : block.indexes()) {
    words.push_back(static_cast<std::uint64_t>(index - previous));  // mostly 1: a dictionary of two words
    previous = index;
  }
  encode_words(words, writer);
  words.assign(block.steps().begin(), block.steps().end());
  encode_words(words, writer);
  writer.varint(block.clock_events().size());
  for (const ClockEvent& event : block.clock_events()) {
    writer.varint(static_cast<std::uint64_t>(event.tick));
    writer.varint(static_cast<std::uint64_t>(event.missed));
  }
}

DecodedRows decode_rows(std::span<const std::uint8_t> bytes, std::size_t rows) {
  ByteReader in(bytes);
  DecodedRows out;
  std::vector<std::uint64_t> words(rows);
  decode_words(in, words);
  std::partial_sum(words.begin(), words.end(), words.begin());
  out.indexes.assign(words.begin(), words.end());
  decode_words(in, words);
  out.steps.assign(words.begin(), words.end());
  for (std::size_t left = in.count(RowBlock::clock_capacity); left > 0; --left) {
    const auto tick = static_cast<std::int64_t>(in.varint());
    out.clock_events.push_back({tick, static_cast<std::int64_t>(in.varint())});
  }
  if (!in.at_end()) {
    throw DamagedBlock("has bytes left over");
  }
  return out;
}

void encode_frames(std::span<const RecordedFrame> frames, std::vector<std::uint8_t>& out) {
  out.clear();
  ByteWriter writer(out);
  writer.varint(frames.size());
  std::vector<std::uint64_t> words(frames.size());
  const auto put = [&](auto field) {
    std::transform(frames.begin(), frames.end(), words.begin(), field);
    encode_words(words, writer);
  };
  put([](const RecordedFrame& f) { return static_cast<std::uint64_t>(f.time.time_since_epoch().count()); });
  put([](const RecordedFrame& f) { return static_cast<std::uint64_t>(f.id); });
  put([](const RecordedFrame& f) {
    return static_cast<std::uint64_t>(f.length) | static_cast<std::uint64_t>(f.bus) << 8 |
           (f.extended ? std::uint64_t{1} << 16 : 0) | (f.sent ? std::uint64_t{1} << 17 : 0);
  });
  put([](const RecordedFrame& f) {
    std::uint64_t data = 0;
    for (std::size_t i = 0; i < 8; ++i) {
      data |= static_cast<std::uint64_t>(f.data[i]) << (8 * i);
    }
    return data;
  });
}

std::vector<RecordedFrame> decode_frames(std::span<const std::uint8_t> bytes) {
  ByteReader in(bytes);
  std::vector<RecordedFrame> frames(in.count(RowBlock::frame_capacity));
  const auto times = decode_words(in, frames.size());
  const auto ids = decode_words(in, frames.size());
  const auto forms = decode_words(in, frames.size());
  const auto data = decode_words(in, frames.size());
  for (std::size_t i = 0; i < frames.size(); ++i) {
    RecordedFrame& frame = frames[i];
    frame.time = TimePoint{Duration{static_cast<std::int64_t>(times[i])}};
    frame.id = static_cast<std::uint32_t>(ids[i]);
    frame.length = static_cast<std::uint8_t>(forms[i] & 0xFF);
    frame.bus = static_cast<std::uint8_t>(forms[i] >> 8 & 0xFF);
    frame.extended = (forms[i] >> 16 & 1u) != 0;
    frame.sent = (forms[i] >> 17 & 1u) != 0;
    if (frame.length > 8) {
      throw DamagedBlock("has a frame of more than 8 bytes");
    }
    for (std::size_t k = 0; k < 8; ++k) {
      frame.data[k] = static_cast<std::uint8_t>(data[i] >> (8 * k));
    }
  }
  if (!in.at_end()) {
    throw DamagedBlock("has bytes left over");
  }
  return frames;
}

}  // namespace rig

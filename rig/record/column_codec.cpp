#include "rig/record/column_codec.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <numeric>

#include "rig/record/column_decoder.hpp"

// A column in a block:
//   flag byte: 1 = written in every row
//   else the number of writes, then one bit per row
//   for value bits, ages, qualities each:
//     number of changes; unless there is one per write, the rows of the changes (words); the words
namespace rig {
namespace {
std::size_t bitmap_bytes(std::size_t rows) { return (rows + 7) / 8; }
}  // namespace

void ColumnEncoder::begin(const RowBlock& block) { block.transpose_written(written_); }

void ColumnEncoder::encode_series(const RowBlock::Series& series, std::size_t writes, ByteWriter& out) {
  out.varint(series.rows.size());
  if (series.rows.size() != writes) {
    scratch_.assign(series.rows.begin(), series.rows.end());
    encode_words(scratch_, out);
  }
  encode_words(series.words, out);
}

bool ColumnEncoder::encode(const RowBlock& block, std::size_t column, std::vector<std::uint8_t>& out) {
  out.clear();
  const std::uint64_t* bits = written_.data() + column * RowBlock::row_words;
  std::size_t writes = 0;
  for (std::size_t w = 0; w < RowBlock::row_words; ++w) {
    writes += static_cast<std::size_t>(std::popcount(bits[w]));
  }
  if (writes == 0) {
    return false;
  }
  ByteWriter writer(out);
  if (writes == block.rows()) {
    writer.byte(column_in_every_row);
  } else {
    writer.byte(0);
    writer.varint(writes);
    for (std::size_t i = 0; i < bitmap_bytes(block.rows()); ++i) {
      writer.byte(static_cast<std::uint8_t>(bits[i / 8] >> (8 * (i % 8))));
    }
  }
  for (const auto kind : {RowBlock::values, RowBlock::ages, RowBlock::qualities}) {
    encode_series(block.series(column, kind), writes, writer);
  }
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
  decoder.close();
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

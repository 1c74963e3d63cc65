#pragma once
#include <bit>
#include <string>
#include <vector>

#include "rig/record/column_codec.hpp"
#include "rig/record/format.hpp"
#include "rig/record/sqlite.hpp"
#include "rig/record/words.hpp"

namespace rig::test {

// A column as format version 1 stored it, which nothing but this test writes any more: all series of it behind each
// other, compressed together (first_column_decoder.hpp says how they stand).
inline std::vector<std::uint8_t> in_first_format(const DecodedColumn& column, std::size_t rows) {
  std::vector<std::uint8_t> raw, packed;
  ByteWriter out(raw);
  if (column.rows.size() == rows) {
    out.byte(1);
  } else {
    out.byte(0);
    out.varint(column.rows.size());
    std::vector<std::uint8_t> bitmap((rows + 7) / 8);
    for (const std::uint16_t row : column.rows) {
      bitmap[row / 8u] = static_cast<std::uint8_t>(bitmap[row / 8u] | 1u << (row % 8));
    }
    out.bytes(bitmap);
  }
  const auto series = [&](const auto& values) {
    std::vector<std::uint64_t> places, words;
    for (std::size_t i = 0; i < values.size(); ++i) {
      const auto word = static_cast<std::uint64_t>(values[i]);
      if (words.empty() || word != words.back()) {
        places.push_back(column.rows[i]);
        words.push_back(word);
      }
    }
    out.varint(words.size());
    if (words.size() != column.rows.size()) {
      encode_words(places, out);
    }
    encode_words(words, out);
  };
  series(column.value_bits);
  series(column.ages);
  series(column.qualities);
  Compressor(3).pack(raw, packed);
  return packed;
}

// Makes a record of today one of version 1.
inline void to_first_format(const std::string& file) {
  struct Blob {
    std::int64_t id;
    std::vector<std::uint8_t> data;
  };
  std::vector<Blob> blobs;
  Database database(file, Database::Mode::create);
  {
    Statement select(database,
                     "SELECT id, samples.data, row_count FROM samples JOIN blocks ON block = id / 65536 ORDER BY id");
    while (select.step()) {
      const auto rows = static_cast<std::size_t>(select.integer(2));
      blobs.push_back({select.integer(0), in_first_format(decode_column(select.blob(1), rows), rows)});
    }
    Statement update(database, "UPDATE samples SET crc = ?, data = ? WHERE id = ?");
    for (const Blob& blob : blobs) {
      update.bind(1, static_cast<std::int64_t>(format::checksum('s', blob.id, blob.data)));
      update.bind(2, std::span<const std::uint8_t>(blob.data));
      update.bind(3, blob.id);
      update.run();
    }
  }
  database.execute("PRAGMA user_version = 1");
  database.close();
}

}  // namespace rig::test

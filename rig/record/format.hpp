#pragma once
#include <cstdint>
#include <span>
#include <string>

#include "rig/record/crc32c.hpp"

// The file run.sqlite. Scalars of a run are rows of `meta`, its lists have a table each (run_info_fields.hpp); sampled
// columns are blobs, one per block and column, each with the CRC-32C of its place and content.
//   blocks   block, first tick index, rows, data (indexes and steps of the rows, clock events)
//   samples  id = block * 65536 + column
//   frames   block
namespace rig::format {

inline constexpr std::int64_t application_id = 0x47545852;  // "GTXR"
inline constexpr std::int64_t version = 2;
inline constexpr std::int64_t oldest_version = 1;  // that is still read: all columns of a run.sqlite say by themselves
inline constexpr std::int64_t columns_per_block = 65536;
inline constexpr const char* file_name = "run.sqlite";

inline constexpr const char* schema = R"sql(
CREATE TABLE meta(key TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE columns(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, origin TEXT NOT NULL, unit TEXT NOT NULL,
  dimension TEXT NOT NULL, source TEXT NOT NULL, help TEXT NOT NULL, uncertainty_absolute REAL NOT NULL,
  uncertainty_relative REAL NOT NULL, max_age_ns INTEGER NOT NULL, labels TEXT NOT NULL);
CREATE TABLE blocks(block INTEGER PRIMARY KEY, first_tick INTEGER NOT NULL, row_count INTEGER NOT NULL,
  crc INTEGER NOT NULL, data BLOB NOT NULL);
CREATE TABLE samples(id INTEGER PRIMARY KEY, crc INTEGER NOT NULL, data BLOB NOT NULL);
CREATE TABLE frames(block INTEGER PRIMARY KEY, crc INTEGER NOT NULL, data BLOB NOT NULL);
CREATE TABLE gaps(first_tick INTEGER NOT NULL, last_tick INTEGER NOT NULL, row_count INTEGER NOT NULL);
)sql";

// Seeded with table and id, so that a blob in a wrong place is damage too.
inline std::uint32_t checksum(char table, std::int64_t id, std::span<const std::uint8_t> data) noexcept {
  std::uint8_t head[9] = {static_cast<std::uint8_t>(table)};
  for (std::size_t i = 0; i < 8; ++i) {
    head[i + 1] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(id) >> (8 * i));
  }
  return crc32c(data, crc32c(head));
}

}  // namespace rig::format

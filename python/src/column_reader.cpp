#include "python/src/column_reader.hpp"

#include <algorithm>
#include <bit>
#include <exception>
#include <functional>
#include <thread>

#include "rig/core/error.hpp"
#include "rig/core/time.hpp"

namespace rig::python {
namespace {

// A thread costs less than the decoding of one block, about 0.05 ms.
constexpr std::size_t blocks_of_a_thread = 16;
constexpr std::size_t most_threads = 16;

// A stretch of blocks; their samples are written from `begin` on, where the rows before could not reach.
struct Part {
  std::size_t first_block = 0;
  std::size_t last_block = 0;
  std::size_t begin = 0;
  std::size_t room = 0;
  std::size_t count = 0;
  std::exception_ptr error;
};

void append(const DecodedColumn& column, const DecodedRows& rows, std::int64_t base_step, std::size_t at,
            Samples& out) {
  for (std::size_t i = 0; i < column.rows.size(); ++i) {
    const std::int64_t tick = rows.indexes[column.rows[i]];
    out.ticks.data()[at + i] = tick;
    out.times.data()[at + i] = to_seconds(Duration{tick * base_step - column.ages[i]});
    out.values.data()[at + i] = std::bit_cast<double>(column.value_bits[i]);
    out.qualities.data()[at + i] = static_cast<std::uint8_t>(column.qualities[i]);
  }
}

void read_blocks(RunReader& reader, std::size_t column, Part& part, Samples& out) {
  for (std::size_t block = part.first_block; block < part.last_block; ++block) {
    const auto samples = reader.read_block(block, column);
    if (!samples || samples->rows.empty()) {
      continue;
    }
    if (const auto rows = reader.read_rows(block)) {
      if (samples->rows.size() > part.room - part.count) {
        throw RigError("the record was replaced while it was open", reader.path(), "open it again");
      }
      append(*samples, *rows, reader.info().tick.count(), part.begin + part.count, out);
      part.count += samples->rows.size();
    }
  }
}

void read_part(RunReader& reader, std::size_t column, Part& part, Samples& out) noexcept {
  try {
    read_blocks(reader, column, part, out);
  } catch (...) {
    part.error = std::current_exception();
  }
}

std::vector<Part> parts_of(const RunReader& reader) {
  const std::size_t blocks = reader.block_count();
  const std::size_t cores = std::max(1u, std::thread::hardware_concurrency());
  const std::size_t count = std::clamp<std::size_t>(blocks / blocks_of_a_thread, 1, std::min(cores, most_threads));
  std::vector<Part> parts(count);
  std::size_t rows = 0;
  for (std::size_t p = 0, block = 0; p < count; ++p) {
    parts[p].first_block = block;
    parts[p].begin = rows;
    for (; block < blocks * (p + 1) / count; ++block) {
      rows += reader.row_count(block);
    }
    parts[p].last_block = block;
    parts[p].room = rows - parts[p].begin;
  }
  return parts;
}

std::size_t rows_of(const RunReader& reader) {
  std::size_t rows = 0;
  for (std::size_t block = 0; block < reader.block_count(); ++block) {
    rows += reader.row_count(block);
  }
  return rows;
}

void take(const Part& part, Samples& out) {
  if (part.error) {
    std::rethrow_exception(part.error);
  }
  out.ticks.take(part.begin, part.count);
  out.times.take(part.begin, part.count);
  out.values.take(part.begin, part.count);
  out.qualities.take(part.begin, part.count);
}

}  // namespace

Samples ColumnReader::read(std::size_t column) {
  Samples out(rows_of(reader_));
  std::vector<Part> parts = parts_of(reader_);
  while (others_.size() + 1 < parts.size()) {
    others_.push_back(std::make_unique<RunReader>(reader_.path()));
  }
  std::vector<std::jthread> threads;  // gone, and so joined, before what they write to
  for (std::size_t p = 1; p < parts.size(); ++p) {
    threads.emplace_back(read_part, std::ref(*others_[p - 1]), column, std::ref(parts[p]), std::ref(out));
  }
  read_part(reader_, column, parts[0], out);
  threads.clear();  // waits for all
  for (const Part& part : parts) {
    take(part, out);
  }
  out.ticks.fit();
  out.times.fit();
  out.values.fit();
  out.qualities.fit();
  return out;
}

std::vector<std::string> ColumnReader::damage() const {
  std::vector<std::string> all = reader_.damage();
  for (const auto& other : others_) {
    for (const std::string& sentence : other->damage()) {
      if (std::find(all.begin(), all.end(), sentence) == all.end()) {
        all.push_back(sentence);
      }
    }
  }
  return all;
}

}  // namespace rig::python

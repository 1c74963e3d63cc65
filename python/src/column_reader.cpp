#include "python/src/column_reader.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <functional>
#include <thread>

#include "python/src/turns.hpp"
#include "rig/core/error.hpp"
#include "rig/core/time.hpp"
#include "rig/record/column_decoder.hpp"

namespace rig::python {
namespace {

constexpr std::size_t blocks_of_a_piece = 16;  // their bytes stay in the cache until they are decoded
constexpr std::size_t most_threads = 16;

// Samples that turned out not to decode after they had got their place.
struct Hole {
  std::size_t begin = 0;
  std::size_t size = 0;
};

// The blocks of a piece, decompressed.
struct Piece {
  struct Block {
    std::size_t number = 0;
    std::vector<std::uint8_t> bytes;
    std::size_t size = 0;
  };
  std::array<Block, blocks_of_a_piece> blocks;
  std::size_t count = 0;
  std::size_t size = 0;
};

void load(RunReader& reader, std::size_t column, std::size_t first, Piece& piece, ColumnDecoder& decoder) {
  piece.count = piece.size = 0;
  const std::size_t end = std::min(first + blocks_of_a_piece, reader.block_count());
  for (std::size_t number = first; number < end; ++number) {
    Piece::Block& block = piece.blocks[piece.count];
    if (!reader.read_bytes(number, column, block.bytes) || block.bytes.empty()) {
      continue;
    }
    try {
      block.size = decoder.open(block.bytes, reader.row_count(number));
    } catch (const DamagedBlock& error) {
      reader.note_damage(number, column, error.what());
      continue;
    }
    block.number = number;
    piece.size += block.size;
    ++piece.count;
  }
}

template <class Decode>
class Worker {
 public:
  Worker(RunReader& reader, std::size_t column, Turns& turns, const Decode& decode)
      : reader_(reader), column_(column), turns_(turns), decode_(decode) {}

  void work() noexcept {
    std::size_t piece = 0;
    try {
      const RunReader::Pass pass(reader_);
      for (piece = turns_.next(); piece * blocks_of_a_piece < reader_.block_count(); piece = turns_.next()) {
        load(reader_, column_, piece * blocks_of_a_piece, piece_, decoder_);
        const std::size_t place = turns_.place(piece, piece_.size);
        if (!decode_.expect(place, piece_.size)) {
          throw RigError("the record was replaced while it was open", reader_.path(), "open it again");
        }
        decode(place);
      }
    } catch (...) {
      error_ = std::current_exception();
      turns_.give_up(piece);
    }
  }
  // After the end of all; throws what went wrong.
  [[nodiscard]] const std::vector<Hole>& holes() const {
    if (error_) {
      std::rethrow_exception(error_);
    }
    return holes_;
  }

 private:
  void decode(std::size_t place) {
    for (std::size_t i = 0; i < piece_.count; ++i) {
      const Piece::Block& block = piece_.blocks[i];
      try {
        decoder_.open(block.bytes, reader_.row_count(block.number));
        decode_(reader_, decoder_, block.number, place);
      } catch (const DamagedBlock& error) {
        reader_.note_damage(block.number, column_, error.what());
        holes_.push_back({place, block.size});
      }
      place += block.size;
    }
  }

  RunReader& reader_;
  std::size_t column_;
  Turns& turns_;
  const Decode& decode_;
  ColumnDecoder decoder_;
  Piece piece_;
  std::vector<Hole> holes_;
  std::exception_ptr error_;
};

std::size_t rows_of(const RunReader& reader) {
  std::size_t rows = 0;
  for (std::size_t block = 0; block < reader.block_count(); ++block) {
    rows += reader.row_count(block);
  }
  return rows;
}

// How many samples there were; `holes` are those that are none, in order.
template <class Decode>
std::size_t decode_all(const std::vector<RunReader*>& readers, std::size_t column, const Decode& decode,
                       std::vector<Hole>& holes) {
  Turns turns((readers.front()->block_count() + blocks_of_a_piece - 1) / blocks_of_a_piece);
  std::vector<std::unique_ptr<Worker<Decode>>> workers;
  for (RunReader* reader : readers) {
    workers.push_back(std::make_unique<Worker<Decode>>(*reader, column, turns, decode));
  }
  {
    std::vector<std::jthread> threads;  // joined at the end of this block
    for (std::size_t i = 1; i < workers.size(); ++i) {
      threads.emplace_back(&Worker<Decode>::work, workers[i].get());
    }
    workers.front()->work();
  }
  for (const auto& worker : workers) {
    holes.insert(holes.end(), worker->holes().begin(), worker->holes().end());
  }
  std::sort(holes.begin(), holes.end(), [](const Hole& a, const Hole& b) { return a.begin < b.begin; });
  return turns.size();
}

template <class T>
void finish(Buffer<T>& buffer, std::size_t size, const std::vector<Hole>& holes) {
  buffer.set_size(size);
  for (auto hole = holes.rbegin(); hole != holes.rend(); ++hole) {  // from the end, so that the places before stay
    buffer.erase(hole->begin, hole->size);
  }
  buffer.fit();
}

// Where the pieces go: first room is asked for, then come the blocks.
struct ToValues {
  Buffer<double>& out;

  bool expect(std::size_t place, std::size_t size) const noexcept { return out.expect(place, size); }
  void operator()(RunReader&, ColumnDecoder& decoder, std::size_t, std::size_t place) const {
    decoder.values({out.data() + place, decoder.size()});
  }
};

struct ToMoments {
  Moments& out;

  bool expect(std::size_t place, std::size_t size) const noexcept {
    return out.ticks.expect(place, size) && out.times.expect(place, size) && out.qualities.expect(place, size);
  }
  void operator()(RunReader& reader, ColumnDecoder& decoder, std::size_t block, std::size_t place) const {
    const auto all_rows = reader.read_rows(block);
    if (!all_rows) {
      throw DamagedBlock("its ticks are damaged");
    }
    std::array<std::uint16_t, RowBlock::row_capacity> rows;
    std::array<std::int64_t, RowBlock::row_capacity> ages;
    decoder.rows(std::span(rows).first(decoder.size()));
    decoder.ages(std::span(ages).first(decoder.size()));
    decoder.qualities({reinterpret_cast<Quality*>(out.qualities.data() + place), decoder.size()});
    const std::int64_t base_step = reader.info().tick.count();
    for (std::size_t i = 0; i < decoder.size(); ++i) {
      const std::int64_t tick = all_rows->indexes[rows[i]];
      out.ticks.data()[place + i] = tick;
      out.times.data()[place + i] = to_seconds(Duration{tick * base_step - ages[i]});
    }
  }
};

}  // namespace

std::vector<RunReader*> ColumnReader::readers() {
  const std::size_t cores = std::max(1u, std::thread::hardware_concurrency());
  const std::size_t count =
      std::clamp<std::size_t>(reader_.block_count() / blocks_of_a_piece, 1, std::min(cores, most_threads));
  reader_.check_rows();
  while (others_.size() + 1 < count) {
    others_.push_back(reader_.another());
  }
  std::vector<RunReader*> list{&reader_};
  for (std::size_t i = 0; i + 1 < count; ++i) {
    list.push_back(others_[i].get());
  }
  return list;
}

Buffer<double> ColumnReader::values(std::size_t column) {
  Buffer<double> out(rows_of(reader_));
  std::vector<Hole> holes;
  const std::size_t size = decode_all(readers(), column, ToValues{out}, holes);
  finish(out, size, holes);
  return out;
}

Moments ColumnReader::moments(std::size_t column) {
  Moments out(rows_of(reader_));
  std::vector<Hole> holes;
  const std::size_t size = decode_all(readers(), column, ToMoments{out}, holes);
  finish(out.ticks, size, holes);
  finish(out.times, size, holes);
  finish(out.qualities, size, holes);
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

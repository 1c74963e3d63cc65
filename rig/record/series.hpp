#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "rig/record/row_block.hpp"
#include "rig/record/words.hpp"

namespace rig {

// The values, ages or qualities of a column's samples in a block, as bytes. Two questions are answered apart:
//   where it changed  at every sample; in a list of places; or in a bit for each sample
//   what it became    words (words.hpp), or up to 256 different ones as a dictionary and codes of as few bits as their
//                     number needs. Noise of some digits becomes so small that zstd has nothing to gain, and is read
//                     without it.
class SeriesEncoder {
 public:
  // `places` of the samples, of `samples` altogether, at which the series took `words`; the first is 0. Gives whether
  // it is codes.
  bool encode(std::span<const std::uint16_t> places, std::span<const std::uint64_t> words, std::size_t samples,
              ByteWriter& out);

 private:
  std::vector<std::uint64_t> wide_;
  std::vector<std::uint8_t> codes_;
};

// The inverse, into the caller's memory. Keeps its scratch memory. Throws DamagedBlock.
class SeriesDecoder {
 public:
  void decode(ByteReader& in, std::span<std::uint64_t> out);
  void decode(ByteReader& in, std::span<double> out);
  void decode(ByteReader& in, std::span<std::int64_t> out);
  void decode(ByteReader& in, std::span<Quality> out);

 private:
  template <class T, class F>
  void series(ByteReader& in, std::span<T> out, F convert);
  template <class T, class F>
  void words(ByteReader& in, bool coded, std::span<T> out, F convert);
  void mark_places(ByteReader& in, std::size_t changes);
  std::size_t take_marks(ByteReader& in);
  std::vector<std::uint64_t> words_;
  std::vector<std::uint8_t> marks_;  // for each sample: 1 where the series changed
};

}  // namespace rig

#include "rig/record/row_block.hpp"

#include <algorithm>

namespace rig {
namespace {
// Transposes a 64 x 64 bit matrix in place (Warren, Hacker's Delight, 7-3), bit i of word j <-> bit j of word i.
void transpose64(std::uint64_t* a) noexcept {
  std::uint64_t mask = 0x00000000FFFFFFFFu;
  for (unsigned j = 32; j != 0; j >>= 1, mask ^= mask << j) {
    for (unsigned k = 0; k < 64; k = ((k | j) + 1) & ~j) {
      const std::uint64_t t = ((a[k] >> j) ^ a[k | j]) & mask;
      a[k] ^= t << j;
      a[k | j] ^= t;
    }
  }
}
}  // namespace

RowBlock::RowBlock(std::size_t columns)
    : columns_(columns),
      words_((columns + 63) / 64),
      index_(row_capacity),
      step_(row_capacity),
      written_(row_capacity * words_),
      column_(columns),
      row_store_(std::make_unique_for_overwrite<std::uint16_t[]>(columns * kinds * series_stride)),
      word_store_(std::make_unique_for_overwrite<std::uint64_t[]>(columns * kinds * series_stride)),
      frame_(std::make_unique_for_overwrite<RecordedFrame[]>(frame_capacity)),
      clock_event_(clock_capacity) {}

void RowBlock::clear() noexcept {
  rows_ = 0;
  frames_ = 0;
  clock_events_ = 0;
  std::fill(column_.begin(), column_.end(), Column{});
}

void RowBlock::transpose_written(std::vector<std::uint64_t>& out) const {
  out.assign(words_ * 64 * row_words, 0);
  std::uint64_t tile[64];
  for (std::size_t block = 0; block * 64 < rows_; ++block) {
    const std::size_t height = std::min<std::size_t>(64, rows_ - block * 64);
    for (std::size_t word = 0; word < words_; ++word) {
      for (std::size_t r = 0; r < 64; ++r) {
        tile[r] = r < height ? written_[(block * 64 + r) * words_ + word] : 0;
      }
      transpose64(tile);
      for (std::size_t c = 0; c < 64; ++c) {
        out[(word * 64 + c) * row_words + block] = tile[c];
      }
    }
  }
}

}  // namespace rig

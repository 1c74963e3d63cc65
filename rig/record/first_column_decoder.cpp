#include "rig/record/first_column_decoder.hpp"

#include <algorithm>
#include <bit>

namespace rig {

namespace {
constexpr std::uint8_t in_every_row = 1;

// The lowest `count` bits of word `place` of a bitmap that begins with `count` ones.
std::uint64_t ones(std::size_t count, std::size_t place) {
  const std::size_t begin = place * 64;
  return count >= begin + 64 ? ~std::uint64_t{0} : count <= begin ? 0 : (std::uint64_t{1} << (count - begin)) - 1;
}
}  // namespace

std::size_t FirstColumnDecoder::open(std::span<const std::uint8_t> bytes, std::size_t rows) {
  in_ = ByteReader(bytes);
  rows_ = rows;
  if (in_.byte() == in_every_row) {
    for (std::size_t w = 0; w < written_.size(); ++w) {
      written_[w] = ones(rows, w);
    }
    size_ = rows;
    return size_;
  }
  size_ = in_.count(rows);
  const auto bitmap = in_.bytes((rows + 7) / 8);
  written_.fill(0);
  for (std::size_t i = 0; i < bitmap.size(); ++i) {
    written_[i / 8] |= static_cast<std::uint64_t>(bitmap[i]) << (8 * (i % 8));
  }
  std::size_t seen = 0;
  for (std::size_t w = 0; w < written_.size(); ++w) {
    written_[w] &= ones(rows, w);
    seen += static_cast<std::size_t>(std::popcount(written_[w]));
  }
  if (seen != size_) {
    throw DamagedBlock("does not hold as many samples as it says");
  }
  return size_;
}

void FirstColumnDecoder::rows(std::span<std::uint16_t> out) const {
  auto* to = out.data();
  for (std::size_t w = 0; w < written_.size(); ++w) {
    for (std::uint64_t bits = written_[w]; bits != 0; bits &= bits - 1) {
      *to++ = static_cast<std::uint16_t>(w * 64 + static_cast<std::size_t>(std::countr_zero(bits)));
    }
  }
}

// From change_rows_, which have to rise, and to begin with the first sample.
void FirstColumnDecoder::mark_changes() {
  changed_.fill(0);
  std::uint64_t next = 0;
  for (const std::uint64_t row : change_rows_) {
    if (row < next || row >= rows_) {
      throw DamagedBlock("has a change where nothing was written");
    }
    changed_[row / 64] |= std::uint64_t{1} << (row % 64);
    next = row + 1;
  }
  const auto first = std::find_if(written_.begin(), written_.end(), [](std::uint64_t bits) { return bits != 0; });
  if (first != written_.end() &&
      (changed_[static_cast<std::size_t>(first - written_.begin())] & *first & (~*first + 1)) == 0) {
    throw DamagedBlock("has samples without a first value");
  }
  for (std::size_t w = 0; w < written_.size(); ++w) {
    if ((changed_[w] & ~written_[w]) != 0) {
      throw DamagedBlock("has a change where nothing was written");
    }
  }
}

// Spreads the changes over the rows in which the column was written.
template <class T, class F>
void FirstColumnDecoder::series(std::span<T> out, F convert) {
  const std::size_t changes = in_.count(size_);
  if (changes == 0 && size_ > 0) {
    throw DamagedBlock("has samples without a first value");
  }
  words_.resize(changes);
  if (changes == size_) {
    decode_words(in_, words_);
    std::transform(words_.begin(), words_.end(), out.begin(), convert);
    return;
  }
  change_rows_.resize(changes);
  decode_words(in_, change_rows_);
  decode_words(in_, words_);
  mark_changes();
  if (changes == 1) {
    std::fill(out.begin(), out.end(), convert(words_[0]));
    return;
  }
  // No branch on a bit: where a noisy value changes cannot be predicted.
  std::size_t next = 0;
  auto* to = out.data();
  for (std::size_t w = 0; w < written_.size(); ++w) {
    for (std::uint64_t bits = written_[w]; bits != 0; bits &= bits - 1) {
      next += changed_[w] >> std::countr_zero(bits) & 1u;
      *to++ = convert(words_[next - 1]);  // the first sample is a change
    }
  }
}

void FirstColumnDecoder::value_bits(std::span<std::uint64_t> out) {
  series(out, [](std::uint64_t bits) { return bits; });
}

void FirstColumnDecoder::values(std::span<double> out) {
  series(out, [](std::uint64_t bits) { return std::bit_cast<double>(bits); });
}

void FirstColumnDecoder::ages(std::span<std::int64_t> out) {
  series(out, [](std::uint64_t age) { return static_cast<std::int64_t>(age); });
}

void FirstColumnDecoder::qualities(std::span<Quality> out) {
  series(out, [](std::uint64_t quality) {
    if (quality > static_cast<std::uint64_t>(Quality::invalid)) {
      throw DamagedBlock("has an unknown quality");
    }
    return static_cast<Quality>(quality);
  });
}

void FirstColumnDecoder::skip_series() {
  const std::size_t changes = in_.count(size_);
  if (changes != size_) {
    skip_words(in_, changes);
  }
  skip_words(in_, changes);
}

void FirstColumnDecoder::close() const {
  if (!in_.at_end()) {
    throw DamagedBlock("has bytes left over");
  }
}

}  // namespace rig

#include "rig/record/column_decoder.hpp"

#include <bit>
#include <numeric>

#include "rig/record/column_codec.hpp"

namespace rig {

std::size_t ColumnDecoder::open(std::span<const std::uint8_t> bytes, std::size_t rows) {
  if (rows > RowBlock::row_capacity) {
    throw DamagedBlock("has an impossible number of rows");
  }
  ByteReader in(bytes);
  const std::uint8_t form = in.byte();
  first_format_ = form == column_of_first_format;
  if (first_format_) {
    first_values_passed_ = false;
    in.varint();  // the size of what follows
    size_ = first_.open(in.rest(), rows);
    return size_;
  }
  rows_ = rows;
  first_row_ = 0;
  stride_ = 1;
  moments_are_open_ = false;
  if (form == column_in_every_row) {
    size_ = rows;
  } else if (form == column_in_strides) {
    size_ = in.count(rows);
    first_row_ = in.count(rows);
    stride_ = in.count(rows);
    if (size_ == 0 || stride_ == 0 || first_row_ + (size_ - 1) * stride_ >= rows) {
      throw DamagedBlock("has samples in rows that there are not");
    }
  } else if (form == column_in_marked_rows) {
    size_ = in.count(rows);
    stride_ = 0;
  } else {
    throw DamagedBlock("has an unknown form");
  }
  packed_values_ = in.bytes(in.count(bytes.size()));
  packed_moments_ = in.rest();
  return size_;
}

ByteReader& ColumnDecoder::moments() {
  if (!moments_are_open_) {
    moments_ = ByteReader(unpacked(packed_moments_, moments_scratch_));
    if (stride_ == 0) {
      bitmap_ = moments_.bytes((rows_ + 7) / 8);
      const auto seen = std::accumulate(bitmap_.begin(), bitmap_.end(), std::size_t{0}, [](std::size_t sum, auto byte) {
        return sum + static_cast<std::size_t>(std::popcount(byte));
      });
      if (seen != size_ || (rows_ % 8 != 0 && bitmap_.back() >> (rows_ % 8) != 0)) {
        throw DamagedBlock("does not hold as many samples as it says");
      }
    }
    moments_are_open_ = true;
  }
  return moments_;
}

void ColumnDecoder::rows(std::span<std::uint16_t> out) {
  if (first_format_) {
    first_.rows(out);
    return;
  }
  if (stride_ != 0) {
    for (std::size_t i = 0; i < out.size(); ++i) {
      out[i] = static_cast<std::uint16_t>(first_row_ + i * stride_);
    }
    return;
  }
  moments();
  auto* to = out.data();
  for (std::size_t i = 0; i < bitmap_.size(); ++i) {
    for (unsigned bits = bitmap_[i]; bits != 0; bits &= bits - 1) {
      *to++ = static_cast<std::uint16_t>(i * 8 + static_cast<std::size_t>(std::countr_zero(bits)));
    }
  }
}

template <class T>
void ColumnDecoder::decode_values(std::span<T> out) {
  ByteReader in(unpacked(packed_values_, values_scratch_));
  series_.decode(in, out);
  if (!in.at_end()) {
    throw DamagedBlock("has bytes left over");
  }
}

void ColumnDecoder::value_bits(std::span<std::uint64_t> out) {
  if (first_format_) {
    first_.value_bits(out);
    first_values_passed_ = true;
    return;
  }
  decode_values(out);
}

void ColumnDecoder::values(std::span<double> out) {
  if (first_format_) {
    first_.values(out);
    first_values_passed_ = true;
    return;
  }
  decode_values(out);
}

void ColumnDecoder::ages(std::span<std::int64_t> out) {
  if (first_format_) {
    if (!first_values_passed_) {
      first_.skip_values();
    }
    first_.ages(out);
    return;
  }
  series_.decode(moments(), out);
}

void ColumnDecoder::qualities(std::span<Quality> out) {
  if (first_format_) {
    first_.qualities(out);
    first_.close();
    return;
  }
  series_.decode(moments(), out);
  if (!moments().at_end()) {
    throw DamagedBlock("has bytes left over");
  }
}

void column_bytes(std::span<const std::uint8_t> blob, std::vector<std::uint8_t>& out) {
  if (blob.empty() || blob.front() != column_of_first_format_packed) {
    out.assign(blob.begin(), blob.end());
    return;
  }
  out.clear();
  thread_local std::vector<std::uint8_t> scratch;
  const auto raw = unpacked(blob, scratch);
  ByteWriter writer(out);
  writer.byte(column_of_first_format);
  writer.varint(raw.size());
  writer.bytes(raw);
}

}  // namespace rig

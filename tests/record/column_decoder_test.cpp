#include "rig/record/column_decoder.hpp"

#include <gtest/gtest.h>

#include <bit>

#include "rig/core/random.hpp"
#include "rig/record/column_codec.hpp"

namespace rig {
namespace {

// What was written, as a reader that knows nothing of the codec would keep it.
struct Written {
  std::vector<std::uint16_t> rows;
  std::vector<std::uint64_t> values;
  std::vector<std::int64_t> ages;
  std::vector<Quality> qualities;
};

struct Shape {
  const char* name;
  std::int64_t rows;
  std::uint64_t every;      // written in one of so many rows, at random
  std::uint64_t kinds;      // of values
  std::uint64_t holds;      // so many writes at most change nothing
  std::int64_t stride = 1;  // written in no other than every so manyth row
};

class ColumnParts : public ::testing::TestWithParam<Shape> {
 protected:
  void SetUp() override {
    const Shape shape = GetParam();
    Random random(static_cast<std::uint64_t>(shape.rows));
    RowBlock block(1);
    std::uint64_t value = 1, left = 0;
    for (std::int64_t row = 0; row < shape.rows; ++row) {
      block.begin_row(row, 1);
      if (row % shape.stride != shape.stride - 1 || (shape.every > 1 && random.next() % shape.every != 0)) {
        continue;
      }
      if (left == 0) {
        value = random.next() % shape.kinds * 0x9E3779B97F4A7C15u;
        left = shape.holds == 0 ? 0 : random.next() % shape.holds;
      } else {
        --left;
      }
      const auto age = static_cast<std::int64_t>(random.next() % 3);
      const auto quality = random.next() % 100 == 0 ? Quality::stale : Quality::good;
      block.put(0, value, age, quality);
      written_.rows.push_back(static_cast<std::uint16_t>(row));
      written_.values.push_back(value);
      written_.ages.push_back(age);
      written_.qualities.push_back(quality);
    }
    Compressor compressor(1);
    ColumnEncoder encoder(compressor);
    encoder.begin(block);
    ASSERT_TRUE(encoder.encode(block, 0, bytes_));
  }

  [[nodiscard]] std::size_t rows() const { return static_cast<std::size_t>(GetParam().rows); }
  Written written_;
  std::vector<std::uint8_t> bytes_;
  ColumnDecoder decoder_;
};

TEST_P(ColumnParts, come_back_as_they_were_written) {
  ASSERT_EQ(decoder_.open(bytes_, rows()), written_.rows.size());
  Written back{.rows = std::vector<std::uint16_t>(decoder_.size()),
               .values = std::vector<std::uint64_t>(decoder_.size()),
               .ages = std::vector<std::int64_t>(decoder_.size()),
               .qualities = std::vector<Quality>(decoder_.size())};
  decoder_.rows(back.rows);
  decoder_.value_bits(back.values);
  decoder_.ages(back.ages);
  decoder_.qualities(back.qualities);
  EXPECT_EQ(back.rows, written_.rows);
  EXPECT_EQ(back.values, written_.values);
  EXPECT_EQ(back.ages, written_.ages);
  EXPECT_EQ(back.qualities, written_.qualities);
}

TEST_P(ColumnParts, need_not_be_read_all) {
  std::vector<double> values(decoder_.open(bytes_, rows()));
  decoder_.values(values);
  for (std::size_t i = 0; i < values.size(); ++i) {
    ASSERT_EQ(std::bit_cast<std::uint64_t>(values[i]), written_.values[i]) << i;
  }
  std::vector<std::int64_t> ages(decoder_.open(bytes_, rows()));
  decoder_.ages(ages);
  EXPECT_EQ(ages, written_.ages);
}

TEST_P(ColumnParts, are_damage_wherever_they_end_too_early) {
  std::vector<Quality> qualities(written_.rows.size());
  for (std::size_t size = 0; size < bytes_.size(); size += 1 + size / 16) {
    EXPECT_THROW(
        {
          decoder_.open(std::span(bytes_).first(size), rows());
          std::vector<std::int64_t> ages(decoder_.size());
          decoder_.ages(ages);
          decoder_.qualities(qualities);
        },
        DamagedBlock)
        << size;
  }
}

INSTANTIATE_TEST_SUITE_P(Shapes, ColumnParts,
                         ::testing::Values(Shape{"every_row", 4096, 1, ~0ull, 0}, Shape{"noise", 4096, 2, 200, 0},
                                           Shape{"steps", 4096, 1, ~0ull, 500}, Shape{"sparse_steps", 4096, 3, 7, 40},
                                           Shape{"constant", 4096, 2, 1, 0}, Shape{"odd_length", 4001, 5, ~0ull, 9},
                                           Shape{"strides", 4096, 1, 12, 0, 2},
                                           Shape{"strides_end", 4001, 1, ~0ull, 3, 5},
                                           Shape{"one_write", 100, 1, ~0ull, 0, 60}, Shape{"one_row", 1, 1, ~0ull, 0},
                                           Shape{"word", 64, 2, 9, 3}),
                         [](const auto& shape) { return shape.param.name; });

}  // namespace
}  // namespace rig

#include <gtest/gtest.h>

#include <algorithm>
#include <string_view>

#include "rig/core/random.hpp"
#include "rig/record/column_codec.hpp"
#include "rig/record/crc32c.hpp"
#include "rig/record/words.hpp"

namespace rig {
namespace {
std::span<const std::uint8_t> bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::vector<std::uint64_t> through(const std::vector<std::uint64_t>& words) {
  std::vector<std::uint8_t> buffer;
  ByteWriter out(buffer);
  encode_words(words, out);
  ByteReader in(buffer);
  auto back = decode_words(in, words.size());
  EXPECT_TRUE(in.at_end());
  ByteReader skipping(buffer);
  skip_words(skipping, words.size());
  EXPECT_TRUE(skipping.at_end());
  return back;
}

RecordedFrame frame_at(std::int64_t ns, std::uint32_t id) {
  RecordedFrame frame{.time = TimePoint{Duration{ns}}, .id = id, .bus = 1, .extended = true, .sent = true, .length = 3};
  frame.data[0] = 0xFF;
  frame.data[2] = 0x80;
  return frame;
}
}  // namespace

TEST(Crc32c, gives_the_published_check_values) {
  EXPECT_EQ(crc32c(bytes("123456789")), 0xE3069283u);                // the check value of the CRC catalogue
  EXPECT_EQ(crc32c(std::vector<std::uint8_t>(32, 0)), 0x8A9136AAu);  // RFC 3720 B.4
  EXPECT_EQ(crc32c(bytes("56789"), crc32c(bytes("1234"))), 0xE3069283u);
}

TEST(Crc32c, is_the_same_by_instruction_and_by_tables) {
  Random random(2);
  std::vector<std::uint8_t> data;
  for (std::uint32_t size = 0; size < 100; ++size) {
    EXPECT_EQ(crc32c(data, size), crc32c_by_tables(data, size)) << size;
    data.push_back(static_cast<std::uint8_t>(random.next()));
  }
}

TEST(Words, come_back_whatever_they_are) {
  Random random(1);
  std::vector<std::vector<std::uint64_t>> samples = {
      {}, {0}, {~0ull}, {0, ~0ull, 1, 1ull << 63, 42}, std::vector<std::uint64_t>(4096, 7)};
  std::vector<std::uint64_t> noise, few, ramp;
  for (std::uint64_t i = 0; i < 4096; ++i) {
    noise.push_back(random.next());
    few.push_back(random.next() % 256 * 0x0101010101010101u);
    ramp.push_back(0x404C000000000000u + i * 123456789);
  }
  samples.insert(samples.end(), {noise, few, ramp});
  for (const auto& sample : samples) {
    EXPECT_EQ(through(sample), sample);
  }
}

TEST(Words, of_few_different_values_take_one_byte_each) {
  Random random(1);
  std::vector<std::uint64_t> few;
  for (int i = 0; i < 4096; ++i) {
    few.push_back(0x404C000000000000u + random.next() % 200 * 0x123456789);
  }
  std::vector<std::uint8_t> buffer;
  ByteWriter out(buffer);
  encode_words(few, out);
  EXPECT_LT(buffer.size(), 4096u + 200 * 8 + 4);
}

TEST(Unpack, refuses_every_truncation_and_survives_every_flipped_byte) {
  std::vector<std::uint8_t> raw(500);
  for (std::size_t i = 0; i < raw.size(); ++i) {
    raw[i] = static_cast<std::uint8_t>(i * i / 7);
  }
  Compressor compressor(1);
  std::vector<std::uint8_t> packed;
  compressor.pack(raw, packed);
  EXPECT_EQ(unpack(packed), raw);
  for (std::size_t size = 0; size < packed.size(); ++size) {
    EXPECT_THROW(unpack(std::span(packed).first(size)), DamagedBlock) << size;
  }
  for (std::size_t i = 0; i < packed.size(); ++i) {
    auto broken = packed;
    broken[i] ^= 0x81;
    try {
      EXPECT_LE(unpack(broken, 1000).size(), 1000u);
    } catch (const DamagedBlock&) {
    }
  }
}

TEST(Frames, come_back_with_every_field) {
  std::vector<RecordedFrame> frames;
  for (int i = 0; i < 100; ++i) {
    frames.push_back(frame_at(i * 1'000'003, static_cast<std::uint32_t>(0x351 + i % 6)));
  }
  frames[7].sent = false;
  frames[8].extended = false;
  frames[9].bus = 255;
  std::vector<std::uint8_t> buffer;
  encode_frames(frames, buffer);
  EXPECT_EQ(decode_frames(buffer), frames);
}

TEST(ColumnDecoder, gives_damage_or_a_consistent_column_for_any_bytes) {
  Random random(3);
  RowBlock block(2);
  for (std::int64_t i = 0; i < 300; ++i) {
    block.begin_row(i, 1);
    if (i % 3 != 0) {
      block.put(1, random.next() % 20, static_cast<std::int64_t>(random.next() % 5), Quality::good);
    }
  }
  Compressor compressor(1);
  ColumnEncoder encoder(compressor);
  std::vector<std::uint8_t> good;
  encoder.begin(block);
  EXPECT_FALSE(encoder.encode(block, 0, good));
  ASSERT_TRUE(encoder.encode(block, 1, good));
  ASSERT_EQ(decode_column(good, 300).rows.size(), 200u);
  int damaged = 0;
  for (int round = 0; round < 20000; ++round) {
    auto bad = good;
    for (std::uint64_t n = random.next() % 4 + 1; n > 0; --n) {
      bad[random.next() % bad.size()] = static_cast<std::uint8_t>(random.next());
    }
    bad.resize(random.next() % 4 == 0 ? random.next() % bad.size() : bad.size());
    try {
      const DecodedColumn column = decode_column(bad, 300);
      EXPECT_TRUE(std::is_sorted(column.rows.begin(), column.rows.end()));
      EXPECT_EQ(column.value_bits.size(), column.rows.size());
      EXPECT_EQ(column.ages.size(), column.rows.size());
      EXPECT_EQ(column.qualities.size(), column.rows.size());
      EXPECT_TRUE(column.rows.empty() || column.rows.back() < 300);
    } catch (const DamagedBlock&) {
      ++damaged;
    }
  }
  EXPECT_GT(damaged, 1000);
}

}  // namespace rig

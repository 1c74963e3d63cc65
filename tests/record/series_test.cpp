#include "rig/record/series.hpp"

#include <gtest/gtest.h>

#include <bit>

#include "rig/core/random.hpp"

namespace rig {
namespace {

// A series of `samples` that takes one of `kinds` values, anew in about one of `every` samples.
struct Made {
  std::vector<std::uint16_t> places;
  std::vector<std::uint64_t> words;
  std::vector<std::uint64_t> samples;
};

Made make(std::size_t samples, std::uint64_t kinds, std::uint64_t every, std::uint64_t seed) {
  Random random(seed);
  Made made;
  for (std::size_t i = 0; i < samples; ++i) {
    if (i == 0 || random.next() % every == 0) {
      const std::uint64_t word = std::bit_cast<std::uint64_t>(50.0 + 0.01 * static_cast<double>(random.next() % kinds));
      if (i == 0 || word != made.words.back()) {
        made.places.push_back(static_cast<std::uint16_t>(i));
        made.words.push_back(word);
      }
    }
    made.samples.push_back(made.words.back());
  }
  return made;
}

std::vector<std::uint8_t> encoded(const Made& made) {
  std::vector<std::uint8_t> bytes;
  ByteWriter out(bytes);
  SeriesEncoder().encode(made.places, made.words, made.samples.size(), out);
  return bytes;
}

TEST(Series, comes_back_whatever_its_length_its_values_and_its_changes) {
  SeriesDecoder decoder;
  for (const std::size_t samples : {1u, 2u, 7u, 8u, 9u, 63u, 64u, 100u, 819u, 2048u, 4095u, 4096u}) {
    for (const std::uint64_t kinds : {1u, 2u, 3u, 4u, 5u, 16u, 17u, 32u, 100u, 200u, 256u, 100000u}) {
      for (const std::uint64_t every : {1u, 2u, 5u, 20u, 1000u}) {
        const Made made = make(samples, kinds, every, samples * kinds + every);
        const auto bytes = encoded(made);
        ByteReader in(bytes);
        std::vector<std::uint64_t> back(samples);
        decoder.decode(in, back);
        EXPECT_TRUE(in.at_end());
        ASSERT_EQ(back, made.samples) << samples << " samples, " << kinds << " kinds, every " << every;
      }
    }
  }
}

TEST(Series, of_noise_of_some_digits_takes_a_few_bits_a_sample) {
  EXPECT_LT(encoded(make(2048, 11, 1, 1)).size(), 2048 * 4 / 8 + 11 * 8 + 8u);
}

TEST(Series, is_damage_where_it_ends_too_early_and_never_more_than_that) {
  Random random(5);
  SeriesDecoder decoder;
  for (const std::uint64_t kinds : {2u, 11u, 100000u}) {
    for (const std::uint64_t every : {1u, 3u, 40u}) {
      const Made made = make(600, kinds, every, kinds + every);
      const auto good = encoded(made);
      std::vector<std::uint64_t> back(made.samples.size());
      for (std::size_t size = 0; size < good.size(); size += 1 + size / 16) {
        ByteReader in(std::span<const std::uint8_t>(good).first(size));
        EXPECT_THROW(decoder.decode(in, back), DamagedBlock) << size;
      }
      for (int round = 0; round < 1000; ++round) {
        auto bad = good;
        bad[random.next() % bad.size()] = static_cast<std::uint8_t>(random.next());
        try {
          ByteReader in(bad);
          decoder.decode(in, back);
        } catch (const DamagedBlock&) {
        }
      }
    }
  }
}

TEST(Series, names_no_word_that_its_dictionary_lacks) {
  Made made = make(64, 3, 1, 9);
  auto bytes = encoded(made);
  bytes.back() = 0xFF;  // code 3 of the words 0, 1 and 2
  ByteReader in(bytes);
  std::vector<std::uint64_t> back(64);
  EXPECT_THROW(SeriesDecoder().decode(in, back), DamagedBlock);
}

}  // namespace
}  // namespace rig

#include "rig/record/series.hpp"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <utility>

#include "rig/record/dictionary.hpp"

namespace rig {
namespace {
// The first byte: where it changed, and whether as codes.
constexpr std::uint8_t at_each = 0;
constexpr std::uint8_t at_places = 1;  // their number; the places but the first, as lanes
constexpr std::uint8_t at_marks = 2;   // a bit for each sample
constexpr std::uint8_t with_codes = 4;

constexpr std::size_t lane_bits = 40;  // what a word takes about, in lanes

std::size_t code_bits(std::size_t words) { return static_cast<std::size_t>(std::bit_width(words - 1)); }
std::size_t code_bytes(std::size_t codes, std::size_t bits) { return (codes * bits + 7) / 8; }

// The codes, each in `bits` bits, the first in the lowest.
void put_codes(std::span<const std::uint8_t> codes, std::size_t bits, ByteWriter& out) {
  std::uint8_t* to = out.extend(code_bytes(codes.size(), bits));
  std::uint64_t word = 0;
  std::size_t filled = 0;
  for (const std::uint8_t code : codes) {
    word |= std::uint64_t{code} << filled;
    for (filled += bits; filled >= 8; filled -= 8) {
      *to++ = static_cast<std::uint8_t>(word);
      word >>= 8;
    }
  }
  if (filled > 0) {
    *to = static_cast<std::uint8_t>(word);
  }
}

// Eight codes at a time, which are `bits` bytes. The highest code that was seen.
template <std::size_t bits, class T>
std::size_t spread(std::span<const std::uint8_t> packed, const std::array<T, 256>& table, std::span<T> out) {
  constexpr std::uint64_t mask = (std::uint64_t{1} << bits) - 1;
  std::uint64_t highest = 0;
  std::size_t i = 0;
  const std::uint8_t* from = packed.data();
  for (; i + 8 <= out.size(); i += 8, from += bits) {
    const std::uint64_t word = load_word(from, bits);
    for (std::size_t k = 0; k < 8; ++k) {
      const std::uint64_t code = word >> (k * bits) & mask;
      highest = std::max(highest, code);
      out[i + k] = table[code];
    }
  }
  const std::uint64_t word = load_word(from, static_cast<std::size_t>(packed.data() + packed.size() - from));
  for (std::size_t k = 0; i < out.size(); ++i, ++k) {
    const std::uint64_t code = word >> (k * bits) & mask;
    highest = std::max(highest, code);
    out[i] = table[code];
  }
  return highest;
}

template <class T>
std::size_t spread(std::size_t bits, std::span<const std::uint8_t> packed, const std::array<T, 256>& table,
                   std::span<T> out) {
  switch (bits) {
    case 1:
      return spread<1>(packed, table, out);
    case 2:
      return spread<2>(packed, table, out);
    case 3:
      return spread<3>(packed, table, out);
    case 4:
      return spread<4>(packed, table, out);
    case 5:
      return spread<5>(packed, table, out);
    case 6:
      return spread<6>(packed, table, out);
    case 7:
      return spread<7>(packed, table, out);
    default:
      return spread<8>(packed, table, out);
  }
}
}  // namespace

bool SeriesEncoder::encode(std::span<const std::uint16_t> places, std::span<const std::uint64_t> words,
                           std::size_t samples, ByteWriter& out) {
  thread_local Dictionary dictionary;
  const std::size_t changes = words.size();
  const bool coded = dictionary.build(words);
  const std::size_t bits = coded ? code_bits(dictionary.count) : lane_bits;
  // Codes of all samples have to cost a good deal more than the changes alone before those are taken: they are read
  // faster, and zstd makes little of either.
  const std::size_t marked = samples + changes * bits;
  const std::size_t listed = changes * (8 + bits);
  std::uint8_t form = marked < listed ? at_marks : at_places;
  if (changes == samples || (coded && changes > 1 && samples * bits * 3 <= std::min(marked, listed) * 4)) {
    form = at_each;
  }
  out.byte(static_cast<std::uint8_t>(form | (coded ? with_codes : 0)));
  if (form == at_places) {
    out.varint(changes);
    wide_.assign(places.begin() + 1, places.end());
    if (changes > 1) {
      encode_lanes(wide_, out);
    }
  } else if (form == at_marks) {
    std::uint8_t* marks = out.extend((samples + 7) / 8);
    for (const std::uint16_t place : places) {
      marks[place / 8] = static_cast<std::uint8_t>(marks[place / 8] | 1u << (place % 8));
    }
  }
  if (!coded) {
    encode_lanes(words, out);
    return false;
  }
  out.byte(static_cast<std::uint8_t>(dictionary.count - 1));
  encode_lanes({dictionary.words.data(), dictionary.count}, out);
  if (form != at_each || changes == samples) {
    put_codes(dictionary.codes, bits, out);
    return true;
  }
  codes_.resize(samples);
  for (std::size_t i = 0; i < changes; ++i) {
    const std::size_t end = i + 1 < changes ? places[i + 1] : samples;
    std::fill(codes_.begin() + places[i], codes_.begin() + static_cast<std::ptrdiff_t>(end), dictionary.codes[i]);
  }
  put_codes(codes_, bits, out);
  return true;
}

// The words themselves, behind where they belong.
template <class T, class F>
void SeriesDecoder::words(ByteReader& in, bool coded, std::span<T> out, F convert) {
  if (!coded) {
    words_.resize(out.size());
    decode_lanes(in, words_);
    std::transform(words_.begin(), words_.end(), out.begin(), convert);
    return;
  }
  std::array<std::uint64_t, 256> known;
  std::array<T, 256> table{};
  const std::size_t count = in.byte() + std::size_t{1};
  decode_lanes(in, std::span(known).first(count));
  std::transform(known.begin(), known.begin() + static_cast<std::ptrdiff_t>(count), table.begin(), convert);
  if (count == 1) {
    std::fill(out.begin(), out.end(), table[0]);
    return;
  }
  const std::size_t bits = code_bits(count);
  if (spread(bits, in.bytes(code_bytes(out.size(), bits)), table, out) >= count) {
    throw DamagedBlock("names a word that its dictionary lacks");
  }
}

void SeriesDecoder::mark_places(ByteReader& in, std::size_t changes) {
  words_.resize(changes - 1);
  decode_lanes(in, words_);
  marks_[0] = 1;
  std::uint64_t last = 0;
  for (const std::uint64_t place : words_) {
    if (place <= last || place >= marks_.size()) {
      throw DamagedBlock("has a change where nothing was written");
    }
    marks_[place] = 1;
    last = place;
  }
}

std::size_t SeriesDecoder::take_marks(ByteReader& in) {
  const auto bits = in.bytes((marks_.size() + 7) / 8);
  std::size_t changes = 0;
  for (std::size_t i = 0; i < marks_.size(); ++i) {
    marks_[i] = bits[i / 8] >> (i % 8) & 1;
    changes += marks_[i];
  }
  if (marks_[0] == 0) {
    throw DamagedBlock("has samples without a first value");
  }
  return changes;
}

template <class T, class F>
void SeriesDecoder::series(ByteReader& in, std::span<T> out, F convert) {
  if (out.empty()) {
    return;
  }
  const std::uint8_t first = in.byte();
  const std::uint8_t form = first & static_cast<std::uint8_t>(~with_codes);
  const bool coded = (first & with_codes) != 0;
  if (form > at_marks) {
    throw DamagedBlock("has an unknown form");
  }
  if (form == at_each) {
    words(in, coded, out, convert);
    return;
  }
  std::size_t changes = form == at_places ? in.count(out.size()) : 0;
  std::array<T, RowBlock::row_capacity> taken;
  if (changes == 1) {
    words(in, coded, std::span(taken).first(1), convert);
    std::fill(out.begin(), out.end(), taken[0]);
    return;
  }
  marks_.assign(out.size(), 0);
  if (form == at_marks) {
    changes = take_marks(in);
  } else if (changes > 0) {
    mark_places(in, changes);
  } else {
    throw DamagedBlock("has samples without a first value");
  }
  words(in, coded, std::span(taken).first(changes), convert);
  // No branch on a mark: where a noisy value changes cannot be predicted.
  std::size_t next = 0;
  for (std::size_t i = 0; i < out.size(); ++i) {
    next += marks_[i];
    out[i] = taken[next - 1];  // the first sample is a change
  }
}

void SeriesDecoder::decode(ByteReader& in, std::span<std::uint64_t> out) {
  series(in, out, [](std::uint64_t bits) { return bits; });
}

void SeriesDecoder::decode(ByteReader& in, std::span<double> out) {
  series(in, out, [](std::uint64_t bits) { return std::bit_cast<double>(bits); });
}

void SeriesDecoder::decode(ByteReader& in, std::span<std::int64_t> out) {
  series(in, out, [](std::uint64_t word) { return static_cast<std::int64_t>(word); });
}

void SeriesDecoder::decode(ByteReader& in, std::span<Quality> out) {
  series(in, out, [](std::uint64_t quality) {
    if (quality > static_cast<std::uint64_t>(Quality::invalid)) {
      throw DamagedBlock("has an unknown quality");
    }
    return static_cast<Quality>(quality);
  });
}

}  // namespace rig

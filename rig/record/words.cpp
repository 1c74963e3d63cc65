#include "rig/record/words.hpp"

#include <zstd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <memory>

#include "rig/record/dictionary.hpp"

namespace rig {
namespace {
constexpr std::uint8_t form_lanes = 0;
constexpr std::uint8_t form_dictionary = 1;
constexpr std::uint8_t form_raw = 0;
constexpr std::uint8_t form_zstd = 1;
constexpr std::size_t worth_compressing = 48;  // below this a zstd frame is larger than its content

constexpr std::uint64_t zigzag(std::uint64_t difference) { return (difference << 1) ^ (0 - (difference >> 63)); }
constexpr std::uint64_t unzigzag(std::uint64_t z) { return (z >> 1) ^ (0 - (z & 1)); }

// Eight words of eight bytes.
using Square = std::array<std::uint64_t, 8>;

// Swaps between the upper part of each byte group of one word and the lower part of the other's.
template <unsigned shift, std::uint64_t mask>
void exchange(std::uint64_t& a, std::uint64_t& b) noexcept {
  const std::uint64_t t = ((a >> shift) ^ b) & mask;
  a ^= t << shift;
  b ^= t;
}

// Byte i of word j <-> byte j of word i.
void transpose(Square& a) noexcept {
  for (std::size_t k = 0; k < 4; ++k) {
    exchange<32, 0x00000000FFFFFFFFu>(a[k], a[k + 4]);
  }
  for (const std::size_t k : {0u, 1u, 4u, 5u}) {
    exchange<16, 0x0000FFFF0000FFFFu>(a[k], a[k + 2]);
  }
  for (const std::size_t k : {0u, 2u, 4u, 6u}) {
    exchange<8, 0x00FF00FF00FF00FFu>(a[k], a[k + 1]);
  }
}

void store(std::uint64_t word, std::uint8_t* to, std::size_t count) noexcept {
  if (count == 8) {
    for (unsigned k = 0; k < 8; ++k) {
      to[k] = static_cast<std::uint8_t>(word >> (8 * k));
    }
    return;
  }
  for (std::size_t k = 0; k < count; ++k) {
    to[k] = static_cast<std::uint8_t>(word >> (8 * k));
  }
}

// One for each thread: making one takes longer than decompressing a block.
ZSTD_DCtx* decompressor() {
  struct Free {
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
  };
  thread_local const std::unique_ptr<ZSTD_DCtx, Free> context{ZSTD_createDCtx()};
  if (context == nullptr) {
    throw RigError("no memory to decompress the record");
  }
  return context.get();
}
}  // namespace

void encode_lanes(std::span<const std::uint64_t> words, ByteWriter& out) {
  std::uint64_t seen = 0;
  std::uint64_t previous = 0;
  for (const std::uint64_t word : words) {
    seen |= zigzag(word - previous);
    previous = word;
  }
  std::uint8_t mask = 0;
  for (unsigned lane = 0; lane < 8; ++lane) {
    mask = static_cast<std::uint8_t>(mask | (((seen >> (8 * lane)) & 0xFF) != 0 ? 1u << lane : 0u));
  }
  out.byte(mask);
  std::uint8_t* to = out.extend(words.size() * static_cast<std::size_t>(std::popcount(mask)));
  previous = 0;
  for (std::size_t i = 0; i < words.size(); i += 8) {
    const std::size_t count = std::min<std::size_t>(8, words.size() - i);
    Square square{};
    for (std::size_t k = 0; k < count; ++k) {
      square[k] = zigzag(words[i + k] - previous);
      previous = words[i + k];
    }
    transpose(square);
    std::uint8_t* lane_to = to + i;
    for (unsigned lane = 0; lane < 8; ++lane) {
      if ((mask >> lane & 1u) != 0) {
        store(square[lane], lane_to, count);
        lane_to += words.size();
      }
    }
  }
}

void decode_lanes(ByteReader& in, std::span<std::uint64_t> words) {
  const std::uint8_t mask = in.byte();
  std::array<const std::uint8_t*, 8> lanes{};
  for (unsigned lane = 0; lane < 8; ++lane) {
    if ((mask >> lane & 1u) != 0) {
      lanes[lane] = in.bytes(words.size()).data();
    }
  }
  std::uint64_t previous = 0;
  for (std::size_t i = 0; i < words.size(); i += 8) {
    const std::size_t count = std::min<std::size_t>(8, words.size() - i);
    Square square;
    for (unsigned lane = 0; lane < 8; ++lane) {
      square[lane] = lanes[lane] == nullptr ? 0
                     : count == 8           ? load_word(lanes[lane] + i, 8)
                                            : load_word(lanes[lane] + i, count);
    }
    transpose(square);
    for (std::size_t k = 0; k < count; ++k) {
      previous += unzigzag(square[k]);
      words[i + k] = previous;
    }
  }
}

void encode_words(std::span<const std::uint64_t> words, ByteWriter& out) {
  if (words.empty()) {
    return;
  }
  thread_local Dictionary dictionary;
  if (!dictionary.build(words)) {
    out.byte(form_lanes);
    encode_lanes(words, out);
    return;
  }
  out.byte(form_dictionary);
  out.byte(static_cast<std::uint8_t>(dictionary.count - 1));
  encode_lanes({dictionary.words.data(), dictionary.count}, out);
  if (dictionary.count > 1) {
    out.bytes(dictionary.codes);
  }
}

std::vector<std::uint64_t> decode_words(ByteReader& in, std::size_t count) {
  std::vector<std::uint64_t> words(count);
  decode_words(in, words);
  return words;
}

void decode_words(ByteReader& in, std::span<std::uint64_t> words) {
  if (words.empty()) {
    return;
  }
  const std::uint8_t form = in.byte();
  if (form == form_lanes) {
    decode_lanes(in, words);
    return;
  }
  if (form != form_dictionary) {
    throw DamagedBlock("has an unknown form");
  }
  std::array<std::uint64_t, 256> dictionary;
  const std::size_t size = in.byte() + std::size_t{1};
  decode_lanes(in, std::span(dictionary).first(size));
  if (size == 1) {
    std::fill(words.begin(), words.end(), dictionary[0]);
    return;
  }
  const auto codes = in.bytes(words.size());
  if (*std::max_element(codes.begin(), codes.end()) >= size) {
    throw DamagedBlock("names a word that its dictionary lacks");
  }
  for (std::size_t i = 0; i < words.size(); ++i) {
    words[i] = dictionary[codes[i]];
  }
}

void skip_words(ByteReader& in, std::size_t count) {
  if (count == 0) {
    return;
  }
  const auto skip_lanes = [&in](std::size_t words) {
    const std::uint8_t mask = in.byte();
    in.bytes(words * static_cast<std::size_t>(std::popcount(mask)));
  };
  const std::uint8_t form = in.byte();
  if (form == form_lanes) {
    skip_lanes(count);
    return;
  }
  if (form != form_dictionary) {
    throw DamagedBlock("has an unknown form");
  }
  const std::size_t size = in.byte() + std::size_t{1};
  skip_lanes(size);
  in.bytes(size == 1 ? 0 : count);
}

Compressor::Compressor(int level) : context_(ZSTD_createCCtx()), level_(level) {
  if (context_ == nullptr) {
    throw RigError("no memory for the record's compressor");
  }
}

Compressor::~Compressor() { ZSTD_freeCCtx(static_cast<ZSTD_CCtx*>(context_)); }

void Compressor::pack(std::span<const std::uint8_t> raw, std::vector<std::uint8_t>& out) {
  out.clear();
  append(raw, out, 1);
}

void Compressor::append(std::span<const std::uint8_t> raw, std::vector<std::uint8_t>& out, std::size_t gain) {
  const std::size_t begin = out.size();
  ByteWriter writer(out);
  if (raw.size() >= worth_compressing) {
    writer.byte(form_zstd);
    writer.varint(raw.size());
    const std::size_t head = out.size();
    const std::size_t bound = ZSTD_compressBound(raw.size());
    const std::size_t size = ZSTD_compressCCtx(static_cast<ZSTD_CCtx*>(context_), writer.extend(bound), bound,
                                               raw.data(), raw.size(), level_);
    if (ZSTD_isError(size) == 0 && size + gain <= raw.size()) {
      out.resize(head + size);
      return;
    }
    out.resize(begin);
  }
  writer.byte(form_raw);
  writer.varint(raw.size());
  writer.bytes(raw);
}

std::vector<std::uint8_t> unpack(std::span<const std::uint8_t> packed, std::size_t limit) {
  std::vector<std::uint8_t> raw;
  unpack(packed, raw, limit);
  return raw;
}

void unpack(std::span<const std::uint8_t> packed, std::vector<std::uint8_t>& out, std::size_t limit) {
  const auto raw = unpacked(packed, out, limit);
  if (raw.data() != out.data()) {
    out.assign(raw.begin(), raw.end());
  }
  out.resize(raw.size());
}

std::span<const std::uint8_t> unpacked(std::span<const std::uint8_t> packed, std::vector<std::uint8_t>& scratch,
                                       std::size_t limit) {
  ByteReader reader(packed);
  const std::uint8_t form = reader.byte();
  const std::size_t size = reader.count(limit);
  const auto data = reader.rest();
  if (form == form_raw) {
    if (data.size() != size) {
      throw DamagedBlock("has the wrong size");
    }
    return data;
  }
  if (form != form_zstd) {
    throw DamagedBlock("has an unknown form");
  }
  if (scratch.size() < size) {
    scratch.resize(size);
  }
  const std::size_t got = ZSTD_decompressDCtx(decompressor(), scratch.data(), size, data.data(), data.size());
  if (ZSTD_isError(got) != 0 || got != size) {
    throw DamagedBlock("does not decompress");
  }
  return std::span(scratch).first(size);
}

}  // namespace rig

#include "rig/record/words.hpp"

#include <zstd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <memory>

namespace rig {
namespace {
constexpr std::uint8_t form_lanes = 0;
constexpr std::uint8_t form_dictionary = 1;
constexpr std::uint8_t form_raw = 0;
constexpr std::uint8_t form_zstd = 1;
constexpr std::size_t worth_compressing = 48;  // below this a zstd frame is larger than its content

constexpr std::uint64_t zigzag(std::uint64_t difference) { return (difference << 1) ^ (0 - (difference >> 63)); }
constexpr std::uint64_t unzigzag(std::uint64_t z) { return (z >> 1) ^ (0 - (z & 1)); }

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
  for (unsigned lane = 0; lane < 8; ++lane) {
    if ((mask >> lane & 1u) == 0) {
      continue;
    }
    std::uint8_t* to = out.extend(words.size());
    previous = 0;
    for (const std::uint64_t word : words) {
      *to++ = static_cast<std::uint8_t>(zigzag(word - previous) >> (8 * lane));
      previous = word;
    }
  }
}

void decode_lanes(ByteReader& in, std::span<std::uint64_t> words) {
  std::fill(words.begin(), words.end(), std::uint64_t{0});
  const std::uint8_t mask = in.byte();
  for (unsigned lane = 0; lane < 8; ++lane) {
    if ((mask >> lane & 1u) != 0) {
      const auto bytes = in.bytes(words.size());
      for (std::size_t i = 0; i < words.size(); ++i) {
        words[i] |= static_cast<std::uint64_t>(bytes[i]) << (8 * lane);
      }
    }
  }
  std::uint64_t previous = 0;
  for (std::uint64_t& word : words) {
    previous += unzigzag(word);
    word = previous;
  }
}

// Finds the different words in order of appearance; false when there are too many for bytes.
struct Dictionary {
  static constexpr std::size_t slots = 1024;
  std::array<std::uint16_t, slots> place;  // 0: empty, else index + 1
  std::array<std::uint64_t, 256> words;
  std::vector<std::uint8_t> codes;
  std::size_t count = 0;

  bool build(std::span<const std::uint64_t> input) {
    place.fill(0);
    count = 0;
    codes.resize(input.size());
    const std::size_t most = std::min<std::size_t>(256, input.size() / 4 + 1);
    for (std::size_t i = 0; i < input.size(); ++i) {
      std::size_t slot = (input[i] * 0x9E3779B97F4A7C15u) >> 54;
      while (place[slot] != 0 && words[place[slot] - 1u] != input[i]) {
        slot = (slot + 1) % slots;
      }
      if (place[slot] == 0) {
        if (count == most) {
          return false;
        }
        words[count++] = input[i];
        place[slot] = static_cast<std::uint16_t>(count);
      }
      codes[i] = static_cast<std::uint8_t>(place[slot] - 1u);
    }
    return true;
  }
};

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
  ByteWriter writer(out);
  if (raw.size() >= worth_compressing) {
    writer.byte(form_zstd);
    writer.varint(raw.size());
    const std::size_t head = out.size();
    const std::size_t bound = ZSTD_compressBound(raw.size());
    const std::size_t size = ZSTD_compressCCtx(static_cast<ZSTD_CCtx*>(context_), writer.extend(bound), bound,
                                               raw.data(), raw.size(), level_);
    if (ZSTD_isError(size) == 0 && size < raw.size()) {
      out.resize(head + size);
      return;
    }
    out.clear();
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
  ByteReader reader(packed);
  const std::uint8_t form = reader.byte();
  const std::size_t size = reader.count(limit);
  const auto data = reader.rest();
  if (form == form_raw) {
    if (data.size() != size) {
      throw DamagedBlock("has the wrong size");
    }
    out.assign(data.begin(), data.end());
    return;
  }
  if (form != form_zstd) {
    throw DamagedBlock("has an unknown form");
  }
  out.resize(size);
  const std::size_t got = ZSTD_decompressDCtx(decompressor(), out.data(), out.size(), data.data(), data.size());
  if (ZSTD_isError(got) != 0 || got != size) {
    throw DamagedBlock("does not decompress");
  }
}

}  // namespace rig

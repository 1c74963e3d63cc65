#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "rig/record/bytes.hpp"

namespace rig {

// 64-bit words made small for zstd, without loss. Two forms, the better is taken:
//   dictionary  up to 256 different words and a byte for each (quantised readings: noise of some digits)
//   lanes       differences, zigzag, byte-shuffled: all lowest bytes, then all second bytes ..., lanes of zeros left
//   out
//               (slow numbers of full precision, counters, times)
void encode_words(std::span<const std::uint64_t> words, ByteWriter& out);
std::vector<std::uint64_t> decode_words(ByteReader& in, std::size_t count);
void decode_words(ByteReader& in, std::span<std::uint64_t> words);  // as many as there is room for

void skip_words(ByteReader& in, std::size_t count);

// The form `lanes` alone, of any number of words.
void encode_lanes(std::span<const std::uint64_t> words, ByteWriter& out);
void decode_lanes(ByteReader& in, std::span<std::uint64_t> words);

// zstd with one reused context. pack(): a form byte, the size and the data; incompressible or tiny input stays as it
// is.
class Compressor {
 public:
  explicit Compressor(int level);
  Compressor(const Compressor&) = delete;
  Compressor& operator=(const Compressor&) = delete;
  ~Compressor();
  void pack(std::span<const std::uint8_t> raw, std::vector<std::uint8_t>& out);
  // The same at the end of `out`; compressed only when that saves `gain` bytes at least.
  void append(std::span<const std::uint8_t> raw, std::vector<std::uint8_t>& out, std::size_t gain);

 private:
  void* context_;
  int level_;
};

// The inverse. Throws DamagedBlock for anything that pack() did not write, and for more than `limit` bytes.
inline constexpr std::size_t unpack_limit = std::size_t{1} << 28;
std::vector<std::uint8_t> unpack(std::span<const std::uint8_t> packed, std::size_t limit = unpack_limit);
void unpack(std::span<const std::uint8_t> packed, std::vector<std::uint8_t>& out, std::size_t limit = unpack_limit);
// The same without a copy: inside of `packed`, or in `scratch`, which only grows.
std::span<const std::uint8_t> unpacked(std::span<const std::uint8_t> packed, std::vector<std::uint8_t>& scratch,
                                       std::size_t limit = unpack_limit);

}  // namespace rig

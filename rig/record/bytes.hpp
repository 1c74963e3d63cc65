#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "rig/core/error.hpp"

namespace rig {

// A block of the record that does not decode: caught where blocks are read, reported by name and skipped.
class DamagedBlock : public RigError {
 public:
  using RigError::RigError;
};

// Appends little-endian numbers, the same bytes on every machine.
class ByteWriter {
 public:
  explicit ByteWriter(std::vector<std::uint8_t>& out) : out_(out) {}
  void byte(std::uint8_t value) { out_.push_back(value); }
  void varint(std::uint64_t value) {
    while (value >= 0x80) {
      byte(static_cast<std::uint8_t>(value | 0x80));
      value >>= 7;
    }
    byte(static_cast<std::uint8_t>(value));
  }
  void bytes(std::span<const std::uint8_t> data) { out_.insert(out_.end(), data.begin(), data.end()); }
  // Room for `count` bytes at the end; valid until the next call.
  std::uint8_t* extend(std::size_t count) {
    out_.resize(out_.size() + count);
    return out_.data() + (out_.size() - count);
  }

 private:
  std::vector<std::uint8_t>& out_;
};

// Up to eight little-endian bytes as a number. With a count that the compiler knows this is one instruction.
inline std::uint64_t load_word(const std::uint8_t* bytes, std::size_t count) noexcept {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < count; ++i) {
    word |= std::uint64_t{bytes[i]} << (8 * i);
  }
  return word;
}

// Reads what ByteWriter wrote; never past the end, whatever the bytes are.
class ByteReader {
 public:
  explicit ByteReader(std::span<const std::uint8_t> data) : data_(data) {}
  std::uint8_t byte() { return bytes(1)[0]; }
  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const std::uint8_t b = byte();
      value |= static_cast<std::uint64_t>(b & 0x7F) << shift;
      if ((b & 0x80) == 0) {
        return value;
      }
    }
    throw DamagedBlock("a number has no end");
  }
  // A count that must not exceed `most`, so that damage cannot ask for gigabytes.
  std::size_t count(std::size_t most) {
    const std::uint64_t value = varint();
    if (value > most) {
      throw DamagedBlock("holds " + std::to_string(value) + " items where at most " + std::to_string(most) + " fit");
    }
    return static_cast<std::size_t>(value);
  }
  std::span<const std::uint8_t> bytes(std::size_t count) {
    if (count > data_.size() - at_) {
      throw DamagedBlock("ends too early");
    }
    at_ += count;
    return data_.subspan(at_ - count, count);
  }
  [[nodiscard]] std::span<const std::uint8_t> rest() const { return data_.subspan(at_); }
  [[nodiscard]] bool at_end() const noexcept { return at_ == data_.size(); }

 private:
  std::span<const std::uint8_t> data_;
  std::size_t at_ = 0;
};

}  // namespace rig

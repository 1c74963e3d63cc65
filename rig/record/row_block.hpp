#pragma once
#include <bit>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "rig/record/run_info.hpp"
#include "rig/signal/sample.hpp"

namespace rig {

// Up to 4096 rows as the loop writes them: which columns were written in each row as bits, and for each column only
// what differs from its sample before. All memory is taken at construction (untouched pages cost nothing); put() is a
// few compares and stores. One thread at a time uses a block.
class RowBlock {
 public:
  static constexpr std::size_t row_capacity = 4096;
  static constexpr std::size_t frame_capacity = 8192;
  static constexpr std::size_t clock_capacity = 1024;

  // The values of one kind (value bits, age, quality) that a column took in a block, and the rows where.
  struct Series {
    std::span<const std::uint16_t> rows;
    std::span<const std::uint64_t> words;
  };
  enum Kind : std::size_t { values, ages, qualities, kinds };

  explicit RowBlock(std::size_t columns);

  void clear() noexcept;
  [[nodiscard]] std::size_t columns() const noexcept { return columns_; }
  [[nodiscard]] std::size_t rows() const noexcept { return rows_; }
  [[nodiscard]] bool empty() const noexcept { return rows_ == 0 && frames_ == 0 && clock_events_ == 0; }
  [[nodiscard]] bool full() const noexcept { return rows_ == row_capacity; }

  // Opens the next row; put() then writes into it.
  void begin_row(std::int64_t index, std::int64_t step_ns) noexcept {
    index_[rows_] = index;
    step_[rows_] = step_ns;
    std::fill_n(written_.data() + rows_ * words_, words_, std::uint64_t{0});
    ++rows_;
  }
  // `age` is the row's start minus the sample's own time, in ns. The first sample of a column in a block is kept whole.
  void put(std::size_t column, std::uint64_t value_bits, std::int64_t age, Quality quality) noexcept {
    Column& c = column_[column];
    const std::size_t row = rows_ - 1;
    written_[row * words_ + (column >> 6)] |= std::uint64_t{1} << (column & 63);
    put(c, values, row, value_bits);
    put(c, ages, row, static_cast<std::uint64_t>(age));
    put(c, qualities, row, static_cast<std::uint64_t>(quality));
  }
  bool put_frame(const RecordedFrame& frame) noexcept {
    if (frames_ == frame_capacity) {
      return false;
    }
    frame_[frames_++] = frame;
    return true;
  }
  [[nodiscard]] std::size_t frames_left() const noexcept { return frame_capacity - frames_; }
  bool put_clock_event(const ClockEvent& event) noexcept {
    if (clock_events_ == clock_capacity) {
      return false;
    }
    clock_event_[clock_events_++] = event;
    return true;
  }

  [[nodiscard]] std::span<const std::int64_t> indexes() const noexcept { return {index_.data(), rows_}; }
  [[nodiscard]] std::span<const std::int64_t> steps() const noexcept { return {step_.data(), rows_}; }
  [[nodiscard]] Series series(std::size_t column, Kind kind) const noexcept {
    const std::size_t n = column_[column].count[kind];
    return {{rows_of(column, kind), n}, {words_of(column, kind), n}};
  }
  [[nodiscard]] std::span<const RecordedFrame> frames() const noexcept { return {frame_.get(), frames_}; }
  [[nodiscard]] std::span<const ClockEvent> clock_events() const noexcept {
    return {clock_event_.data(), clock_events_};
  }
  // Bit r of word r/64 of column c (at c * row_words): written in row r. For the encoder; reuses `out`.
  static constexpr std::size_t row_words = row_capacity / 64;
  void transpose_written(std::vector<std::uint64_t>& out) const;

 private:
  struct Column {
    std::uint64_t last[kinds] = {};
    std::uint16_t count[kinds] = {};
  };
  // Padded so that the places where all columns write at the same row do not fall into the same cache set.
  static constexpr std::size_t series_stride = row_capacity + 24;

  void put(Column& c, Kind kind, std::size_t row, std::uint64_t word) noexcept {
    if (c.count[kind] != 0 && c.last[kind] == word) {
      return;
    }
    const auto column = static_cast<std::size_t>(&c - column_.data());
    const std::size_t at = c.count[kind]++;
    rows_of(column, kind)[at] = static_cast<std::uint16_t>(row);
    words_of(column, kind)[at] = word;
    c.last[kind] = word;
  }
  [[nodiscard]] std::uint16_t* rows_of(std::size_t column, Kind kind) const noexcept {
    return row_store_.get() + (column * kinds + kind) * series_stride;
  }
  [[nodiscard]] std::uint64_t* words_of(std::size_t column, Kind kind) const noexcept {
    return word_store_.get() + (column * kinds + kind) * series_stride;
  }

  std::size_t columns_;
  std::size_t words_;  // mask words in a row
  std::size_t rows_ = 0;
  std::size_t frames_ = 0;
  std::size_t clock_events_ = 0;
  std::vector<std::int64_t> index_;
  std::vector<std::int64_t> step_;
  std::vector<std::uint64_t> written_;
  std::vector<Column> column_;
  std::unique_ptr<std::uint16_t[]> row_store_;
  std::unique_ptr<std::uint64_t[]> word_store_;
  std::unique_ptr<RecordedFrame[]> frame_;
  std::vector<ClockEvent> clock_event_;
};

}  // namespace rig

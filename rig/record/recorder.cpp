#include "rig/record/recorder.hpp"

#include <bit>
#include <cmath>
#include <utility>

#include "rig/core/error.hpp"

namespace rig {
namespace {
constexpr std::size_t block_count = 4;  // one in the loop, one in the encoder, two to even out a slow commit
constexpr std::size_t gap_capacity = 256;
constexpr std::int64_t keep_alive_ns = 1'000'000'000;  // RecordLevel::changes keeps a sample at least this often
}  // namespace

Recorder::Recorder(RunWriter& writer, const SignalTable& signals, const CommandTable& commands,
                   const RecorderOptions& options)
    : writer_(writer), options_(options), base_step_(writer.base_step().count()), signal_count_(signals.size()) {
  if (writer.level() == RecordLevel::none) {
    return;
  }
  writer.declare(signals, commands);
  const bool columns = writer.level() >= RecordLevel::changes;
  last_.resize(columns ? signals.size() + 2 * commands.size() : 0);
  for (std::size_t i = 0; columns && i < signals.size(); ++i) {
    last_[i].quarter_absolute = signals.specs()[i].uncertainty.absolute / 4;
    last_[i].quarter_relative = signals.specs()[i].uncertainty.relative / 4;
  }
  for (std::size_t i = 0; i < block_count; ++i) {
    blocks_.push_back(std::make_unique<RowBlock>(last_.size()));
    free_.push_back(blocks_.back().get());
  }
  full_.reserve(block_count);
  gaps_.reserve(gap_capacity);
  current_ = free_.back();
  free_.pop_back();
  block_end_ = options.block_time.count();
  encoder_ = std::thread([this] { encode_blocks(); });
}

Recorder::~Recorder() { stop(); }

bool Recorder::push(const Tick& tick, const SignalTable& signals, const CommandRow& wanted, const CommandRow& admitted,
                    std::span<const RecordedFrame> frames) noexcept {
  if (current_ == nullptr) {
    return !failed();
  }
  const std::int64_t start = tick.index * base_step_;
  if (current_->full() || (frames.size() > current_->frames_left() && !current_->empty()) ||
      (options_.block_time > Duration::zero() && start >= block_end_)) {
    hand_over();
    block_end_ = start + options_.block_time.count();
  }
  if (!last_.empty()) {
    current_->begin_row(tick.index, tick.step.count());
    if (std::exchange(take_all_next_, false)) {
      take_all(start, signals);
    } else {
      take_signals(start, signals);
    }
    take_commands(start, wanted, wanted_, signal_count_);
    take_commands(start, admitted, admitted_, signal_count_ + 1);
  }
  for (const RecordedFrame& frame : frames) {
    dropped_frames_ += current_->put_frame(frame) ? 0 : 1;
  }
  return !failed();
}

void Recorder::take(std::size_t column, std::int64_t start, std::uint64_t bits, std::int64_t time,
                    Quality quality) noexcept {
  Last& last = last_[column];
  last.bits = bits;
  last.time = time;
  last.quality = quality;
  current_->put(column, bits, start - time, quality);
}

void Recorder::take_signals(std::int64_t start, const SignalTable& signals) noexcept {
  const bool decimate = writer_.level() == RecordLevel::changes;
  const auto row = signals.row();
  const auto changed = signals.changed();
  for (std::size_t word = 0; word < changed.size(); ++word) {
    for (std::uint64_t bits = changed[word]; bits != 0; bits &= bits - 1) {
      const std::size_t column = word * 64 + static_cast<std::size_t>(std::countr_zero(bits));
      const Sample& sample = row[column];
      const Last& last = last_[column];
      const auto value = std::bit_cast<std::uint64_t>(sample.value);
      const std::int64_t time = sample.time.time_since_epoch().count();
      if (value == last.bits && time == last.time && sample.quality == last.quality) {
        continue;
      }
      if (decimate && !worth_keeping(last, sample)) {
        continue;
      }
      take(column, start, value, time, sample.quality);
    }
  }
}

bool Recorder::worth_keeping(const Last& last, const Sample& sample) const noexcept {
  if (sample.quality != last.quality || sample.time.time_since_epoch().count() - last.time >= keep_alive_ns) {
    return true;
  }
  const double before = std::bit_cast<double>(last.bits);
  const double quarter = last.quarter_absolute + last.quarter_relative * std::abs(before);
  if (quarter > 0) {
    return !(std::abs(sample.value - before) <= quarter);  // NaN is kept
  }
  return std::bit_cast<std::uint64_t>(sample.value) != last.bits;
}

void Recorder::take_commands(std::int64_t start, const CommandRow& row, Commands& seen, std::size_t first) noexcept {
  const auto values = row.values();
  if (seen.version == row.version() && seen.source == values.data()) {
    return;
  }
  seen = {values.data(), row.version()};
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::size_t column = first + 2 * i;
    const auto bits = std::bit_cast<std::uint64_t>(values[i]);
    if (bits != last_[column].bits || last_[column].quality != Quality::good) {
      take(column, start, bits, start, Quality::good);
    }
  }
}

// After a dropped block: all that is known, so that what follows the gap stands by itself.
void Recorder::take_all(std::int64_t start, const SignalTable& signals) noexcept {
  const auto row = signals.row();
  for (std::size_t column = 0; column < row.size(); ++column) {
    if (row[column].quality != Quality::never) {
      take(column, start, std::bit_cast<std::uint64_t>(row[column].value), row[column].time.time_since_epoch().count(),
           row[column].quality);
    }
  }
  for (std::size_t column = row.size(); column < last_.size(); ++column) {
    last_[column].quality = Quality::never;
  }
  wanted_ = {};
  admitted_ = {};
}

void Recorder::note_clock(const ClockEvent& event) noexcept {
  if (current_ != nullptr && !current_->put_clock_event(event)) {
    hand_over();
    current_->put_clock_event(event);
  }
}

void Recorder::hand_over() noexcept {
  std::unique_lock lock(mutex_);
  if (free_.empty()) {
    if (!options_.blocking) {
      drop();
      return;
    }
    changed_.wait(lock, [this] { return !free_.empty(); });
  }
  last_dropped_ = false;
  full_.push_back(current_);
  current_ = free_.back();
  free_.pop_back();
  lock.unlock();
  changed_.notify_one();
}

void Recorder::drop() noexcept {
  const auto indexes = current_->indexes();
  dropped_frames_ += static_cast<std::int64_t>(current_->frames().size());
  if (!indexes.empty()) {
    const auto rows = static_cast<std::int64_t>(indexes.size());
    dropped_rows_ += rows;
    if (!gaps_.empty() && (last_dropped_ || gaps_.size() == gap_capacity)) {
      gaps_.back().last = indexes.back();
      gaps_.back().rows += rows;
    } else {
      gaps_.push_back({indexes.front(), indexes.back(), rows});
    }
  }
  current_->clear();
  take_all_next_ = true;
  last_dropped_ = true;
}

void Recorder::encode_blocks() {
  std::vector<Gap> gaps;
  gaps.reserve(gap_capacity);
  for (;;) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return stopping_ || !full_.empty(); });
    if (full_.empty()) {
      return;
    }
    RowBlock* const block = full_.front();
    full_.erase(full_.begin());
    gaps.assign(gaps_.begin(), gaps_.end());
    gaps_.clear();
    lock.unlock();
    if (!failed()) {  // after a failure the blocks only flow back, so that the loop never waits for a dead writer
      try {
        for (const Gap& gap : gaps) {
          writer_.write_gap(gap.first, gap.last, gap.rows);
        }
        writer_.write(*block);
      } catch (const std::exception& error) {
        const std::lock_guard guard(mutex_);
        error_ = error.what();
        failed_.store(true, std::memory_order_relaxed);
      }
    }
    block->clear();
    lock.lock();
    free_.push_back(block);
    lock.unlock();
    changed_.notify_one();
  }
}

void Recorder::stop() noexcept {
  if (!encoder_.joinable()) {
    return;
  }
  {
    const std::lock_guard guard(mutex_);
    full_.push_back(current_);
    current_ = nullptr;
    stopping_ = true;
  }
  changed_.notify_one();
  encoder_.join();
}

void Recorder::flush() {
  if (current_ == nullptr) {
    return;
  }
  if (!current_->empty()) {
    hand_over();
  }
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return free_.size() + 1 == block_count; });
}

void Recorder::close() {
  stop();
  if (failed()) {
    throw RigError(error_);
  }
}

}  // namespace rig

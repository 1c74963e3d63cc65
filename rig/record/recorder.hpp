#pragma once
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "rig/record/row_block.hpp"
#include "rig/record/writer.hpp"
#include "rig/signal/command_row.hpp"
#include "rig/signal/signal_table.hpp"

namespace rig {

struct RecorderOptions {
  bool blocking = true;   // lockstep: push() waits for the encoder. Else it drops a block, marks the gap and counts it
  Duration block_time{};  // a block ends after this much rig time too (0: only after 4096 rows)
};

// Takes one row per tick and gives full blocks to a thread that encodes and writes them. push() neither allocates nor
// throws; it takes a lock only where a block changes hands, once in thousands of ticks. Order of calls: push() once per
// tick with growing index, then close(); the owner of the SignalTable clears its changed bits after push().
// A write that changes neither value nor time nor quality is not kept.
class Recorder {
 public:
  // Declares the columns in `writer`. Both tables and the writer must outlive the recorder; the tables are sealed.
  Recorder(RunWriter& writer, const SignalTable& signals, const CommandTable& commands, const RecorderOptions& options);
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;
  ~Recorder();

  // False once the writer has failed: the record is incomplete and close() will throw the reason.
  bool push(const Tick& tick, const SignalTable& signals, const CommandRow& wanted, const CommandRow& admitted,
            std::span<const RecordedFrame> frames) noexcept;
  // The clock began a tick late, or missed whole steps before it.
  void note_clock(const ClockEvent& event) noexcept;
  // Waits until all rows so far are written, for those who read a record while it grows. Not inside the loop.
  void flush();
  // Hands over what is left and waits until it is written. Throws RigError when anything could not be written.
  void close();

  [[nodiscard]] bool failed() const noexcept { return failed_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::int64_t dropped_rows() const noexcept { return dropped_rows_; }
  [[nodiscard]] std::int64_t dropped_frames() const noexcept { return dropped_frames_; }

 private:
  struct Last {  // the sample of a column as last kept
    std::uint64_t bits = 0;
    std::int64_t time = 0;
    Quality quality = Quality::never;
    double quarter_absolute = 0;  // a quarter of the declared uncertainty
    double quarter_relative = 0;
  };
  struct Gap {
    std::int64_t first = 0, last = 0, rows = 0;
  };
  struct Commands {  // what was recorded of one CommandRow
    const double* source = nullptr;
    std::uint64_t version = 0;
  };

  void take_signals(std::int64_t start, const SignalTable& signals) noexcept;
  void take_commands(std::int64_t start, const CommandRow& row, Commands& seen, std::size_t first) noexcept;
  void take_all(std::int64_t start, const SignalTable& signals) noexcept;
  void take(std::size_t column, std::int64_t start, std::uint64_t bits, std::int64_t time, Quality quality) noexcept;
  [[nodiscard]] bool worth_keeping(const Last& last, const Sample& sample) const noexcept;
  void hand_over() noexcept;
  void drop() noexcept;
  void encode_blocks();
  void stop() noexcept;

  RunWriter& writer_;
  RecorderOptions options_;
  std::int64_t base_step_;  // ns: a row's start is index * base step
  std::size_t signal_count_;
  std::vector<Last> last_;
  Commands wanted_, admitted_;
  bool take_all_next_ = false;
  bool last_dropped_ = false;
  std::int64_t block_end_ = 0;  // ns
  std::int64_t dropped_rows_ = 0;
  std::int64_t dropped_frames_ = 0;

  std::vector<std::unique_ptr<RowBlock>> blocks_;
  RowBlock* current_ = nullptr;

  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::vector<RowBlock*> free_;  // capacity reserved
  std::vector<RowBlock*> full_;  // oldest first
  std::vector<Gap> gaps_;        // capacity reserved
  bool stopping_ = false;
  std::string error_;
  std::atomic<bool> failed_{false};
  std::thread encoder_;
};

}  // namespace rig

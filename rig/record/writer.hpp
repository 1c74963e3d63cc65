#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include "rig/record/row_block.hpp"
#include "rig/record/run_info.hpp"
#include "rig/signal/command_row.hpp"
#include "rig/signal/signal_table.hpp"

namespace rig {

struct RecordOptions {
  RecordLevel level = RecordLevel::full;
  bool replace = false;             // an existing run.sqlite in the folder: replaced, else an error
  bool survive_power_loss = false;  // fsync at each checkpoint; a killed process loses no written block either way
  int compression = 1;              // zstd level
  std::uint64_t max_bytes = 0;      // the file grows no further (0 = no limit): then as with a full disk
};

// Writes one run into <folder>/run.sqlite. Order of calls: constructor (the file exists at once, state "running"),
// declare(), any number of write() from one thread at a time, finish(). Without finish() the state becomes "failed",
// and stays "running" when the process was killed: neither can be mistaken for a result. Every failure (full disk, no
// rights, ...) is a RigError that names path and reason. With RecordLevel::none nothing is written at all, and all
// calls are harmless.
class RunWriter {
 public:
  // Creates the folder and the file; `info` holds what is known before the run, its base step (info.tick) at least.
  RunWriter(const std::string& folder, const RunInfo& info, const RecordOptions& options = {});
  RunWriter(const RunWriter&) = delete;
  RunWriter& operator=(const RunWriter&) = delete;
  ~RunWriter();

  // Declares the columns: the signals in the order of the table, then "wanted.<set-point>" and "admitted.<set-point>"
  // for each command. (What the instrument confirmed is the signal of the set-point's own name.)
  void declare(const SignalTable& signals, const CommandTable& commands);
  void write(const RowBlock& block);
  // Rows from tick `first` to tick `last` were dropped because the writer could not keep up.
  void write_gap(std::int64_t first, std::int64_t last, std::int64_t rows);
  // Writes the rest of the run, makes a single file of it and sets the state "complete". Throws, and sets "failed",
  // when a block could not be written before.
  void finish(const RunInfo& info);
  // Sets the state "failed" with a reason; never throws.
  void abandon(const std::string& reason) noexcept;

  [[nodiscard]] RecordLevel level() const noexcept { return options_.level; }
  [[nodiscard]] Duration base_step() const noexcept { return base_step_; }
  [[nodiscard]] const std::string& path() const noexcept { return path_; }  // empty with RecordLevel::none
  // Of all blocks so far; while a Recorder writes, ask only after its close().
  [[nodiscard]] std::uint64_t stored_bytes() const noexcept { return stored_bytes_; }
  [[nodiscard]] std::uint64_t blocks() const noexcept { return blocks_; }

 private:
  struct Store;  // connection, statements, encoder
  void write_blobs(const RowBlock& block);
  RecordOptions options_;
  Duration base_step_;
  std::string path_;
  std::unique_ptr<Store> store_;
  std::uint64_t blocks_ = 0;
  std::uint64_t stored_bytes_ = 0;
  bool broken_ = false;  // a block is missing
};

}  // namespace rig

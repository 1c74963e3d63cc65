#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rig/record/reader.hpp"
#include "rig/signal/signal_table.hpp"

namespace rig {

// Walks through a record tick by tick: next() writes the measured, commanded and script samples of the tick into a
// SignalTable that has signals of the same names, exactly as they stood when the row was recorded. Model and judge
// columns are not written: whoever replays computes them again and compares with expected().
class ReplayCursor {
 public:
  // `signals` is sealed and outlives the cursor, and so does `reader`. Throws RigError unless the record is of level
  // "full".
  ReplayCursor(RunReader& reader, const SignalTable& signals);

  // Goes to the next recorded tick; false at the end. The caller clears the table's changed bits.
  bool next(Tick& tick, SignalTable& signals);

  // The sample of this name in the recorded row, of any origin; quality `never` when it was not written so far.
  [[nodiscard]] const Sample& expected(SignalId id) const noexcept { return recorded_[id.index]; }
  [[nodiscard]] bool has(SignalId id) const noexcept { return in_record_[id.index]; }
  // The recorded sample of a column by its place in reader.columns(), such as "wanted.supply.voltage_set".
  [[nodiscard]] const Sample& column(std::size_t column) const noexcept { return row_[column]; }

  // Recorded inputs that the table has no signal for: replay would not see them. Set-points as wanted and admitted are
  // no inputs and are left out.
  [[nodiscard]] const std::vector<std::string>& missing() const noexcept { return missing_; }
  // True when rows are missing because a block was dropped or is damaged: then comparing proves nothing.
  [[nodiscard]] bool incomplete() const noexcept { return incomplete_; }

 private:
  struct Column {
    std::size_t place = 0;
    std::optional<SignalId> signal;
    bool input = false;  // written into the table
    std::size_t at = 0;  // next sample of the block
    DecodedColumn samples;
  };
  bool load_block();
  RunReader& reader_;
  std::vector<Column> columns_;
  std::vector<Sample> row_;       // by column of the record
  std::vector<Sample> recorded_;  // by signal of the table
  std::vector<bool> in_record_;
  std::vector<std::string> missing_;
  DecodedRows rows_;
  std::size_t row_in_block_ = 0;
  std::size_t next_block_ = 0;
  bool incomplete_ = false;
};

}  // namespace rig

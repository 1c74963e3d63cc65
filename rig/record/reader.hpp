#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rig/record/column_codec.hpp"
#include "rig/record/run_info.hpp"
#include "rig/record/sqlite.hpp"
#include "rig/signal/signal_table.hpp"

namespace rig {

// All kept samples of one column, in order.
struct ColumnData {
  std::vector<std::int64_t> ticks;  // index of the tick at which the sample arrived
  std::vector<TimePoint> times;     // the sample's own moment
  std::vector<double> values;
  std::vector<Quality> qualities;
  [[nodiscard]] std::size_t size() const noexcept { return ticks.size(); }
};

struct RecordGap {
  std::int64_t first_tick = 0;
  std::int64_t last_tick = 0;
  std::int64_t rows = 0;
};

// Reads a record, also one that is still being written. Opening throws RigError for what is no record of gtxrig or of
// another format version. A damaged block is named in damage() and left out; everything else stays readable.
class RunReader {
 public:
  // `path`: run.sqlite, or the run's folder.
  explicit RunReader(const std::string& path);
  RunReader(const RunReader&) = delete;
  RunReader& operator=(const RunReader&) = delete;

  [[nodiscard]] const std::string& path() const noexcept { return database_.path(); }
  [[nodiscard]] const std::string& state() const noexcept { return state_; }      // "running", "complete", "failed"
  [[nodiscard]] const std::string& failure() const noexcept { return failure_; }  // why it failed
  [[nodiscard]] const RunInfo& info() const noexcept { return info_; }
  [[nodiscard]] std::span<const SignalSpec> columns() const noexcept { return columns_; }
  [[nodiscard]] std::optional<std::size_t> find(std::string_view name) const;

  // The samples of a column; empty when the record has no such column. All of them at once: for runs of any length go
  // block by block.
  ColumnData read(std::string_view name);
  ColumnData read(std::size_t column);
  std::vector<RecordedFrame> frames();
  std::vector<ClockEvent> clock_events();
  std::vector<RecordGap> gaps();

  // Block by block, for those who walk through the rows. Nothing when the block, or the column in it, is damaged.
  [[nodiscard]] std::size_t block_count() const noexcept { return blocks_.size(); }
  std::optional<DecodedRows> read_rows(std::size_t block);
  // An empty column where it was not written in this block.
  std::optional<DecodedColumn> read_block(std::size_t block, std::size_t column);
  std::vector<RecordedFrame> read_frames(std::size_t block);

  // Another connection to the record, for another thread: what this one knows already is not read again.
  [[nodiscard]] std::unique_ptr<RunReader> another() const;
  // While it exists the reader sees one state of the file, and need not look each time whether it changed.
  class Pass {
   public:
    explicit Pass(RunReader& reader);
    Pass(const Pass&) = delete;
    Pass& operator=(const Pass&) = delete;
    ~Pass();

   private:
    RunReader& reader_;
  };
  // Looks at the checksums of all blocks' rows at once, which read_bytes() would otherwise do one by one.
  void check_rows();
  // For those who read one column of a long record and decode it themselves: its column_bytes() (column_decoder.hpp),
  // empty where it was not written in this block. False when they are damaged, or the block's rows are: no samples
  // then.
  bool read_bytes(std::size_t block, std::size_t column, std::vector<std::uint8_t>& out);
  // That they do not decode, which no checksum has told.
  void note_damage(std::size_t block, std::size_t column, const std::string& why);
  [[nodiscard]] std::size_t row_count(std::size_t block) const noexcept { return blocks_[block].rows; }
  // The tick with which a block begins, damaged or not.
  [[nodiscard]] std::int64_t first_tick(std::size_t block) const noexcept { return blocks_[block].first_tick; }

  // What could not be read so far: "block 12 of supply.voltage (ticks 49152 to 53247): the checksum does not match".
  [[nodiscard]] const std::vector<std::string>& damage() const noexcept { return damage_; }

 private:
  RunReader() = default;
  struct Block {
    std::int64_t number = 0;
    std::int64_t first_tick = 0;
    std::size_t rows = 0;
    enum class Rows : std::uint8_t { unknown, whole, damaged } checked = Rows::unknown;
  };
  void prepare();
  void load_columns();
  void load_blocks();
  static bool load(Statement& select, char table, std::int64_t id, std::vector<std::uint8_t>& out);
  bool load_column(std::int64_t id, std::vector<std::uint8_t>& out);
  [[nodiscard]] bool rows_are_whole(std::size_t index);
  void note_damage(const std::string& what, const Block& block, const std::string& why);

  Database database_;
  std::optional<Statement> select_rows_;
  std::optional<Statement> select_samples_;
  std::optional<Statement> select_frames_;
  std::string state_;
  std::string failure_;
  RunInfo info_;
  std::vector<SignalSpec> columns_;
  std::vector<Block> blocks_;
  bool rows_were_checked_ = false;
  std::vector<std::uint8_t> bytes_;  // of a blob, decompressed
  std::vector<std::string> damage_;
};

// A fingerprint of everything in a complete record but its wall-clock fields, from the decoded content: equal for two
// runs of the same case with the same seed. Throws RigError when the record is damaged.
std::string record_digest(const std::string& path);

}  // namespace rig

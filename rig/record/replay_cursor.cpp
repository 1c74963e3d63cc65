#include "rig/record/replay_cursor.hpp"

#include <bit>

#include "rig/core/error.hpp"

namespace rig {
namespace {
bool is_input(Origin origin) {
  return origin == Origin::measured || origin == Origin::commanded || origin == Origin::script;
}
bool is_stage_of_command(const std::string& name) {
  return name.starts_with("wanted.") || name.starts_with("admitted.");
}
}  // namespace

ReplayCursor::ReplayCursor(RunReader& reader, const SignalTable& signals)
    : reader_(reader),
      row_(reader.columns().size()),
      recorded_(signals.size()),
      in_record_(signals.size()),
      incomplete_(!reader.gaps().empty()) {
  if (reader.info().level != RecordLevel::full) {
    throw RigError("the record holds the level '" + std::string(record_level_name(reader.info().level)) +
                       "', and replay needs every sample",
                   reader.path(), "run the case again with --record full");
  }
  for (std::size_t place = 0; place < reader.columns().size(); ++place) {
    const SignalSpec& spec = reader.columns()[place];
    Column& column = columns_.emplace_back();
    column.place = place;
    column.signal = signals.find(spec.name);
    column.input = column.signal.has_value() && is_input(spec.origin);
    if (column.signal) {
      in_record_[column.signal->index] = true;
    } else if (is_input(spec.origin) && !is_stage_of_command(spec.name)) {
      missing_.push_back(spec.name);
    }
  }
}

// Takes the next block of which everything can be read.
bool ReplayCursor::load_block() {
  while (next_block_ < reader_.block_count()) {
    const std::size_t block = next_block_++;
    auto rows = reader_.read_rows(block);
    bool whole = rows.has_value();
    for (Column& column : columns_) {
      auto samples = whole ? reader_.read_block(block, column.place) : std::nullopt;
      whole = samples.has_value();
      if (!whole) {
        break;
      }
      column.samples = std::move(*samples);
      column.at = 0;
    }
    if (!whole) {
      incomplete_ = true;
    } else if (!rows->indexes.empty()) {
      rows_ = std::move(*rows);
      row_in_block_ = 0;
      return true;
    }
  }
  return false;
}

bool ReplayCursor::next(Tick& tick, SignalTable& signals) {
  if (row_in_block_ == rows_.indexes.size() && !load_block()) {
    return false;
  }
  const std::size_t row = row_in_block_++;
  tick.index = rows_.indexes[row];
  tick.start = TimePoint{reader_.info().tick * tick.index};
  tick.step = Duration{rows_.steps[row]};
  tick.missed = tick.step / reader_.info().tick - 1;
  for (Column& column : columns_) {
    const DecodedColumn& samples = column.samples;
    if (column.at == samples.rows.size() || samples.rows[column.at] != row) {
      continue;
    }
    const Sample sample{std::bit_cast<double>(samples.value_bits[column.at]),
                        tick.start - Duration{samples.ages[column.at]}, samples.qualities[column.at]};
    ++column.at;
    row_[column.place] = sample;
    if (column.signal) {
      recorded_[column.signal->index] = sample;
      if (column.input) {
        signals.write(*column.signal, sample.value, sample.time, sample.quality);
      }
    }
  }
  return true;
}

}  // namespace rig

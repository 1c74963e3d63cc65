#include "rig/record/reader.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <filesystem>
#include <utility>

#include "rig/core/error.hpp"
#include "rig/record/column_decoder.hpp"
#include "rig/record/format.hpp"
#include "rig/record/run_info_store.hpp"

namespace rig {
namespace {
std::string record_file(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::path file = fs::is_directory(path, error) ? fs::path(path) / format::file_name : fs::path(path);
  if (!fs::exists(file, error)) {
    throw RigError("there is no record here", file.string(), "give the folder of a run or its run.sqlite");
  }
  return file.string();
}

std::int64_t pragma(Database& database, const std::string& name) {
  Statement select(database, "PRAGMA " + name);
  return select.step() ? select.integer(0) : 0;
}

void check_format(Database& database) {
  if (pragma(database, "application_id") != format::application_id) {
    throw RigError("this is no record of gtxrig", database.path());
  }
  const std::int64_t version = pragma(database, "user_version");
  if (version < format::oldest_version || version > format::version) {
    throw RigError("the record has format version " + std::to_string(version) + ", this gtxrig reads versions " +
                       std::to_string(format::oldest_version) + " to " + std::to_string(format::version),
                   database.path(), "read it with the gtxrig that wrote it");
  }
}

Dimension dimension_of(const std::string& text) {
  std::array<int, 6> parts{};
  const char* at = text.data();
  const char* const end = at + text.size();
  for (int& part : parts) {
    at = std::from_chars(at, end, part).ptr;
    at += at != end ? 1 : 0;
  }
  const auto exponent = [&](std::size_t i) { return static_cast<std::int8_t>(parts[i]); };
  return {.volt = exponent(0),
          .ampere = exponent(1),
          .second = exponent(2),
          .kelvin = exponent(3),
          .point = parts[4] != 0,
          .boolean = parts[5] != 0};
}

Origin origin_of(const std::string& name) {
  for (const Origin origin : {Origin::measured, Origin::commanded, Origin::script, Origin::model, Origin::judge}) {
    if (name == origin_name(origin)) {
      return origin;
    }
  }
  throw RigError("the record has a column of unknown origin '" + name + "'");
}

std::vector<std::string> split_lines(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}
}  // namespace

RunReader::RunReader(const std::string& path) : database_(record_file(path), Database::Mode::read_only) {
  check_format(database_);
  state_ = load_meta(database_, "state");
  if (state_ != "complete" && state_ != "running" && state_ != "failed") {
    throw RigError("the record does not say whether it is complete: its table meta is damaged", database_.path());
  }
  failure_ = load_meta(database_, "failure");
  info_ = load_run_info(database_);
  load_columns();
  load_blocks();
  prepare();
}

std::unique_ptr<RunReader> RunReader::another() const {
  std::unique_ptr<RunReader> reader(new RunReader);
  reader->database_ = Database(path(), Database::Mode::read_only);
  check_format(reader->database_);
  if (load_meta(reader->database_, "started_unix_ns") != std::to_string(info_.started_unix_ns)) {
    throw RigError("the record was replaced while it was open", path(), "open it again");
  }
  reader->state_ = state_;
  reader->failure_ = failure_;
  reader->info_ = info_;
  reader->columns_ = columns_;
  reader->blocks_ = blocks_;
  reader->rows_were_checked_ = rows_were_checked_;
  reader->prepare();
  return reader;
}

void RunReader::prepare() {
  select_rows_.emplace(database_, "SELECT crc, data FROM blocks WHERE block = ?");
  select_samples_.emplace(database_, "SELECT crc, data FROM samples WHERE id = ?");
  select_frames_.emplace(database_, "SELECT crc, data FROM frames WHERE block = ?");
}

void RunReader::load_columns() {
  Statement select(database_,
                   "SELECT id, name, origin, dimension, source, help, uncertainty_absolute, uncertainty_relative, "
                   "max_age_ns, labels FROM columns ORDER BY id");
  while (select.step()) {
    if (select.integer(0) != static_cast<std::int64_t>(columns_.size())) {
      throw RigError("the record lacks the declaration of column " + std::to_string(columns_.size()), path());
    }
    columns_.push_back({.name = select.text(1),
                        .dimension = dimension_of(select.text(3)),
                        .origin = origin_of(select.text(2)),
                        .source = select.text(4),
                        .help = select.text(5),
                        .uncertainty = {select.real(6), select.real(7)},
                        .max_age = Duration{select.integer(8)},
                        .labels = split_lines(select.text(9))});
  }
}

void RunReader::load_blocks() {
  Statement select(database_, "SELECT block, first_tick, row_count FROM blocks ORDER BY block");
  while (select.step()) {
    const std::int64_t rows = select.integer(2);
    if (rows < 0 || rows > static_cast<std::int64_t>(RowBlock::row_capacity)) {
      throw RigError("block " + std::to_string(select.integer(0)) + " has an impossible number of rows", path());
    }
    blocks_.push_back(
        {.number = select.integer(0), .first_tick = select.integer(1), .rows = static_cast<std::size_t>(rows)});
  }
}

std::optional<std::size_t> RunReader::find(std::string_view name) const {
  const auto it = std::find_if(columns_.begin(), columns_.end(), [&](const auto& c) { return c.name == name; });
  return it == columns_.end() ? std::nullopt : std::optional(static_cast<std::size_t>(it - columns_.begin()));
}

void RunReader::note_damage(const std::string& what, const Block& block, const std::string& why) {
  std::string text = "block " + std::to_string(block.number) + " of " + what;
  if (block.rows > 0) {
    text += " (" + std::to_string(block.rows) + " ticks from " + std::to_string(block.first_tick) + ")";
  }
  text += ": " + why;
  if (std::find(damage_.begin(), damage_.end(), text) == damage_.end()) {
    damage_.push_back(std::move(text));
  }
}

void RunReader::note_damage(std::size_t block, std::size_t column, const std::string& why) {
  note_damage(columns_[column].name, blocks_[block], why);
}

namespace {
// The blob of a statement "SELECT crc, data ... WHERE id = ?" that stays until its next use; nothing when there is
// none.
std::optional<std::span<const std::uint8_t>> find_blob(Statement& select, char table, std::int64_t id) {
  select.reset();
  select.bind(1, id);
  if (!select.step()) {
    return std::nullopt;
  }
  const auto data = select.blob(1);
  if (static_cast<std::int64_t>(format::checksum(table, id, data)) != select.integer(0)) {
    throw DamagedBlock("the checksum does not match");
  }
  return data;
}
}  // namespace

// The same, decompressed; false when there is none.
bool RunReader::load(Statement& select, char table, std::int64_t id, std::vector<std::uint8_t>& out) {
  const auto data = find_blob(select, table, id);
  out.clear();
  if (data) {
    unpack(*data, out);
  }
  return data.has_value();
}

bool RunReader::load_column(std::int64_t id, std::vector<std::uint8_t>& out) {
  const auto data = find_blob(*select_samples_, 's', id);
  out.clear();
  if (data) {
    column_bytes(*data, out);
  }
  return data.has_value();
}

std::optional<DecodedRows> RunReader::read_rows(std::size_t index) {
  const Block& block = blocks_[index];
  try {
    load(*select_rows_, 'b', block.number, bytes_);
    return decode_rows(bytes_, block.rows);
  } catch (const RigError& error) {  // DamagedBlock, or what SQLite says of a broken page
    note_damage("the ticks", block, error.what());
    return std::nullopt;
  }
}

std::optional<DecodedColumn> RunReader::read_block(std::size_t index, std::size_t column) {
  const Block& block = blocks_[index];
  try {
    const auto id = block.number * format::columns_per_block + static_cast<std::int64_t>(column);
    return load_column(id, bytes_) ? decode_column(bytes_, block.rows) : DecodedColumn{};
  } catch (const RigError& error) {
    note_damage(columns_[column].name, block, error.what());
    return std::nullopt;
  }
}

bool RunReader::rows_are_whole(std::size_t index) {
  Block& block = blocks_[index];
  if (block.checked == Block::Rows::unknown) {
    try {
      block.checked = find_blob(*select_rows_, 'b', block.number) ? Block::Rows::whole : Block::Rows::damaged;
    } catch (const RigError& error) {
      note_damage("the ticks", block, error.what());
      block.checked = Block::Rows::damaged;
    }
  }
  return block.checked == Block::Rows::whole;
}

RunReader::Pass::Pass(RunReader& reader) : reader_(reader) { reader_.database_.execute("BEGIN"); }

RunReader::Pass::~Pass() {
  for (auto* statement : {&reader_.select_rows_, &reader_.select_samples_, &reader_.select_frames_}) {
    (*statement)->reset();
  }
  try {
    reader_.database_.execute("COMMIT");
  } catch (const RigError&) {  // SQLite has ended it by itself
  }
}

void RunReader::check_rows() {
  if (std::exchange(rows_were_checked_, true)) {
    return;
  }
  try {
    Statement select(database_, "SELECT block, crc, data FROM blocks ORDER BY block");
    for (Block& block : blocks_) {
      if (!select.step() || select.integer(0) != block.number) {
        return;
      }
      if (static_cast<std::int64_t>(format::checksum('b', block.number, select.blob(2))) == select.integer(1)) {
        block.checked = Block::Rows::whole;
      }
    }
  } catch (const RigError&) {  // a broken page: what is behind it is looked at block by block, and named
  }
}

bool RunReader::read_bytes(std::size_t index, std::size_t column, std::vector<std::uint8_t>& out) {
  const Block& block = blocks_[index];
  const auto id = block.number * format::columns_per_block + static_cast<std::int64_t>(column);
  try {
    return !load_column(id, out) || rows_are_whole(index);
  } catch (const RigError& error) {
    note_damage(columns_[column].name, block, error.what());
    return false;
  }
}

ColumnData RunReader::read(std::string_view name) {
  const auto column = find(name);
  return column ? read(*column) : ColumnData{};
}

ColumnData RunReader::read(std::size_t column) {
  ColumnData out;
  for (std::size_t b = 0; b < blocks_.size(); ++b) {
    const auto part = read_block(b, column);
    if (!part || part->rows.empty()) {
      continue;
    }
    const auto rows = read_rows(b);
    if (!rows) {
      continue;
    }
    for (std::size_t i = 0; i < part->rows.size(); ++i) {
      const std::int64_t tick = rows->indexes[part->rows[i]];
      out.ticks.push_back(tick);
      out.times.push_back(TimePoint{Duration{tick * info_.tick.count() - part->ages[i]}});
      out.values.push_back(std::bit_cast<double>(part->value_bits[i]));
      out.qualities.push_back(part->qualities[i]);
    }
  }
  return out;
}

std::vector<RecordedFrame> RunReader::read_frames(std::size_t index) {
  const Block& block = blocks_[index];
  try {
    return load(*select_frames_, 'f', block.number, bytes_) ? decode_frames(bytes_) : std::vector<RecordedFrame>{};
  } catch (const RigError& error) {
    note_damage("the CAN frames", block, error.what());
    return {};
  }
}

std::vector<RecordedFrame> RunReader::frames() {
  std::vector<RecordedFrame> out;
  for (std::size_t b = 0; b < blocks_.size(); ++b) {
    const auto part = read_frames(b);
    out.insert(out.end(), part.begin(), part.end());
  }
  return out;
}

std::vector<ClockEvent> RunReader::clock_events() {
  std::vector<ClockEvent> out;
  for (std::size_t b = 0; b < blocks_.size(); ++b) {
    if (const auto rows = read_rows(b)) {
      out.insert(out.end(), rows->clock_events.begin(), rows->clock_events.end());
    }
  }
  return out;
}

std::vector<RecordGap> RunReader::gaps() {
  std::vector<RecordGap> out;
  Statement select(database_, "SELECT first_tick, last_tick, row_count FROM gaps ORDER BY rowid");
  while (select.step()) {
    out.push_back({select.integer(0), select.integer(1), select.integer(2)});
  }
  return out;
}

}  // namespace rig

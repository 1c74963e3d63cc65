#include "rig/record/writer.hpp"

#include <filesystem>
#include <optional>

#include "rig/core/error.hpp"
#include "rig/core/units.hpp"
#include "rig/record/column_codec.hpp"
#include "rig/record/format.hpp"
#include "rig/record/run_info_store.hpp"
#include "rig/record/sqlite.hpp"

namespace rig {
namespace {
// The file and what SQLite keeps beside it; the first error, if any.
std::error_code remove_record(const std::string& path) {
  std::error_code first;
  for (const char* suffix : {"", "-wal", "-shm", "-journal"}) {
    std::error_code error;
    std::filesystem::remove(path + suffix, error);
    first = first ? first : error;
  }
  return first;
}

std::string prepare_folder(const std::string& folder, bool replace) {
  namespace fs = std::filesystem;
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) {
    throw RigError("cannot create the folder for the record: " + error.message(), folder);
  }
  const fs::path path = fs::path(folder) / format::file_name;
  if (fs::exists(path, error)) {
    if (!replace) {
      throw RigError("there is a record already", path.string(), "choose another folder with --out");
    }
    error = remove_record(path.string());
    if (error) {
      throw RigError("cannot replace the record: " + error.message(), path.string());
    }
  }
  return path.string();
}

std::string dimension_text(Dimension d) {
  std::string text;
  for (const int part : {int{d.volt}, int{d.ampere}, int{d.second}, int{d.kelvin}, int{d.point}, int{d.boolean}}) {
    text += (text.empty() ? "" : ",") + std::to_string(part);
  }
  return text;
}

std::string joined(const std::vector<std::string>& labels) {
  std::string text;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    text += (i == 0 ? "" : "\n") + labels[i];
  }
  return text;
}
}  // namespace

struct RunWriter::Store {
  explicit Store(const std::string& path, const RecordOptions& options)
      : database(path, Database::Mode::create), compressor(options.compression) {
    database.execute("PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 2000;");
    database.execute(options.survive_power_loss ? "PRAGMA synchronous = NORMAL" : "PRAGMA synchronous = OFF");
    if (options.max_bytes != 0) {
      database.execute("PRAGMA max_page_count = " + std::to_string(options.max_bytes / 8192 + 1));
    }
    database.execute("PRAGMA application_id = " + std::to_string(format::application_id));
    database.execute("PRAGMA user_version = " + std::to_string(format::version));
  }
  void prepare() {
    block.emplace(database, "INSERT INTO blocks VALUES(?, ?, ?, ?, ?)");
    sample.emplace(database, "INSERT INTO samples VALUES(?, ?, ?)");
    frame.emplace(database, "INSERT INTO frames VALUES(?, ?, ?)");
    gap.emplace(database, "INSERT INTO gaps VALUES(?, ?, ?)");
  }
  void release() {
    block.reset();
    sample.reset();
    frame.reset();
    gap.reset();
  }
  // Inserts `packed` as (id, crc, data).
  std::size_t insert(Statement& statement, char table, std::int64_t id) {
    statement.bind(1, id);
    statement.bind(2, static_cast<std::int64_t>(format::checksum(table, id, packed)));
    statement.bind(3, std::span<const std::uint8_t>(packed));
    statement.run();
    return packed.size();
  }

  Database database;
  Compressor compressor;
  ColumnEncoder encoder{compressor};
  std::vector<std::uint8_t> raw, packed;
  std::optional<Statement> block, sample, frame, gap;
};

RunWriter::RunWriter(const std::string& folder, const RunInfo& info, const RecordOptions& options)
    : options_(options), base_step_(info.tick) {
  if (base_step_ <= Duration::zero()) {
    throw RigError("a record needs the base step of its run", info.case_name);
  }
  if (options.level == RecordLevel::none) {
    return;
  }
  path_ = prepare_folder(folder, options.replace);
  try {
    store_ = std::make_unique<Store>(path_, options);
    Database& database = store_->database;
    database.execute("BEGIN");
    database.execute(format::schema);
    create_run_info_tables(database);
    save_run_info(database, info);
    save_meta(database, "state", "running");
    database.execute("COMMIT");
    store_->prepare();
  } catch (const RigError&) {
    store_.reset();
    remove_record(path_);  // a record that never began is none
    throw;
  }
}

RunWriter::~RunWriter() {
  if (store_ != nullptr) {
    abandon("the run ended without a result");
  }
}

void RunWriter::declare(const SignalTable& signals, const CommandTable& commands) {
  if (store_ == nullptr) {
    return;
  }
  Database& database = store_->database;
  Statement insert(database, "INSERT INTO columns VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  std::int64_t id = 0;
  const auto put = [&](const SignalSpec& spec) {
    insert.bind(1, id++);
    insert.bind(2, std::string_view(spec.name));
    insert.bind(3, origin_name(spec.origin));
    insert.bind(4, base_unit(spec.dimension));
    insert.bind(5, std::string_view(dimension_text(spec.dimension)));
    insert.bind(6, std::string_view(spec.source));
    insert.bind(7, std::string_view(spec.help));
    insert.bind(8, spec.uncertainty.absolute);
    insert.bind(9, spec.uncertainty.relative);
    insert.bind(10, static_cast<std::int64_t>(spec.max_age.count()));
    insert.bind(11, std::string_view(joined(spec.labels)));
    insert.run();
  };
  database.execute("BEGIN");
  for (const SignalSpec& spec : signals.specs()) {
    put(spec);
  }
  for (const CommandSpec& command : commands.specs()) {
    for (const char* stage : {"wanted.", "admitted."}) {
      put({.name = stage + command.name,
           .dimension = command.dimension,
           .origin = Origin::commanded,
           .source = command.instrument,
           .help = command.help});
    }
  }
  database.execute("COMMIT");
}

void RunWriter::write(const RowBlock& block) {
  if (store_ == nullptr || block.empty()) {
    return;
  }
  Database& database = store_->database;
  database.execute("BEGIN");
  try {
    write_blobs(block);
    database.execute("COMMIT");
  } catch (...) {
    broken_ = true;
    store_->block->reset();
    store_->sample->reset();
    store_->frame->reset();
    try {
      database.execute("ROLLBACK");
    } catch (const RigError&) {  // SQLite has rolled back by itself; the first error is the one to report
    }
    throw;
  }
  ++blocks_;
}

void RunWriter::write_blobs(const RowBlock& block) {
  Store& s = *store_;
  const auto number = static_cast<std::int64_t>(blocks_);
  encode_rows(block, s.raw);
  s.compressor.pack(s.raw, s.packed);
  s.block->bind(1, number);
  s.block->bind(2, block.rows() == 0 ? std::int64_t{0} : block.indexes().front());
  s.block->bind(3, static_cast<std::int64_t>(block.rows()));
  s.block->bind(4, static_cast<std::int64_t>(format::checksum('b', number, s.packed)));
  s.block->bind(5, std::span<const std::uint8_t>(s.packed));
  s.block->run();
  stored_bytes_ += s.packed.size();
  if (block.rows() > 0) {
    s.encoder.begin(block);
    for (std::size_t column = 0; column < block.columns(); ++column) {
      if (s.encoder.encode(block, column, s.packed)) {
        const auto id = number * format::columns_per_block + static_cast<std::int64_t>(column);
        stored_bytes_ += s.insert(*s.sample, 's', id);
      }
    }
  }
  if (!block.frames().empty()) {
    encode_frames(block.frames(), s.raw);
    s.compressor.pack(s.raw, s.packed);
    stored_bytes_ += s.insert(*s.frame, 'f', number);
  }
}

void RunWriter::write_gap(std::int64_t first, std::int64_t last, std::int64_t rows) {
  if (store_ != nullptr) {
    store_->gap->bind(1, first);
    store_->gap->bind(2, last);
    store_->gap->bind(3, rows);
    store_->gap->run();
  }
}

void RunWriter::finish(const RunInfo& info) {
  if (store_ == nullptr) {
    return;
  }
  if (broken_) {
    abandon("blocks could not be written");
    throw RigError("the record lacks blocks that could not be written: it is no result", path_);
  }
  Database& database = store_->database;
  store_->release();
  database.execute("BEGIN");
  save_run_info(database, info);
  save_meta(database, "state", "complete");
  database.execute("COMMIT");
  // Leaving WAL mode checkpoints and removes the -wal and -shm files: one file is the record. While somebody reads it
  // that cannot be done; the result is committed all the same, with the -wal file as part of it.
  try {
    database.execute("PRAGMA journal_mode = DELETE");
  } catch (const RigError&) {
    if (!database.busy()) {
      throw;
    }
  }
  database.close();
  store_.reset();
}

void RunWriter::abandon(const std::string& reason) noexcept {
  if (store_ == nullptr) {
    return;
  }
  try {
    store_->release();
    save_meta(store_->database, "state", "failed");
    save_meta(store_->database, "failure", reason);
    store_->database.execute("PRAGMA journal_mode = DELETE");
    store_->database.close();
  } catch (const std::exception&) {  // the disk is full, say: the state stays "running", which is no result either
  }
  store_.reset();
}

}  // namespace rig

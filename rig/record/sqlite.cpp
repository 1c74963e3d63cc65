#include "rig/record/sqlite.hpp"

#include <sqlite3.h>

#include <utility>

#include "rig/core/error.hpp"

namespace rig {

Database::Database(const std::string& path, Mode mode) : path_(path) {
  // One thread at a time uses a connection: that is its owner's business, and no lock for each call is needed.
  const int flags =
      SQLITE_OPEN_NOMUTEX | (mode == Mode::create ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY);
  if (sqlite3_open_v2(path.c_str(), &handle_, flags, nullptr) != SQLITE_OK) {
    const std::string reason = handle_ != nullptr ? sqlite3_errmsg(handle_) : "out of memory";
    sqlite3_close_v2(std::exchange(handle_, nullptr));
    throw RigError("cannot open the record: " + reason, path);
  }
  sqlite3_extended_result_codes(handle_, 1);
  sqlite3_busy_timeout(handle_, 2000);
}

Database::Database(Database&& other) noexcept
    : handle_(std::exchange(other.handle_, nullptr)), path_(std::move(other.path_)) {}

Database& Database::operator=(Database&& other) noexcept {
  std::swap(handle_, other.handle_);
  std::swap(path_, other.path_);
  return *this;
}

Database::~Database() { sqlite3_close_v2(handle_); }

void Database::close() {
  if (sqlite3_close(handle_) != SQLITE_OK) {
    fail("cannot close the record");
  }
  handle_ = nullptr;
}

bool Database::busy() const noexcept {
  const int code = sqlite3_errcode(handle_) & 0xFF;
  return code == SQLITE_BUSY || code == SQLITE_LOCKED;
}

void Database::execute(const std::string& sql) {
  if (sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    fail("cannot use the record");
  }
}

void Database::fail(const std::string& doing) const {
  const int code = sqlite3_errcode(handle_) & 0xFF;  // without the extension
  std::string hint;
  if (code == SQLITE_FULL) {
    hint = "free some space, or choose another folder with --out";
  } else if (code == SQLITE_NOTADB || code == SQLITE_CORRUPT) {
    hint = "the file is damaged or no record of gtxrig";
  }
  throw RigError(doing + ": " + sqlite3_errmsg(handle_), path_, hint);
}

Statement::Statement(Database& database, const std::string& sql) : database_(database) {
  if (sqlite3_prepare_v2(database.handle(), sql.c_str(), -1, &statement_, nullptr) != SQLITE_OK) {
    database.fail("cannot use the record");
  }
}

Statement::~Statement() { sqlite3_finalize(statement_); }

void Statement::check(int code, const char* doing) const {
  if (code != SQLITE_OK) {
    database_.fail(doing);
  }
}

void Statement::bind(int place, std::int64_t value) {
  check(sqlite3_bind_int64(statement_, place, value), "cannot write the record");
}
void Statement::bind(int place, double value) {
  check(sqlite3_bind_double(statement_, place, value), "cannot write the record");
}
void Statement::bind(int place, std::string_view text) {
  const char* begin = text.data() == nullptr ? "" : text.data();  // a null pointer would bind NULL
  check(sqlite3_bind_text64(statement_, place, begin, text.size(), SQLITE_TRANSIENT, SQLITE_UTF8),
        "cannot write the record");
}
void Statement::bind(int place, std::span<const std::uint8_t> blob) {
  check(sqlite3_bind_blob64(statement_, place, blob.data(), blob.size(), SQLITE_STATIC), "cannot write the record");
}
void Statement::bind_null(int place) { check(sqlite3_bind_null(statement_, place), "cannot write the record"); }

bool Statement::step() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) {
    return true;
  }
  if (code != SQLITE_DONE) {
    database_.fail(sqlite3_stmt_readonly(statement_) != 0 ? "cannot read the record" : "cannot write the record");
  }
  return false;
}

void Statement::run() {
  step();
  reset();
}

void Statement::reset() noexcept { sqlite3_reset(statement_); }

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(statement_, column); }
double Statement::real(int column) const { return sqlite3_column_double(statement_, column); }
bool Statement::is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }

std::string Statement::text(int column) const {
  const auto* bytes = sqlite3_column_text(statement_, column);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
  return bytes == nullptr ? std::string() : std::string(reinterpret_cast<const char*>(bytes), size);
}

std::span<const std::uint8_t> Statement::blob(int column) const {
  const auto* bytes = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_, column));
  return {bytes, bytes == nullptr ? 0 : static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

}  // namespace rig

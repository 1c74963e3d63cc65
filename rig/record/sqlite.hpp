#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace rig {

// A thin owner of a SQLite connection, which one thread at a time may use. Every failure is a RigError that names the
// file and SQLite's reason.
class Database {
 public:
  enum class Mode { create, read_only };
  Database() = default;
  Database(const std::string& path, Mode mode);
  Database(Database&& other) noexcept;
  Database& operator=(Database&& other) noexcept;
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database();

  void execute(const std::string& sql);
  void close();                              // statements must be gone
  [[nodiscard]] bool busy() const noexcept;  // the last call failed because somebody else uses the file
  [[nodiscard]] bool is_open() const noexcept { return handle_ != nullptr; }
  [[nodiscard]] sqlite3* handle() const noexcept { return handle_; }
  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[noreturn]] void fail(const std::string& doing) const;

 private:
  sqlite3* handle_ = nullptr;
  std::string path_;
};

// A prepared statement. bind(1, ...), then step() until false, then reset(). Must not outlive its Database.
class Statement {
 public:
  Statement(Database& database, const std::string& sql);
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement();

  void bind(int place, std::int64_t value);
  void bind(int place, double value);
  void bind(int place, std::string_view text);
  void bind(int place, std::span<const std::uint8_t> blob);
  void bind_null(int place);
  bool step();  // true: a row is there
  void run();   // step() of a statement without rows, then reset()
  void reset() noexcept;

  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] double real(int column) const;
  [[nodiscard]] bool is_null(int column) const;
  [[nodiscard]] std::string text(int column) const;
  // Valid until the next step() or reset().
  [[nodiscard]] std::span<const std::uint8_t> blob(int column) const;

 private:
  void check(int code, const char* doing) const;
  Database& database_;
  sqlite3_stmt* statement_ = nullptr;
};

}  // namespace rig

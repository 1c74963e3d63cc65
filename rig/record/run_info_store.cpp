#include "rig/record/run_info_store.hpp"

#include <map>

#include "rig/core/error.hpp"
#include "rig/record/run_info_fields.hpp"

namespace rig {
namespace {
struct Binder {
  Statement& statement;
  int place = 1;
  void put(const std::string& v) { statement.bind(place++, std::string_view(v)); }
  void put(double v) { statement.bind(place++, v); }
  void put(bool v) { statement.bind(place++, std::int64_t{v}); }
  void put(std::int64_t v) { statement.bind(place++, v); }
  void put(std::uint64_t v) { statement.bind(place++, static_cast<std::int64_t>(v)); }  // same bits
  void put(TimePoint v) { put(static_cast<std::int64_t>(v.time_since_epoch().count())); }
  void put(Duration v) { put(static_cast<std::int64_t>(v.count())); }
  void put(RecordLevel v) { statement.bind(place++, record_level_name(v)); }
  template <class T>
  void put(const std::optional<T>& v) {
    if (v) {
      put(*v);
    } else {
      statement.bind_null(place++);
    }
  }
};

struct Getter {
  Statement& statement;
  int column = 0;
  void get(std::string& v) { v = statement.text(column++); }
  void get(double& v) { v = statement.real(column++); }
  void get(bool& v) { v = statement.integer(column++) != 0; }
  void get(std::int64_t& v) { v = statement.integer(column++); }
  void get(std::uint64_t& v) { v = static_cast<std::uint64_t>(statement.integer(column++)); }
  void get(TimePoint& v) { v = TimePoint{Duration{statement.integer(column++)}}; }
  void get(Duration& v) { v = Duration{statement.integer(column++)}; }
  void get(RecordLevel& v) { v = record_level_from(statement.text(column++)).value_or(RecordLevel::none); }
  template <class T>
  void get(std::optional<T>& v) {
    v.reset();
    if (statement.is_null(column)) {
      ++column;
      return;
    }
    T value{};
    get(value);
    v = value;
  }
};

template <class Row>
std::string column_list(std::string_view each_suffix = {}) {
  std::string list;
  const Row row{};
  for_each_field(row, [&](const char* name, const auto&) {
    list += (list.empty() ? "\"" : ", \"") + std::string(name) + "\"" + std::string(each_suffix);
  });
  return list;
}

template <class Row>
void save_rows(Database& database, const std::string& table, const std::vector<Row>& rows) {
  database.execute("DELETE FROM " + table);
  std::string places;
  const Row shape{};
  for_each_field(shape, [&](const char*, const auto&) { places += places.empty() ? "?" : ", ?"; });
  Statement insert(database, "INSERT INTO " + table + "(" + column_list<Row>() + ") VALUES(" + places + ")");
  for (const Row& row : rows) {
    Binder binder{insert};
    for_each_field(row, [&](const char*, const auto& value) { binder.put(value); });
    insert.run();
  }
}

template <class Row>
void load_rows(Database& database, const std::string& table, std::vector<Row>& rows) {
  Statement select(database, "SELECT " + column_list<Row>() + " FROM " + table + " ORDER BY rowid");
  while (select.step()) {
    Row& row = rows.emplace_back();
    Getter getter{select};
    for_each_field(row, [&](const char*, auto& value) { getter.get(value); });
  }
}
}  // namespace

void create_run_info_tables(Database& database) {
  const RunInfo info;
  for_each_table(info, [&]<class Row>(const char* name, const std::vector<Row>&) {
    database.execute("CREATE TABLE " + std::string(name) + "(" + column_list<Row>() + ")");
  });
}

void save_meta(Database& database, const std::string& key, const std::string& value) {
  Statement insert(database, "INSERT OR REPLACE INTO meta(key, value) VALUES(?, ?)");
  insert.bind(1, std::string_view(key));
  insert.bind(2, std::string_view(value));
  insert.run();
}

std::string load_meta(Database& database, const std::string& key) {
  Statement select(database, "SELECT value FROM meta WHERE key = ?");
  select.bind(1, std::string_view(key));
  return select.step() ? select.text(0) : std::string();
}

void save_run_info(Database& database, const RunInfo& info) {
  Statement insert(database, "INSERT OR REPLACE INTO meta(key, value) VALUES(?, ?)");
  const auto put = [&](const char* name, const auto& value) {
    Binder binder{insert};
    binder.put(std::string(name));
    binder.put(value);
    insert.run();
  };
  for_each_field(info, put);
  for_each_wall_field(info, put);
  for_each_table(info, [&](const char* name, const auto& rows) { save_rows(database, name, rows); });
}

RunInfo load_run_info(Database& database) {
  RunInfo info;
  Statement select(database, "SELECT value FROM meta WHERE key = ?");
  const auto get = [&](const char* name, auto& value) {
    select.bind(1, std::string_view(name));
    if (select.step()) {
      Getter{select}.get(value);
    }
    select.reset();
  };
  for_each_field(info, get);
  for_each_wall_field(info, get);
  for_each_table(info, [&](const char* name, auto& rows) { load_rows(database, name, rows); });
  return info;
}

}  // namespace rig

#include "rig/record/run_info_fields.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace rig {
namespace {
// Walks the fields in order: between them may be padding only, and the last one ends where the row ends. A member that
// was forgotten, or listed in another order, leaves a hole.
template <class Row>
void expect_complete(const char* name) {
  const Row row{};
  const auto* const base = reinterpret_cast<const char*>(&row);
  std::size_t end = 0;
  std::set<std::string> names;
  for_each_field(row, [&]<class T>(const char* field, const T& value) {
    const auto at = static_cast<std::size_t>(reinterpret_cast<const char*>(&value) - base);
    EXPECT_EQ(at, (end + alignof(T) - 1) / alignof(T) * alignof(T)) << name << ": before " << field;
    EXPECT_TRUE(names.insert(field).second) << name << " has two fields " << field;
    end = at + sizeof(T);
  });
  EXPECT_EQ((end + alignof(Row) - 1) / alignof(Row) * alignof(Row), sizeof(Row)) << name << ": at the end";
}
}  // namespace

TEST(RunInfoFields, name_every_member_of_each_row) {
  const RunInfo info;
  int tables = 0;
  for_each_table(info, [&]<class Row>(const char* name, const std::vector<Row>&) {
    expect_complete<Row>(name);
    ++tables;
  });
  EXPECT_EQ(tables, 11);
}

}  // namespace rig

#include "rig/canlog/candump_time.hpp"

#include <chrono>

namespace rig {
namespace {

unsigned natural(LineCursor& cursor, std::size_t digits, std::string_view what) {
  const std::string_view text = cursor.digits();
  if (text.size() != digits) {
    cursor.fail(what);
  }
  unsigned value = 0;
  for (const char c : text) {
    value = value * 10 + static_cast<unsigned>(c - '0');
  }
  return value;
}

// "2015-07-10 08:17:32.249713" (candump -t A). It names no zone; it is taken for UTC.
void take_date(LineCursor& cursor, LoggedFrame& frame) {
  namespace date = std::chrono;
  constexpr std::string_view what = "a date such as 2015-07-10 08:17:32.249713";
  const int start = cursor.column();
  const int year = static_cast<int>(natural(cursor, 4, what));
  cursor.expect('-', what);
  const unsigned month = natural(cursor, 2, what);
  cursor.expect('-', what);
  const unsigned day = natural(cursor, 2, what);
  cursor.expect(' ', what);
  const unsigned hour = natural(cursor, 2, what);
  cursor.expect(':', what);
  const unsigned minute = natural(cursor, 2, what);
  cursor.expect(':', what);
  take_seconds(cursor, frame);
  const date::year_month_day calendar{date::year{year}, date::month{month}, date::day{day}};
  if (!calendar.ok() || year < 1970 || year > 2200 || hour > 23 || minute > 59) {
    cursor.fail_at(start, "expected a date from 1970 to 2200, found one that does not exist");
  }
  const std::int64_t days = date::sys_days{calendar}.time_since_epoch().count();
  frame.time_ns += ((days * 24 + hour) * 60 + minute) * 60 * std::int64_t{1'000'000'000};
}

}  // namespace

void take_candump_time(LineCursor& cursor, LoggedFrame& frame) {
  if (!cursor.take('(')) {
    return;
  }
  cursor.skip_blanks();
  const std::string_view rest = cursor.rest();
  if (rest.size() > 4 && rest[4] == '-') {
    take_date(cursor, frame);
  } else {
    take_seconds(cursor, frame);
  }
  cursor.expect(')', "')' after the time");
  if (!cursor.skip_blanks()) {
    cursor.fail("a blank and the interface such as can0");
  }
}

}  // namespace rig

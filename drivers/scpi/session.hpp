#pragma once
#include <chrono>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "drivers/scpi/text.hpp"
#include "rig/instrument/transport.hpp"

namespace rig::scpi {

// How the boxes of one family speak; a constant table of each driver.
struct Dialect {
  char end_of_command = '\n';
  char end_of_answer = '\n';
  std::string_view identify = "*IDN?";
  std::string_view error_query = "SYST:ERR?";  // empty: it has no error queue
  std::string_view forget_errors = "*CLS";
  bool sets_are_answered = false;  // each set answers `set_done` or a code (GENESYS on its serial line)
  std::string_view set_done = "OK";
  // Answers that are error codes, and what they mean; for boxes that answer with them instead of keeping a queue.
  std::span<const std::pair<std::string_view, std::string_view>> codes{};
  std::chrono::milliseconds pace{0};   // between the begins of two messages, at least
  unsigned sets_before_query = 0;      // more of them without a query crash or choke it; 0: no limit
  std::string_view barrier = "*OPC?";  // the cheapest query, to keep to that
  bool unsolicited_bang = false;       // "!nn" may come at any time (GENESYS service request)
};

// A conversation with a box in text, over any link.
//
// An answer ends with its terminator, with the length that its block states or with the end of the link's message,
// never with what one read returned. The whole exchange has one deadline. After anything but a complete answer the
// session is dirty and refuses to go on until the link was cleared and start() called: a late answer never becomes the
// answer to the next question.
class Scpi {
 public:
  Scpi(Transport& link, const Dialect& dialect, WallTime::duration timeout)
      : link_(link), dialect_(dialect), timeout_(timeout) {}

  // The link is open and nothing is under way on it.
  void start() noexcept;
  [[nodiscard]] bool is_dirty() const noexcept { return dirty_; }

  // All throw LinkError. An answer comes without its terminator.
  std::string ask(std::string_view query);
  void tell(std::string_view command);
  // Sends, also over a link that is out of step, and listens to nothing: the session is dirty afterwards.
  void shout(std::string_view command);
  Measured measured(std::string_view query, std::string_view unit);
  double number(std::string_view query, std::string_view unit);  // "no value" is an error
  bool truth(std::string_view query);
  long integer(std::string_view query);
  std::vector<Measured> list(std::string_view query, const std::vector<std::string_view>& units);

  // "VOLT 56.20", then "VOLT?": another value than that, by more than half a step, is LinkError `rejected`.
  void set(std::string_view header, double value, int decimals, double step, std::string_view unit);
  // The same with a query that is not the header with a question mark.
  void set_and_check(const std::string& command, std::string_view query, double value, double step,
                     std::string_view unit);

  // Reads the error queue until it is empty: at most 32 entries, and the same one three times is a fault of the box.
  std::vector<ErrorEntry> drain_errors();
  // LinkError `rejected` with the entries when there were any.
  void check_errors(std::string_view after);
  void forget_errors();

  // LinkError `mismatch` unless maker and model are these (without case and blanks); `model` empty: any. A maker may
  // have had other names: `makers` are all of them, what it says begins with one.
  Identity identify(std::span<const std::string_view> makers, std::string_view model);
  Identity identify(std::string_view maker, std::string_view model) { return identify(std::span(&maker, 1), model); }

  [[noreturn]] void reject(const std::string& what, const std::string& hint = {}) const;
  // Another answer than could be: the answers may be out of step, so nothing more is believed.
  [[noreturn]] void garbled(std::string_view query, std::string_view answer, const std::string& expected);
  [[nodiscard]] Transport& link() const noexcept { return link_; }

 private:
  void send(std::string_view message, WallTime deadline);
  std::string receive(std::string_view query, WallTime deadline);
  void refuse_code(std::string_view query, std::string_view answer) const;
  bool take_message(std::string& out);
  bool take_block(std::string& out);
  void skip_padding();
  void refuse_unasked();
  void fill(WallTime deadline);

  Transport& link_;
  const Dialect& dialect_;
  WallTime::duration timeout_;
  std::string buffer_;
  bool message_ended_ = false;  // the link said that the buffer's end is the end of a message
  bool dirty_ = false;
  unsigned sets_ = 0;  // since the last query
  WallTime last_sent_{};
};

}  // namespace rig::scpi

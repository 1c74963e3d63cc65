#pragma once
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "drivers/sim/wire_box.hpp"
#include "rig/core/random.hpp"

// How a box understands SCPI: headers in short and long form, several units in one message, parameters with and without
// units, an error queue, the status registers of IEEE 488.2. What a model says is its own table.
namespace rig::sim {

// Ends the execution of one program message unit; goes into the error queue.
struct ScpiFault {
  int code;
  std::string text;
};
// Of the standard; 16 entries and more at most boxes, then the last one becomes -350.
inline const ScpiFault scpi_command_protected{-203, "Command protected"};
inline const ScpiFault scpi_settings_conflict{-221, "Settings conflict"};
inline const ScpiFault scpi_out_of_range{-222, "Data out of range"};
inline const ScpiFault scpi_no_such_header{-113, "Undefined header"};
inline const ScpiFault scpi_too_many_parameters{-108, "Parameter not allowed"};

// One program message unit on its way through a table.
class ScpiCall {
 public:
  std::string header;                   // as it was sent, without the question mark
  std::vector<std::string> parameters;  // as they were sent, without blanks around them
  bool query = false;

  // Throw ScpiFault: missing, no number, wrong unit, outside.
  [[nodiscard]] double number(std::size_t index, std::string_view unit, double lowest, double highest) const;
  [[nodiscard]] bool boolean(std::size_t index) const;
  // Index of the word among `words`, each "SHORTlong"; -224 when it is none of them.
  [[nodiscard]] std::size_t word(std::size_t index, const std::vector<std::string>& words) const;
  [[nodiscard]] const std::string& parameter(std::size_t index) const;
};

// "[SOURce:]VOLTage[:LEVel]": capitals are the short form, brackets may be left out. `ask` answers the query form,
// `tell` does the other; without one of them that form does not exist.
struct ScpiCommand {
  std::string pattern;
  std::function<std::string(const ScpiCall&)> ask;
  std::function<void(const ScpiCall&)> tell;
  Duration busy{};       // beyond what every message takes
  std::size_t most = 1;  // parameters; one more is an error: "10,5" is not ten
};

// One register pair of the status system: a condition that the box computes and what it latches of it.
struct ScpiStatus {
  std::uint32_t event = 0;
  std::uint32_t enable = 0;
  void latch(std::uint32_t condition) noexcept {
    event |= condition & ~last_;  // rising edges
    last_ = condition;
  }
  std::uint32_t take_event() noexcept { return std::exchange(event, 0); }
  void clear() noexcept { event = 0; }

 private:
  std::uint32_t last_ = 0;
};

// How fast a model is and how it says things.
struct ScpiManners {
  Duration busy = std::chrono::milliseconds(5);    // for a message, at least
  Duration spread = std::chrono::milliseconds(0);  // and up to so much more
  Duration set_busy{};                             // more for each unit that sets something
  std::size_t queue = 20;                          // entries of the error queue
  std::string end = "\n";                          // behind an answer
  std::string ends = "\n";                         // what ends a message; a CR before LF counts for nothing
};

class ScpiBox : public WireBox {
 public:
  std::unique_ptr<WireSession> connect() override;
  // A whole message without its terminator. Answers of several queries are joined by ";".
  Answer execute(const std::string& message);

 protected:
  ScpiBox(ScpiManners manners, std::uint64_t seed) : manners_(std::move(manners)), random_(seed, "wire.scpi") {}
  // The common commands, SYST:ERR? and STAT:... ; a model adds its own.
  void add_common(const std::string& identity);
  void add(ScpiCommand command) { commands_.push_back(std::move(command)); }
  void report(const ScpiFault& fault);
  void clear_errors() noexcept { errors_.clear(); }
  [[nodiscard]] const ScpiManners& manners() const noexcept { return manners_; }
  ScpiStatus& questionable() noexcept { return questionable_; }
  ScpiStatus& operation() noexcept { return operation_; }

  // Of the model. `heard` comes before a message is executed: watchdogs are fed, pacing is looked at.
  virtual void heard() {}
  // Throws ScpiFault when this unit must not set anything now (locked, local).
  virtual void admit(const ScpiCall&) {}
  virtual void answered() {}  // a query has been executed
  virtual void reset() {}
  virtual void cleared() {}  // *CLS
  [[nodiscard]] virtual std::uint32_t questionable_condition() const { return 0; }
  [[nodiscard]] virtual std::uint32_t operation_condition() const { return 0; }
  // What the fault "wrong_unit" makes of an answer.
  [[nodiscard]] virtual std::string in_wrong_unit(std::string answer) const;
  void latch_status() noexcept;

 private:
  friend class ScpiSession;
  [[nodiscard]] const ScpiCommand* find(const std::string& header, bool query) const;
  void execute_unit(const std::string& unit, std::string& path, std::string& answers, Duration& busy);
  std::string next_error();
  [[nodiscard]] std::uint32_t status_byte() const noexcept;
  void add_status(const std::string& node, ScpiStatus ScpiBox::*status, std::uint32_t (ScpiBox::*condition)() const);

  ScpiManners manners_;
  Random random_;
  std::vector<ScpiCommand> commands_;
  std::deque<ScpiFault> errors_;
  ScpiStatus questionable_, operation_;
  std::uint32_t standard_event_ = 0x80, standard_enable_ = 0, service_enable_ = 0;  // power-on bit
};

// Does `header` (without leading colon) say the pattern?
bool scpi_matches(std::string_view pattern, std::string_view header);
// "57.20": as many decimals as the box shows; never a comma, never an exponent.
std::string fixed(double value, int decimals);

}  // namespace rig::sim

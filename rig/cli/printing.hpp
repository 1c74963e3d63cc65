#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "rig/cli/session_runner.hpp"

namespace rig::cli {

// One JSON document on stdout, and nothing else there.
void print_json(const nlohmann::ordered_json& json, Console& console);

// Mistakes of the input: to the eye on stderr, and with --json as a document too. Returns exit code 2.
int print_mistakes(const Diagnostics& diagnostics, bool as_json, Console& console);
int print_mistake(const std::string& message, bool as_json, Console& console);

// "-       temperature/case  left out: the bench has no 'chamber'", a line for each.
std::string left_out_text(const std::vector<LeftOut>& left_out);
nlohmann::ordered_json left_out_json(const std::vector<LeftOut>& left_out);

nlohmann::ordered_json result_json(const RunOrder& order, const RunResult& result);

// The lines of a session while it runs: one per run, in order; on a terminal a progress line that is rewritten.
class SessionPrinter {
 public:
  SessionPrinter(Console& console, const std::vector<RunOrder>& orders, bool as_json);
  [[nodiscard]] RunnerEvents events();
  void finish(const std::vector<RunResult>& results, const std::vector<LeftOut>& left_out);

 private:
  void done(std::size_t index, const RunResult& result);
  void progress(std::size_t done, const std::vector<std::pair<const RunOrder*, TimePoint>>& running);
  void clear_line();
  [[nodiscard]] std::string coloured(Verdict verdict) const;

  Console& console_;
  const std::vector<RunOrder>& orders_;
  std::ostream& lines_;  // stdout, or stderr when stdout holds JSON
  bool line_open_ = false;
};

}  // namespace rig::cli

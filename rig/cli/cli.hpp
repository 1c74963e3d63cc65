#pragma once
#include <ostream>
#include <string>
#include <vector>

namespace rig::cli {

// What `gtxrig` returns to the shell.
namespace exit_code {
inline constexpr int passed = 0;
inline constexpr int failed = 1;   // a case failed
inline constexpr int invalid = 2;  // invalid or error: bad input, nothing checked, data that cannot be judged
inline constexpr int aborted = 3;  // tripped or aborted
inline constexpr int usage = 64;   // wrong usage
}  // namespace exit_code

// Where a command writes: results to `out`, progress and mistakes to `err`. A test gives its own streams.
struct Console {
  std::ostream& out;
  std::ostream& err;
  bool rewrites_lines = false;  // err is a terminal: the progress line is rewritten
  bool colours = false;         // out is a terminal
};

// Thrown for wrong usage: the message, then where help is.
struct UsageError {
  std::string message;
};

using Arguments = std::vector<std::string>;

struct Command {
  std::string name;
  std::string summary;  // one line for `gtxrig --help`
  int (*run)(const Arguments& arguments, Console& console);
  std::vector<std::string> options;  // for completion
};
const std::vector<Command>& commands();

// The whole program: `arguments` without the program's name. Never throws.
int run_program(const Arguments& arguments, Console& console);

std::string version();

// One file per command.
int run_command(const Arguments& arguments, Console& console);
int check_command(const Arguments& arguments, Console& console);
int list_command(const Arguments& arguments, Console& console);
int report_command(const Arguments& arguments, Console& console);
int replay_command(const Arguments& arguments, Console& console);
int sim_command(const Arguments& arguments, Console& console);
int bench_command(const Arguments& arguments, Console& console);
int drivers_command(const Arguments& arguments, Console& console);
int bench_check_command(const Arguments& arguments, Console& console);
int can_command(const Arguments& arguments, Console& console);
int rt_check_command(const Arguments& arguments, Console& console);
int must_fail_command(const Arguments& arguments, Console& console);
int must_pass_command(const Arguments& arguments, Console& console);
int mutants_command(const Arguments& arguments, Console& console);
int healthy_command(const Arguments& arguments, Console& console);
int matrix_command(const Arguments& arguments, Console& console);
int completion_command(const Arguments& arguments, Console& console);

}  // namespace rig::cli

#include <unistd.h>

#include <cstdlib>
#include <iostream>

#include "rig/cli/cli.hpp"
#include "rig/core/files.hpp"
#include "rig/engine/interrupt.hpp"
#include "rig/engine/safety_net.hpp"

int main(int argc, char** argv) {
  rig::register_builtin_files();
  rig::Interrupt::install();
  rig::SafetyNet::install();
  const char* no_colour = std::getenv("NO_COLOR");  // no-color.org: set to anything but nothing
  const bool may_colour = no_colour == nullptr || *no_colour == '\0';
  rig::cli::Console console{std::cout, std::cerr, isatty(STDERR_FILENO) == 1, may_colour && isatty(STDOUT_FILENO) == 1};
  const int code = rig::cli::run_program({argv + 1, argv + argc}, console);
  std::cout.flush();
  // A result that nobody could read is no result: a full disk behind stdout is an error.
  return std::cout ? code : rig::cli::exit_code::invalid;
}
